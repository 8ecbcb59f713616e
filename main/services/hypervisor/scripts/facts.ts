import { NOVA_KEYS } from '../nova-conf.ts';

/**
 * Shell function `nova_config PATTERN…`: `file`, path, `conf`, and of the file only the headers of sections and the keys
 * that we ask for, so that no password crosses the wire. With an empty IFS a pattern is expanded, never split.
 */
const CONFIG_FUNCTION = `
emit() { printf '%s\\0' "$@"; }
nova_config() {
  IFS=
  for pattern in "$@"; do
    for file in $pattern; do
      [ -f "$file" ] && [ -r "$file" ] || continue
      emit file "$file" conf "$(grep -E '^(\\[|(${NOVA_KEYS.join('|')})[[:space:]]*[=:])' "$file")"
    done
  done
}
`;

/** Only the settings of Nova: `PATTERN…`. */
export const CONFIG_SCRIPT = `${CONFIG_FUNCTION}
nova_config "$@"
`;

/** Pairs of name and value, each ended by NUL: `USER PATTERN…`. */
export const FACTS_SCRIPT = `${CONFIG_FUNCTION}
user=$1
shift
tool() {
  command -v "$1" >/dev/null 2>&1 || return 0
  name=$1
  emit "tool.$name" "$("$@" 2>&1 </dev/null | head -n 1)"
}
emit hostname "$(uname -n)" boot "$(cat /proc/sys/kernel/random/boot_id)" clock "$(date +%s%3N)"
emit cores "$(getconf _NPROCESSORS_ONLN)"
emit aes "$(grep -m 1 -E '^(flags|Features)[[:space:]]*:' /proc/cpuinfo | grep -c -w aes)"
emit user "$(getent passwd "$user")"
tool rsync --version
tool ssh -V
tool qemu-img --version
tool b2sum --version
tool sha256sum --version
tool virsh --version
tool fuser -V
nova_config "$@"
`;

/** Room where the instances are: `PATH`. Free is what a user who is not root may fill. */
export const FILE_SYSTEM_SCRIPT = `
[ -d "$1" ] || { echo "$1 is not there" >&2; exit 1; }
stat -f -c '%a %b %S %d' -- "$1" && stat -f -c '%T' -- "$1" && df -P -- "$1" | tail -n 1 | cut -d' ' -f1
`;
