/**
 * Shell functions that all job scripts share.
 *
 * A job's directory holds `pid`, `start` (field 22 of /proc/PID/stat), `boot`, `fingerprint`, `command`, `started`,
 * `place` (`unit NAME`, or `session` and why), `stdout`, `stderr`, `alive`, and at the end `exit`. The directory appears
 * whole, by one rename.
 *
 * `alive` is locked by the job and by every process that it starts (they inherit the descriptor), so the kernel itself
 * says whether anything of the job still runs, even if its leader was killed; a pid alone may be another's by now.
 */
export const STATE_FUNCTIONS = `
boot_id() { cat /proc/sys/kernel/random/boot_id; }
start_time() {
  stat_line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  set -- \${stat_line##*) }
  printf '%s' "\${20}"
}
alive() {
  flock -n -s "$1/alive" true && return 1
  [ $? -eq 1 ] || exit 90
  return 0
}
state_of() {
  if [ ! -d "$1" ]; then printf absent
  elif [ -e "$1/exit" ]; then printf ended
  elif alive "$1"; then printf running
  elif [ -e "$1/exit" ]; then printf ended
  else printf lost
  fi
}
read_file() { cat "$1" 2>/dev/null || :; }
report() {
  state=$(state_of "$1") || exit 90
  set -- "$1" $(read_file "$1/exit")
  printf '%s\\0%s\\0%s\\0%s\\0' "$state" "\${2:-}" "$(read_file "$1/started")" "\${3:-}"
}
set_aside() {
  aside=\${1%/*}/.aside
  mkdir -p "$aside"
  mv -T -- "$1" "$aside/\${1##*/}.$(date -u +%Y%m%dT%H%M%SZ).$$"
}
`;
