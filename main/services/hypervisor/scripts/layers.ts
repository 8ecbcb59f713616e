import { FILE_FUNCTIONS } from './file-functions.ts';

/**
 * Shell functions about backing chains. `backing_of FILE` says the name in the header of a qcow2 (QEMU docs/interop/qcow2.txt:
 * offset of the name at byte 8, its length at 16), without opening the image as one. `chains_on INSTANCES PATH` says every
 * file of an instance, or of ours, whose header names the path or something below it; `users_of` also who has it open.
 * What lies below the path itself does not count, nor what we have set aside. The name stands behind the header extensions,
 * far within the first 64 KiB.
 */
export const CHAIN_FUNCTIONS = `
number_at() { echo $((0x$(od -An -tx1 -j"$2" -N"$3" -- "$1" | tr -d ' \\n'))); }
is_qcow2() { [ "$(od -An -tx1 -N4 -- "$1" | tr -d ' \\n')" = 514649fb ]; }
backing_of() {
  is_qcow2 "$1" || return 0
  at=$(number_at "$1" 8 8) length=$(number_at "$1" 16 4)
  [ "$at" -eq 0 ] || tail -c +$((at + 1)) -- "$1" | head -c "$length"
}
chains_on() {
  find "$1" -mindepth 2 -maxdepth 3 -type f -size +0 ! -path "$1/_base/*" ! -path "$1/_coldhaul/*.kept-*" \\
    ! -path "$2" ! -path "$2/*" -print | while IFS= read -r file; do
    head -c 65536 -- "$file" 2>/dev/null | grep -q -a -F -e "$2" || continue
    case $(backing_of "$file") in "$2" | "$2"/*) printf '%s\\n' "$file" ;; esac
  done
}
users_of() {
  chains_on "$1" "$2"
  real=$(readlink -f -- "$2")
  find /proc/[0-9]*/fd -maxdepth 1 -type l \\( -lname "$2" -o -lname "$2/*" -o -lname "$real" -o -lname "$real/*" \\) 2>/dev/null |
    cut -d/ -f3 | sort -u | sed 's/^/process /'
}
unused() {
  users=$(users_of "$1" "$2" | head -n 5 | paste -s -d ' ' -)
  [ -z "$users" ] || refuse "$2 is in use by $users"
}
flush() { sync -- "$@" 2>/dev/null || sync; }
map_of() { qemu-img map -U -f qcow2 --output=json "$1" 2>/dev/null || qemu-img map -f qcow2 --output=json "$1"; }
holds() { map_of "$1" | grep -q '"depth": 0[,} ]'; }
`;

/** `INSTANCES SERVER`. Removes what layers were made into to travel: the layers themselves lie beside it. */
export const DROP_FLAT_SCRIPT = `${FILE_FUNCTIONS}${CHAIN_FUNCTIONS}
for file in "$1/_coldhaul/$2"/.coldhaul-flat.*; do
  plain "$file" || continue
  unused "$1" "$file"
  rm -f -- "$file" || exit 1
done
`;

/**
 * `INSTANCES SERVER USER NAME FILE`. The disk gets a second name in the stage, FILE, and an empty overlay on that name takes its
 * first one by a single rename: there is never a moment without a disk. A repeat knows each state in between. Says inode,
 * size and time of the layer.
 *
 * The overlay is of the same version and cluster size as the old file, so that whatever read that one reads this one. A disk that
 * was frozen while its guest ran stands on its layer already; a freeze that was cut right after its snapshot must first be
 * gone on with (live.ts), for what the guest wrote since is not under the name of the disk. What it wrote becomes a layer of its
 * own by the name that it has in the stage.
 */
export const LAYER_SCRIPT = `${FILE_FUNCTIONS}${CHAIN_FUNCTIONS}
dir=$1/$2 stage=$1/_coldhaul/$2 user=$3 name=$4
disk=$dir/$name layer=$stage/$5 live=$stage/live.$name part=$stage/.coldhaul-overlay.$name
mark() { stat -c '%i %s %Y' -- "$layer" | tr ' \\n' '\\0\\0'; }
plain "$disk" || refuse "$disk is not there, or no plain file"
is_qcow2 "$disk" || refuse "$disk is no qcow2"
own_directory "$1/_coldhaul" "$user" 0755
own_directory "$stage" "$user" 0711
if there "$layer" && ! same "$disk" "$layer"; then
  plain "$layer" || refuse "$layer is not a plain file"
  if [ "$(backing_of "$disk")" = "$layer" ]; then mark; exit 0; fi
  # Of an earlier migration, which has come to its end without it.
  unused "$1" "$layer"
  keep "$layer"
fi
there "$layer" || ln -T -- "$disk" "$layer" || exit 1
same "$disk" "$layer" || refuse "$layer was taken meanwhile"
if plain "$live" && [ "$(backing_of "$live")" = "$layer" ]; then
  ! holds "$live" || refuse "$live holds what the guest wrote, and has not taken the name $disk yet"
  rm -f -- "$live"
fi
rm -f -- "$part"
described=$(qemu-img info -f qcow2 --output=json "$layer") || exit 1
compat=$(printf '%s\\n' "$described" | sed -n 's/.*"compat": "\\([0-9.]*\\)".*/\\1/p' | head -n 1)
cluster=$(printf '%s\\n' "$described" | sed -n 's/.*"cluster-size": \\([0-9]*\\).*/\\1/p' | head -n 1)
qemu-img create -q -f qcow2 -F qcow2 -b "$layer" -o "compat=\${compat:-1.1},cluster_size=\${cluster:-65536}" "$part" || exit 1
[ "$(backing_of "$part")" = "$layer" ] || { echo "$part does not name $layer" >&2; exit 1; }
[ "$(number_at "$part" 24 8)" = "$(number_at "$layer" 24 8)" ] || { echo "$part has another size" >&2; exit 1; }
chown --reference="$disk" -- "$part" && chmod --reference="$disk" -- "$part" || exit 1
chcon --reference="$disk" -- "$part" 2>/dev/null || :
flush "$part" "$layer" "$stage"
same "$disk" "$layer" || refuse "$disk was replaced meanwhile"
mv -f -T -- "$part" "$disk" || exit 1
flush "$dir"
mark
`;

/**
 * `INSTANCES SERVER NAME MARK FILE`. Gives the layer the name of the disk again if the overlay in between holds nothing: one rename,
 * and the file is what it was. So also if the overlay still has the mark (inode, size, time) with which it was found to hold
 * nothing that the layer does not. Says `put back`; `written` if the overlay holds something, or has another size, and then
 * nothing is touched; `none` if the disk does not stand on its layer.
 *
 * The name that the overlay may have besides, of a freeze while the guest ran, goes before it. The domain must not need it.
 *
 * An entry of depth 0 in `qemu-img map` is what the top file itself holds (qemu-img(1)). It takes QEMU's own lock, so it fails
 * under a guest that runs.
 */
export const UNLAYER_SCRIPT = `${FILE_FUNCTIONS}${CHAIN_FUNCTIONS}
dir=$1/$2 layer=$1/_coldhaul/$2/$5 live=$1/_coldhaul/$2/live.$3 disk=$1/$2/$3
plain "$disk" || refuse "$disk is not there, or no plain file"
if [ "$(backing_of "$disk")" != "$layer" ]; then
  # A second name that was made before anything else was.
  same "$disk" "$layer" && rm -f -- "$layer"
  printf 'none\\0'
  exit 0
fi
plain "$layer" || refuse "$disk stands on $layer, which is not there"
map=$(qemu-img map -f qcow2 --output=json "$disk") || exit 1
holds=no
printf '%s\\n' "$map" | grep -q '"depth": 0[,} ]' && [ "$(stat -c '%i %s %Y' -- "$disk")" != "$4" ] && holds=yes
if [ $holds = yes ] || [ "$(number_at "$disk" 24 8)" != "$(number_at "$layer" 24 8)" ]; then
  printf 'written\\0'
  exit 0
fi
second=$disk
if same "$disk" "$live"; then
  second=$live
  ! virsh domblklist "$2" 2>/dev/null | grep -q -F -e "$live" || refuse "the domain $2 still names $live"
fi
others=$({ users_of "$1" "$layer"; users_of "$1" "$disk"; users_of "$1" "$live"; } |
  grep -v -x -F -e "$disk" -e "$second" | sort -u | head -n 5 | paste -s -d ' ' -)
[ -z "$others" ] || refuse "$layer is in use by $others too"
[ "$second" = "$disk" ] || rm -f -- "$live"
chown --reference="$disk" -- "$layer" && chmod --reference="$disk" -- "$layer" || exit 1
chcon --reference="$disk" -- "$layer" 2>/dev/null || :
mv -f -T -- "$layer" "$disk" || exit 1
flush "$dir"
printf 'put back\\0'
`;

/**
 * `INSTANCES SERVER NAME FILE`. Says how many bytes that the layer maps itself the disk does not map itself, as both lie on the
 * storage; nothing if there is no layer. On a disk without a base all is of depth 0, and only data counts.
 */
export const UNMERGED_SCRIPT = `${FILE_FUNCTIONS}${CHAIN_FUNCTIONS}
layer=$1/_coldhaul/$2/$4 disk=$1/$2/$3
plain "$layer" || exit 0
! same "$disk" "$layer" || { printf '0\\0'; exit 0; }
sync -- "$disk" 2>/dev/null || sync
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
map_of "$disk" >"$tmp/disk" && map_of "$layer" >"$tmp/layer" || exit 1
alone=no
[ -n "$(backing_of "$disk")" ] || alone=yes
awk -v alone=$alone '
  function number(key) {
    if (!match($0, "\\"" key "\\": [0-9]+")) return 0
    return substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 4) + 0
  }
  !/"depth": 0[,} ]/ || (alone == "yes" && !/"data": true/) { next }
  { from = number("start"); to = from + number("length") }
  FILENAME ~ /disk$/ {
    if (count > 0 && end[count] == from) end[count] = to
    else { count++; start[count] = from; end[count] = to }
    next
  }
  {
    if (first == 0) first = 1
    while (first <= count && end[first] <= from) first++
    at = from
    for (each = first; at < to && each <= count && start[each] < to; each++) {
      if (start[each] > at) missing += start[each] - at
      if (end[each] > at) at = end[each]
    }
    if (at < to) missing += to - at
  }
  END { printf "%.0f", missing }' "$tmp/disk" "$tmp/layer"
printf '\\0'
`;

/** `INSTANCES PATH`. Says every file whose chain goes on at the path. */
export const CHAINS_ON_SCRIPT = `${CHAIN_FUNCTIONS}
chains_on "$1" "$2" | tr '\\n' '\\0'
`;
