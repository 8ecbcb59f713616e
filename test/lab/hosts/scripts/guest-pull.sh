# The work of a block pull in the stand-in virsh, as a process of its own. Sourced by a shell that has nothing else.
# shellcheck shell=sh
guests=/run/guests
scripts=/etc/lab
tab=$(printf '\t')
. "$scripts/guest-servers.sh"

running() { [ -e "$guests/$1.alive" ] && ! flock -n "$guests/$1.alive" true; }

# UUID NUMBER TARGET PATH BASE
pull_later() {
  uuid=$1 target=$3 path=$4 base=$5
  job=$guests/$uuid-$target.job
  left=$(cat "$guests/$uuid.slow-pull" 2>/dev/null || echo 0)
  seconds=$left
  while [ "$left" -gt 0 ]; do
    sleep 1
    left=$((left - 1))
    running "$uuid" && [ -e "$job" ] || return 0
    printf ' type=Block Pull\n bandwidth=0\n cur=%s\n end=100\n' $((100 * (seconds - left) / (seconds + 1))) >"$job.new"
    mv "$job.new" "$job"
  done
  # No other virsh sees the guest while its disks stand still.
  exec 8>"$guests/virsh.lock"
  flock 8
  running "$uuid" && [ -e "$job" ] || return 0
  for pid in "$guests/$uuid"-*.pid; do kill -TERM "$(cat "$pid")"; done
  exec 9>"$guests/$uuid.alive"
  flock 9
  if [ -n "$base" ]; then
    format=$(qemu-img info "$base" | sed -n 's/^file format: //p')
    set -- -F "$format" -b "$base"
  else
    set -- -b ''
  fi
  setpriv --reuid=libvirt-qemu --regid=kvm --init-groups -- qemu-img rebase -f qcow2 "$@" "$path" 8>&- 9>&-
  again=0
  awk -f "$scripts/domain.awk" "$guests/$uuid.xml" | awk -F "$tab" '$1 == "disk"' |
    while IFS=$tab read -r _ _ format _ readonly served; do
      [ -n "$served" ] || continue
      serve_disk "$uuid" "$again" "$format" "$readonly" "$served"
      again=$((again + 1))
    done
  rm -f "$job"
}
