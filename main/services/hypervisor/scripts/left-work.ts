import { STATE_FUNCTIONS } from '../../jobs/scripts/state.ts';

/**
 * Pairs of name and value, each ended by NUL: `JOBS LOCKS STAGES`. Of a job `job` (MIGRATION/NAME), `state`, `started`, `pid`;
 * of a lock `lock` (the server) and its four lines; of a stage `stage` (its name), `bytes` and `changed`. Names that begin
 * with a dot are no work of their own; a stage is a directory with the name of a server, and tells nothing while it is empty.
 * `held` of one that has nothing but second names of disks, which a guest has open since they were frozen while it ran.
 */
export const LEFT_WORK_SCRIPT = `${STATE_FUNCTIONS}
emit() { printf '%s\\0' "$@"; }
line_of() { sed -n "$2p" "$1" 2>/dev/null; }
emit boot "$(boot_id)"
for dir in "$1"/*/*; do
  [ -d "$dir" ] || continue
  state=$(state_of "$dir") || exit 1
  [ "$state" != absent ] || continue
  emit job "\${dir#"$1"/}" state "$state" started "$(read_file "$dir/started")" pid "$(read_file "$dir/pid")"
done
for file in "$2"/*; do
  [ -f "$file" ] || continue
  emit lock "\${file##*/}" migration "$(line_of "$file" 1)" who "$(line_of "$file" 2)"
  emit since "$(line_of "$file" 3)" taken-in "$(line_of "$file" 4)"
done
is_held() {
  real=$(readlink -f -- "$1")
  for file in "$1"/* "$1"/.[!.]*; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    case \${file##*/} in live.*) ;; *) return 1 ;; esac
    [ "$(stat -c %h -- "$file")" -gt 1 ] || return 1
    [ -n "$(find /proc/[0-9]*/fd -maxdepth 1 -type l -lname "$real/\${file##*/}" 2>/dev/null | head -n 1)" ] || return 1
  done
}
for dir in "$3"/????????-????-????-????-????????????; do
  [ -d "$dir" ] && [ ! -L "$dir" ] && [ -n "$(ls -A -- "$dir")" ] || continue
  emit stage "\${dir##*/}" bytes "$(du -s --block-size=1 -- "$dir" 2>/dev/null | cut -f1)"
  emit changed "$(find "$dir" -printf '%T@\\n' 2>/dev/null | sort -n | tail -n 1)"
  ! is_held "$dir" || emit held yes
done
`;
