import { DOMAIN_FUNCTIONS } from './domain-functions.ts';
import { FILE_FUNCTIONS } from './file-functions.ts';
import { CHAIN_FUNCTIONS } from './layers.ts';
import { PREPARE_FUNCTIONS } from './prepare-live.ts';

/**
 * `INSTANCES SERVER USER QUIESCE NAME…`. Each disk of a guest that runs gets a second name in the stage; one snapshot has QEMU
 * write to overlays there from then on, and those take the disks' first names afterwards. In no other order: QEMU reopens
 * what it wrote to so far by its name, read-only (docs/adr/0013-route-thin.md, live freeze). A repeat finds each state in between, by
 * what the domain names, also when the guest is off by then. A second call waits for the first one's snapshot, by
 * the lock that virsh inherits. Says whether the guest was quiesced, and of each layer name, inode, size and time.
 *
 * A disk that is left out of the snapshot must be named, too: else libvirt makes up a file for it. A snapshot that fails with the
 * guest's agent is asked for without it. The overlay names its layer unread (\`-u\`), since QEMU has that locked.
 */
export const FREEZE_LIVE_SCRIPT = `${FILE_FUNCTIONS}${CHAIN_FUNCTIONS}${DOMAIN_FUNCTIONS}${PREPARE_FUNCTIONS}
instances=$1 server=$2 user=$3 quiesce=$4
shift 4
dir=$instances/$server stage=$instances/_coldhaul/$server note=$instances/_coldhaul/$server/.coldhaul-quiesced
own_directory "$instances/_coldhaul" "$user" 0755
own_directory "$stage" "$user" 0711
exec 9>"$stage/.coldhaul-live"
flock -w 150 9 || refuse "another freeze of $server is on its way"
look() { disks=$(virsh domblklist "$server" --details) || exit 1; }
state=$(virsh domstate "$server") || exit 1
xml=$(virsh dumpxml "$server") || exit 1
look
specs=
for name; do
  paths "$name"
  plain "$disk" || refuse "$disk is not there, or no plain file"
  ! is_frozen || continue
  may_be_frozen
  specs="$specs$target $name
"
done
snapshot() {
  set -- virsh snapshot-create-as "$server" --disk-only --atomic --no-metadata --reuse-external "$@"
  ! command -v timeout >/dev/null 2>&1 || set -- timeout 120 "$@"
  for target in $(printf '%s\\n' "$disks" | awk 'NR > 2 && NF > 2 { print $3 }'); do
    name=$(printf '%s' "$specs" | sed -n "s/^$target //p")
    if [ -n "$name" ]; then
      set -- "$@" --diskspec "$target,file=$(printf '%s' "$stage/live.$name" | sed 's/,/,,/g'),snapshot=external"
    else
      set -- "$@" --diskspec "$target,snapshot=no"
    fi
  done
  "$@" 2>&1
}
is_done() {
  look
  for name; do paths "$name"; is_frozen || return 1; done
}
if [ -n "$specs" ]; then
  for name; do
    paths "$name"
    is_frozen || { make_layer; make_overlay; }
  done
  rm -f -- "$note"
  if [ "$quiesce" = yes ] && said=$(snapshot --quiesce); then : >"$note"; fi
  is_done "$@" || said=$(snapshot) || is_done "$@" || { echo "$said" >&2; exit 1; }
  is_done "$@" || { echo "libvirt says that $server was frozen, and still names its disks as before" >&2; exit 1; }
fi
for name; do
  paths "$name"
  plain "$layer" || refuse "$disk stands on $layer, which is not there"
  [ -z "$(target_of "$live")" ] || finish
  for pid in $(opened_by "$live"); do
    for opened in $(find -L "/proc/$pid/fd" -maxdepth 1 -samefile "$layer" 2>/dev/null); do
      case $(sed -n 's/^flags:[^0-9]*//p' "/proc/$pid/fdinfo/\${opened##*/}" 2>/dev/null) in
        *[12]) refuse "process $pid still has $layer open for writing" ;;
      esac
    done
  done
done
if [ -e "$note" ]; then printf 'yes\\0'; else printf 'no\\0'; fi
for name; do
  printf '%s\\0' "$name"
  stat -c '%i %s %Y' -- "$stage/layer.$name" | tr ' \\n' '\\0\\0'
done
`;
