# Daemons within a machine. Each leaves its process id in /run/services there.

# service_start MACHINE NAME USER COMMAND...
service_start() {
  local machine=$1 name=$2 user=$3
  shift 3
  ! service_is_up "$machine" "$name" || return 0
  say "$machine: starting $name"
  machine_exec "$machine" bash -c '
    name=$1 user=$2 log=$3
    shift 3
    cd /
    export HOME=$(getent passwd "$user" | cut -d: -f6) PATH=/usr/sbin:/usr/bin:/sbin:/bin
    setsid setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups "$@" >>"$log" 2>&1 </dev/null &
    echo $! >/run/services/$name' - "$name" "$user" "$ROOT/log/$machine-$name.log" "$@"
}

service_is_up() {
  machine_exec "$1" bash -c 'kill -0 "$(cat /run/services/$0)"' "$2" 2>/dev/null
}
service_is_down() { ! service_is_up "$@"; }

# service_stop MACHINE NAME [SIGNAL]: itself and what it started.
service_stop() {
  local machine=$1 name=$2 signal=${3:-TERM}
  service_is_up "$machine" "$name" || return 0
  say "$machine: $name gets $signal"
  machine_exec "$machine" bash -c 'kill "-$1" -- "-$(cat "/run/services/$0")"' "$name" "$signal"
  await 120 "the end of $name on $machine" service_is_down "$machine" "$name"
}

listens() { machine_exec controller bash -c "exec 3<>/dev/tcp/${ADDRESS[controller]}/$1" 2>/dev/null; }
