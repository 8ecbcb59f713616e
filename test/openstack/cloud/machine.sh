# A machine: a process that is PID 1 of its own namespaces. With it ends everything that runs there, and its network.

MACHINES='controller hostA hostB'
declare -A ADDRESS=([controller]=10.98.0.1 [hostA]=10.98.0.11 [hostB]=10.98.0.12)
HOSTS='hostA hostB'

# What each has for itself, beside /run, /tmp and /sys: copies of what Debian's packages brought.
CONTROLLER_PATHS='/etc/keystone /etc/glance /etc/placement /etc/neutron /etc/nova /etc/cinder /var/lib/keystone
  /var/lib/glance /var/lib/placement /var/lib/neutron /var/lib/nova /var/lib/cinder /var/log/keystone /var/log/glance
  /var/log/placement /var/log/neutron /var/log/nova /var/log/cinder /etc/hosts'
HOST_PATHS='/etc/nova /etc/libvirt /etc/ssh /var/lib/nova /var/lib/libvirt /var/cache/libvirt /var/log/nova
  /var/log/libvirt /etc/hosts /etc/machine-id /etc/passwd /etc/shadow'

files() { echo "$ROOT/machines/$1/files"; }

# The process id as this machine sees it; fails if it does not run. A stale number is never taken for it.
machine_pid() {
  local pid
  pid=$(cat "$ROOT/machines/$1/pid" 2>/dev/null) || return 1
  { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -q "init.sh $ROOT/machines/$1 " || return 1
  echo "$pid"
}
machine_is_up() { machine_pid "$1" >/dev/null; }

machine_exec() {
  local pid
  pid=$(machine_pid "$1") || fail "$1 is not up"
  shift
  nsenter --target "$pid" --net --mount --uts --ipc --pid --root --wd -- "$@"
}

machine_files() {
  local machine=$1 path
  shift
  for path in "$@"; do
    [ -e "$(files "$machine")$path" ] && continue
    mkdir -p "$(files "$machine")${path%/*}"
    if [ -e "$path" ]; then cp -a "$path" "$(files "$machine")$path"; else mkdir -p "$(files "$machine")$path"; fi
  done
  printf '%s\n' "$@" >"$ROOT/machines/$machine/mounts"
  { echo 127.0.0.1 localhost; for path in $MACHINES; do echo "${ADDRESS[$path]} $path"; done; } \
    >"$(files "$machine")/etc/hosts"
}

machine_start() {
  local machine=$1 directory=$ROOT/machines/$1 outer
  ! machine_is_up "$machine" || return 0
  say "$machine: starting"
  setsid unshare --net --mount --uts --ipc --pid --fork --mount-proc \
    "$HERE/cloud/init.sh" "$directory" >>"$ROOT/log/$machine.log" 2>&1 </dev/null &
  outer=$!
  await 120 "$machine" pgrep -P $outer >/dev/null
  pgrep -P $outer >"$directory/pid"
  await 120 "$machine (see $ROOT/log/$machine.log)" machine_exec "$machine" test -e /run/ready
}

# Pulls the plug.
machine_stop() {
  local pid
  pid=$(machine_pid "$1") || return 0
  say "$1: ending"
  kill -KILL "$pid"
  await 120 "the end of $1" test ! -d "/proc/$pid"
  rm -f "$ROOT/machines/$1/pid"
}

# A bridge in the controller's network, and a cable to each host.
connect() {
  local controller host inside
  controller=$(machine_pid controller)
  inside="nsenter --target $controller --net --"
  if ! $inside ip link show cloud >/dev/null 2>&1; then
    $inside ip link add cloud type bridge
    $inside ip address add "${ADDRESS[controller]}/24" dev cloud
    $inside ip link set cloud up
  fi
  for host in $HOSTS; do
    machine_exec "$host" ip link show eth0 >/dev/null 2>&1 && continue
    $inside ip link add "$host" type veth peer name eth0 netns "$(machine_pid "$host")"
    $inside ip link set "$host" master cloud up
    machine_exec "$host" ip address add "${ADDRESS[$host]}/24" dev eth0
    machine_exec "$host" ip link set eth0 up
  done
}
