#!/bin/bash
# A real OpenStack with two KVM hosts (QEMU without KVM), from Debian's packages, on this machine and nothing else of it:
# a controller and two hosts, each with its own network, mounts, processes and name. When it is down, only its
# directory and Debian's packages are left. Runs as root.
set -euo pipefail
export LC_ALL=C.UTF-8

HERE=$(dirname "$(readlink -f "$0")")
ROOT=${COLDHAUL_OPENSTACK:-/srv/coldhaul-openstack}
TSX=$(readlink -f "$HERE/../../node_modules/tsx/dist/loader.mjs")
for part in common packages guest machine service config knobs volumes control host; do . "$HERE/cloud/$part.sh"; done

usage() {
  cat <<TEXT
cloud.sh install                      packages and the guest's image, about five minutes
cloud.sh up | down | remove           down keeps databases and instances, remove forgets them
cloud.sh status
cloud.sh exec MACHINE WORD...         inside controller, hostA or hostB
cloud.sh enter WORD...                in the cloud's network, with the files of this machine
cloud.sh service start|stop|kill MACHINE NAME
cloud.sh set transport rsync|ssh      how Nova copies between the two hosts
cloud.sh set token-life SECONDS       of Keystone's tokens
cloud.sh set confirm-window SECONDS   Nova's resize_confirm_window; 0 is never
cloud.sh set image-cache-pass SECONDS between two looks of Nova's at what nobody needs
cloud.sh set cow-images yes|no         no: the disks of new guests are raw
cloud.sh set service-tokens yes|no    whether the hosts' Nova vouches for a login that is over
Its files are in $ROOT (COLDHAUL_OPENSTACK).
TEXT
}

up() {
  local machine since
  mkdir -p "$ROOT"/{log,done,data,machines}
  chmod 755 "$ROOT"
  [ -s "$ROOT/password" ] || (umask 077 && tr -dc A-Za-z0-9 </dev/urandom | head -c 24 >"$ROOT/password") || true
  make_keys
  install_mount_helper
  machine_files controller $CONTROLLER_PATHS
  for machine in $HOSTS; do machine_files "$machine" $HOST_PATHS; host_config "$machine"; done
  introduce_hosts
  for machine in $MACHINES; do machine_start "$machine"; done
  connect
  control_up
  since=$(database_now)
  for machine in $HOSTS; do host_up "$machine"; done
  once contents seed contents
  await 600 'the hosts in Nova' hosts_are_known
  once hosts discover_hosts
  # One that came up again is called down, and gets no guests, before it has been heard of.
  for machine in $HOSTS; do await 600 "nova-compute of $machine" reports_since "$machine" "$since"; done
  say "up after $SECONDS s"
}

down() {
  local machine
  for machine in $HOSTS; do ! machine_is_up "$machine" || service_stop "$machine" nova-compute; done
  control_down
  for machine in $HOSTS controller; do machine_stop "$machine"; done
}

status() {
  local machine name
  for machine in $MACHINES; do
    if ! machine_is_up "$machine"; then echo "$machine is down"; continue; fi
    for name in $([ "$machine" = controller ] && echo "$CONTROL_SERVICES" || echo "$HOST_SERVICES"); do
      service_is_up "$machine" "$name" && echo "$machine $name" || echo "$machine $name is down"
    done
  done
  for name in "${!KNOBS[@]}"; do echo "$name ${KNOBS[$name]}"; done
}

service_begin() {
  local since
  if [ "$1" = controller ]; then start_control_service "$2"; return; fi
  since=$(database_now)
  start_host_service "$1" "$2"
  [ "$2" != nova-compute ] || await 600 "nova-compute of $1" reports_since "$1" "$since"
}

service() {
  case $1 in
    start) service_begin "$2" "$3" ;;
    stop) service_stop "$2" "$3" ;;
    kill) service_stop "$2" "$3" KILL ;;
    *) usage >&2; exit 2 ;;
  esac
}

command=${1:-help}
[ $# -eq 0 ] || shift
[ "$command" = help ] || [ "$(id -u)" = 0 ] || fail 'this needs root'
load_knobs
case $command in
  install) mkdir -p "$ROOT/log"; install_packages; build_guest ;;
  up | down | status) "$command" ;;
  remove) down; rm -rf "$ROOT"/{done,data,machines,keys,password,knobs} ;;
  exec) machine_exec "$@" ;;
  enter) enter "$@" ;;
  service) service "$@" ;;
  set) set_knob "$@" ;;
  help | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
