/**
 * One look at a job: `BASE MIGRATION NAME OFFSET LIMIT SECONDS`.
 *
 * So long it waits for the end of one that runs, which is then told at once.
 * The state is read before the output: what an ended job has written is then complete. The output travels in base64,
 * so that a chunk may end anywhere inside a character.
 */
export const FOLLOW_SCRIPT = `
dir=$1/$2/$3
[ "$6" = 0 ] || [ ! -e "$dir/alive" ] || flock -w "$6" -s "$dir/alive" true
report "$dir"
if [ -d "$dir" ]; then
  printf '%s\\0' "$(tail -c "+$(($4 + 1))" "$dir/stdout" | head -c "$5" | base64 -w0)"
  printf '%s\\0' "$(tail -c 4096 "$dir/stderr" | base64 -w0)"
fi
`;
