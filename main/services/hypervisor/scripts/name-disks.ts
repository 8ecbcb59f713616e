import { DOMAIN_FUNCTIONS } from './domain-functions.ts';
import { FILE_FUNCTIONS } from './file-functions.ts';
import { CHAIN_FUNCTIONS } from './layers.ts';

/**
 * `INSTANCES SERVER`. libvirt writes the path of an overlay into the definition of the domain, and below it the one that the
 * disk had, which is the overlay's other name by now: a chain of a file on itself (seen on libvirt 9.0). The
 * definition gets the usual path back, without that \`<backingStore>\`; all else stays as it is. Says \`named\` or \`none\`.
 */
export const NAME_DISKS_SCRIPT = `${FILE_FUNCTIONS}${CHAIN_FUNCTIONS}${DOMAIN_FUNCTIONS}
server=$2 dir=$1/$2 stage=$1/_coldhaul/$2
if [ -d "$stage" ]; then
  # A freeze whose caller is gone may still be at work here.
  exec 9>"$stage/.coldhaul-live"
  flock -w 150 9 || refuse "a freeze of $server is on its way"
fi
if ! disks=$(virsh domblklist "$server" --details --inactive 2>/dev/null); then
  all=$(virsh list --all --uuid) || exit 1
  case $all in *"$server"*) virsh domblklist "$server" --details --inactive >/dev/null || exit 1 ;; esac
  printf 'none\\0'
  exit 0
fi
names=$(printf '%s\\n' "$disks" | stage=$stage/live. awk 'NR > 2 && $1 == "file" {
  source = $0
  sub(/^ *[^ ]+ +[^ ]+ +[^ ]+ +/, "", source)
  if (index(source, ENVIRON["stage"]) == 1) print substr(source, length(ENVIRON["stage"]) + 1)
}')
[ -n "$names" ] || { printf 'none\\0'; exit 0; }
while IFS= read -r name; do
  paths "$name"
  plain "$disk" || refuse "$disk is not there, or no plain file"
  ! there "$live" || finish
done <<EOT
$names
EOT
escaped() { printf '%s' "$1" | sed "s/&/\\&amp;/g; s/</\\&lt;/g; s/>/\\&gt;/g; s/'/\\&apos;/g"; }
umask 077
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
virsh dumpxml "$server" --inactive --security-info >"$tmp/old" || exit 1
from="file='$(escaped "$stage")/live." to="file='$(escaped "$dir")/" awk '
  /^ *<disk / { within = 1; own = 1; ours = 0; depth = 0 }
  within && own && /<backingStore/ { own = 0 }
  within && own && (at = index($0, ENVIRON["from"])) {
    $0 = substr($0, 1, at - 1) ENVIRON["to"] substr($0, at + length(ENVIRON["from"]))
    ours = 1
  }
  /^ *<\\/disk>/ { within = 0 }
  within && ours && /<backingStore[^>]*[^\\/]>/ { depth++; next }
  within && ours && /<\\/backingStore>/ { depth--; next }
  depth > 0 { next }
  { print }' "$tmp/old" >"$tmp/new" || exit 1
virsh define "$tmp/new" >/dev/null || exit 1
disks=$(virsh domblklist "$server" --details --inactive) || exit 1
case $disks in *"$stage/live."*) echo "libvirt still names $stage/live. in the definition of $server" >&2; exit 1 ;; esac
printf 'named\\0'
`;
