import { NOVA_KEYS } from '../nova-conf.ts';
import { MACHINE_FUNCTIONS } from './machine.ts';
import { STORAGE_FUNCTIONS } from './storage.ts';

/**
 * Shell function `nova_config PATTERN…`: `file`, path, `conf`, and of the file only the headers of sections and the keys
 * that we ask for, so that no password crosses the wire. With an empty IFS a pattern is expanded, never split.
 */
const CONFIG_FUNCTION = `
emit() { printf '%s\\0' "$@"; }
settings=
nova_config() {
  IFS=
  for pattern in "$@"; do
    for file in $pattern; do
      [ -f "$file" ] && [ -r "$file" ] || continue
      text=$(grep -E '^(\\[|(${NOVA_KEYS.join('|')})[[:space:]]*[=:])' "$file")
      emit file "$file" conf "$text"
      settings="$settings
$text"
    done
  done
  unset IFS
}
`;

/** Only the settings of Nova: `PATTERN…`. */
export const CONFIG_SCRIPT = `${CONFIG_FUNCTION}
nova_config "$@"
`;

/**
 * Pairs of name and value, each ended by NUL: `USER INSTANCES PATTERN…`. INSTANCES is empty if the configuration decides:
 * then the file system of every path is told that it may lead to. Two looks at the network counters are apart by what is
 * read between them; the clock is read last, for the answer is on its way then.
 */
export const FACTS_SCRIPT = `${CONFIG_FUNCTION}${MACHINE_FUNCTIONS}${STORAGE_FUNCTIONS}
user=$1 instances=$2
shift 2
tool() {
  command -v "$1" >/dev/null 2>&1 || return 0
  name=$1
  emit "tool.$name" "$("$@" 2>&1 </dev/null | head -n 1)"
}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
ask_libvirt
network
counters
emit hostname "$(uname -n)" boot "$(cat /proc/sys/kernel/random/boot_id)"
emit cores "$(getconf _NPROCESSORS_ONLN)"
emit user "$(getent passwd "$user")"
tool rsync --version
tool ssh -V
tool qemu-img --version
case " $(rsync --version 2>/dev/null </dev/null | sed -n '/^Checksum list/{n;p;}') " in *' xxh128 '*) emit tool.xxh128 'of rsync' ;; esac
tool b2sum --version
tool sha256sum --version
tool virsh --version
tool fuser -V
machine
accounts
packages
nova_config "$@"
storage "$instances"
tell_libvirt
counters
emit clock "$(date +%s%3N)"
`;

/** The same of one path that was not among them: `USER PATH`. */
export const STORAGE_SCRIPT = `
emit() { printf '%s\\0' "$@"; }
${STORAGE_FUNCTIONS}
user=$1
[ -d "$2" ] || { echo "$2 is not there" >&2; exit 1; }
storage "$2"
`;
