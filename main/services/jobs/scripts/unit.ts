/**
 * Shell functions that give a job a transient unit of systemd, and end it.
 *
 * The unit is a scope: the job keeps the caller's SELinux domain, mounts, limits and environment, and its words go to no
 * command line that systemd would read variables into. It leaves the login's control group, which is what logind and a
 * restart of sshd end. The weights are a quarter of what every other service of the host has by default.
 *
 * `manager_version` fails where systemd is not process 1, also in a container that only sees the host's /run.
 */
export const UNIT_FUNCTIONS = `
manager_version() {
  [ -d /run/systemd/system ] && [ "$(read_file /proc/1/comm)" = systemd ] || return 1
  systemd-run --version 2>/dev/null | sed -n '1s/^systemd \\([0-9][0-9]*\\).*/\\1/p' | grep .
}
unit_options() {
  if [ "$1" -lt 236 ]; then
    set -- "$1" -p CPUShares=256 -p BlockIOWeight=125
  else
    set -- "$1" --collect -p CPUWeight=25 -p IOWeight=25 -p KillMode=control-group
  fi
  [ "$1" -lt 253 ] || set -- "$@" -p OOMPolicy=continue
  [ "$1" -lt 254 ] || set -- "$@" --expand-environment=no
  shift
  echo "--scope --quiet $*"
}
is_in_unit() { grep -qF "/$2" "/proc/$1/cgroup" 2>/dev/null; }
unit_of() {
  case $(read_file "$1/place") in
    "unit "*) sed 's/^unit //' "$1/place" ;;
  esac
}
end_unit() {
  unit=$(unit_of "$1")
  [ -n "$unit" ] || return 0
  for act in 'kill -s KILL' stop reset-failed; do
    timeout 20 systemctl $act "$unit" >/dev/null 2>&1 || :
  done
}
`;
