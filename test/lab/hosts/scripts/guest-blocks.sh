# Part of the stand-in virsh: what libvirt has QEMU do with a disk while its guest runs. Uses its find_domain and the like.
# shellcheck shell=sh disable=SC2154 # target, base, domain and uuid are the caller's

# Sets uuid, name, definition, and of the target its number and path.
find_disk() {
  find_domain "$1"
  [ -n "$target" ] || { echo "error: command '$command' requires <path> option" >&2; exit 1; }
  is_running "$uuid" || fail 'Requested operation is not valid: domain is not running'
  found=$(disks_of "$guests/$uuid.xml" | awk -F "$tab" -v OFS="$tab" -v wanted="$target" \
    '$4 == wanted || $6 == wanted { print NR - 1, $4, $6 }')
  [ -n "$found" ] || fail "invalid argument: disk '$target' not found in domain"
  IFS=$tab read -r number target path <<EOT
$found
EOT
}

# As virsh without --wait: the job is begun and goes on by itself. qemu-nbd cannot pull while it serves, so the guest's disks
# stand still for the moment at the end in which qemu-img does it. Until then they stand as before, as under a pull that is
# cut: QEMU too changes what a disk stands on only when all is copied.
block_pull() {
  find_disk "$1"
  [ ! -e "$guests/$uuid-$target.job" ] || fail "block device '$target' is in use: another job is active"
  chain=$(qemu-img info -U --backing-chain "$path" 2>&1) || fail "internal error: $chain"
  if [ -n "$base" ]; then
    printf '%s\n' "$chain" | grep -q -x -F -e "image: $base" ||
      fail "invalid argument: could not find image '$base' beneath '$path' in chain for '$path'"
  fi
  printf ' type=Block Pull\n bandwidth=0\n cur=0\n end=100\n' >"$guests/$uuid-$target.job"
  setsid sh -c '. "$1"; shift; pull_later "$@"' virsh "$scripts/guest-pull.sh" "$uuid" "$number" "$target" "$path" "$base" \
    </dev/null >/dev/null 2>"$guests/$uuid-$target.pull-log" 8>&- 9>&- &
  echo 'Block Pull started'
  echo
}
