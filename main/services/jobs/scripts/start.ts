import { UNIT_FUNCTIONS } from './unit.ts';

/**
 * Starts a job or finds it: `BASE MIGRATION NAME FINGERPRINT USER UNIT WRAPPER ARGV…`.
 *
 * Under a lock, because a lost or failed job is set aside first, and two callers must not set aside each other's fresh
 * one. Says `started`, `found`, or `other` (it runs with another command), then why systemd gave it no unit although
 * it is there, or nothing, then the state.
 */
export const START_SCRIPT = `${UNIT_FUNCTIONS}
launch() { said=$(setsid "$@" </dev/null 2>&1 9>&- &); }
base=$1 migration=$2 name=$3 fingerprint=$4 user=$5 unit=$6 wrapper=$7 refused=
shift 7
id -u "$user" >/dev/null || exit 1
umask 077
mkdir -p "$base/$migration" || exit 1
exec 9>"$base/.lock"
flock -w 60 9 || { echo "another start holds $base/.lock" >&2; exit 1; }
dir=$base/$migration/$name
state=$(state_of "$dir") || exit 90
same=no
[ "$(read_file "$dir/fingerprint")" = "$fingerprint" ] && same=yes
case $state in
  running) if [ $same = yes ]; then begun=found; else begun=other; fi ;;
  ended)
    if [ $same = yes ] && [ "$(cut -d' ' -f1 "$dir/exit")" = 0 ]; then begun=found; else begun=start; set_aside "$dir" || exit 1; fi ;;
  lost) begun=start; set_aside "$dir" || exit 1 ;;
  *) begun=start ;;
esac
if [ $begun = start ]; then
  if manager=$(manager_version); then
    launch systemd-run $(unit_options "$manager") --unit="$unit" --description="Coldhaul: $name of $migration" \\
      -- sh -c "$wrapper" coldhaul "$dir" "$user" "$fingerprint" "unit $unit" "$@"
    [ -d "$dir" ] || refused=$(printf '%s' "\${said:-it gave no reason}" | tr '\\n' ' ' | cut -c 1-300)
  fi
  if [ ! -d "$dir" ]; then
    launch sh -c "$wrapper" coldhaul "$dir" "$user" "$fingerprint" "session\${refused:+: $refused}" "$@"
  fi
  [ -d "$dir" ] || { echo "the job did not start: $said" >&2; exit 1; }
  begun=started
fi
printf '%s\\0%s\\0' "$begun" "$refused"
report "$dir"
`;
