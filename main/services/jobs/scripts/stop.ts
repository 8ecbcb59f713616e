import { UNIT_FUNCTIONS } from './unit.ts';

/**
 * Shell function `stop_job DIRECTORY SECONDS`: asks the job to end, and after a time makes it. Of a unit nothing is left
 * then, not even what shut every descriptor.
 *
 * A unit is signalled as a whole; its name is never another's. A process group is signalled only if pid, start time and
 * boot id are still those of the job. If its leader is gone, or something of the job that left the group lives on, the
 * processes are found by the lock file that they hold open.
 */
const STOP_FUNCTIONS = `${UNIT_FUNCTIONS}
signal_job() {
  unit=$(unit_of "$2")
  if [ -n "$unit" ] && systemctl kill -s "$1" "$unit" >/dev/null 2>&1; then return; fi
  pid=$(read_file "$2/pid")
  if [ "$(read_file "$2/boot")" = "$(boot_id)" ] && [ "$(start_time "$pid")" = "$(read_file "$2/start")" ]; then
    kill -s "$1" -- "-$pid" 2>/dev/null && [ "$1" = TERM ] && return
  fi
  find /proc/[0-9]*/fd -lname "$2/alive" 2>/dev/null | cut -d/ -f3 | sort -u | while read -r member; do
    kill -s "$1" "$member" 2>/dev/null || :
  done
}
stop_job() {
  if alive "$1"; then
    signal_job TERM "$1"
    if ! flock -w "$2" -s "$1/alive" true; then
      signal_job KILL "$1"
      flock -w 10 -s "$1/alive" true || { echo "a process of the job does not end" >&2; return 1; }
    fi
  fi
  end_unit "$1"
}
`;

/** Stops a job and sets its record aside: `BASE MIGRATION NAME SECONDS`. Nothing to stop is fine. */
export const STOP_SCRIPT = `${STOP_FUNCTIONS}
dir=$1/$2/$3
umask 077
[ -d "$dir" ] || exit 0
stop_job "$dir" "$4" || exit 1
exec 9>"$1/.lock"
flock -w 60 9 || exit 1
case $(state_of "$dir") in ended | lost) set_aside "$dir" ;; esac
`;

/** Sets the record of a job aside that has ended, so that the next start is a new one: `BASE MIGRATION NAME`. */
export const DISCARD_SCRIPT = `
dir=$1/$2/$3
umask 077
[ -d "$dir" ] || exit 0
exec 9>"$1/.lock"
flock -w 60 9 || exit 1
case $(state_of "$dir") in ended | lost) set_aside "$dir" ;; esac
`;

/**
 * Stops every job of a migration, then removes all their records: `BASE MIGRATION SECONDS`. A start that is under way,
 * whose caller may have lost the line, is let through first, so that it is found.
 */
export const FORGET_SCRIPT = `${STOP_FUNCTIONS}
all=$1/$2
umask 077
[ -d "$1" ] || exit 0
flock -w 60 "$1/.lock" true || { echo "another start holds $1/.lock" >&2; exit 1; }
[ -d "$all" ] || exit 0
for dir in "$all"/*; do
  [ -d "$dir" ] || continue
  stop_job "$dir" "$3" || exit 1
done
exec 9>"$1/.lock"
flock -w 60 9 || exit 1
for dir in "$all"/*; do
  [ -d "$dir" ] || continue
  if alive "$dir"; then echo "a job was started meanwhile" >&2; exit 1; fi
done
rm -rf -- "$all"
`;
