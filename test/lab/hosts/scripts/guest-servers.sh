# Part of the stand-in virsh: the processes that a guest consists of.
# shellcheck shell=sh disable=SC2154 # guests is the caller's

# UUID NUMBER FORMAT READONLY PATH: one server, as libvirt-qemu, with the image locks that QEMU takes. Says what went wrong.
serve_disk() {
  only=
  [ "$4" = no ] || only=--read-only
  setpriv --reuid=libvirt-qemu --regid=kvm --init-groups -- \
    "$guests/qemu-system-x86_64" --persistent --fork $only --format="$3" --socket="$guests/$1-$2.sock" \
    --pid-file="$guests/$1-$2.pid" "$5" 2>&1 </dev/null 8>&-
}
