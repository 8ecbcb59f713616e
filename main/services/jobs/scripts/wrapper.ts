import { RUN_AS_FUNCTION } from './run-as.ts';
import { UNIT_FUNCTIONS } from './unit.ts';

/**
 * The job itself, as root and in a session of its own: `sh -c WRAPPER coldhaul DIRECTORY USER FINGERPRINT PLACE ARGV…`.
 *
 * Its directory is made whole beside the final name and then renamed: a rename onto a directory that has files fails,
 * so of two jobs that start at once one wins and the other ends without having done anything. When its output leaves
 * the caller's pipe, the caller knows that the job is on record.
 *
 * `place` says where it really runs: in the unit, if its control group is the unit's, or in the session alone.
 *
 * The program runs with the caller's umask of 022, low priority, and stdin from /dev/null.
 */
export const WRAPPER_SCRIPT = `${RUN_AS_FUNCTION}${UNIT_FUNCTIONS}
dir=$1 user=$2 fingerprint=$3 place=$4
shift 4
case $place in
  "unit "*) is_in_unit $$ "\${place#unit }" || place='session: systemd did not move it' ;;
esac
new=\${dir%/*}/.new-$$
umask 077
rm -rf "$new"
mkdir "$new" || exit 1
printf '%s' "$$" >"$new/pid"
start_time $$ >"$new/start"
boot_id >"$new/boot"
date +%s%3N >"$new/started"
printf '%s' "$fingerprint" >"$new/fingerprint"
printf '%s' "$place" >"$new/place"
printf '%s\\0' "$user" "$@" >"$new/command"
: >"$new/stdout"
: >"$new/stderr"
exec 8>"$new/alive"
flock -n 8 || exit 1
if ! mv -T -- "$new" "$dir" 2>/dev/null; then
  rm -rf "$new"
  exit 0
fi
exec </dev/null >"$dir/stdout" 2>"$dir/stderr"
trap : HUP INT TERM
cd /
renice -n 10 -p $$ >/dev/null 2>&1 || :
ionice -c2 -n7 -p $$ >/dev/null 2>&1 || :
umask 022
run_as "$user" "$@"
code=$?
umask 077
printf '%s %s\\n' "$code" "$(date +%s%3N)" >"$dir/exit.new" && mv -- "$dir/exit.new" "$dir/exit"
`;
