/**
 * Shell functions about the disks of a domain, as virsh shows them: type, device, target and source in columns, under a
 * heading and a rule. Only the source may have blanks in it. `paths NAME` says where the disk, its layer and its overlay
 * lie. `finish` gives the overlay the name of the disk, once the domain uses it: a link that is renamed, so that the name
 * in the stage, by which QEMU knows it, stays.
 */
export const DOMAIN_FUNCTIONS = `
target_of() {
  printf '%s\\n' "$disks" | path=$1 awk 'NR > 2 && $1 == "file" {
    source = $0
    sub(/^ *[^ ]+ +[^ ]+ +[^ ]+ +/, "", source)
    if (source == ENVIRON["path"]) { print $3; exit }
  }'
}
paths() { disk=$dir/$1 layer=$stage/layer.$1 live=$stage/live.$1 part=$stage/.coldhaul-overlay.$1; }
opened_by() {
  real=$(readlink -f -- "$1")
  find /proc/[0-9]*/fd -maxdepth 1 -type l \\( -lname "$1" -o -lname "$real" \\) 2>/dev/null | cut -d/ -f3 | sort -u
}
finish() {
  ! same "$disk" "$live" || return 0
  same "$disk" "$layer" && [ "$(backing_of "$live")" = "$layer" ] || refuse "$disk is neither $layer nor the overlay on it"
  rm -f -- "$part"
  ln -T -- "$live" "$part" && mv -f -T -- "$part" "$disk" || exit 1
  flush "$dir"
}
`;
