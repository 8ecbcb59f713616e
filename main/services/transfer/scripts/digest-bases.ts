import { IDENTITY_FUNCTION } from './look.ts';
import { SUM_FUNCTIONS } from './sum.ts';

/**
 * `ALGORITHM PATH…`. For each path, fields ended by NUL: `D`, the path, what the file was before, its digest, what it was
 * after; a second time if that was not the same. `E` ends it all.
 *
 * Nobody outlives the connection: every 64 MiB a `H` is said, and whoever cannot be heard any more is ended by SIGPIPE,
 * or, where that is ignored, ends itself. coreutils before 8.11 have no `nocache`.
 */
export const DIGEST_BASES_SCRIPT = `${IDENTITY_FUNCTION}${SUM_FUNCTIONS}
algorithm=$1
shift
need_sum "$algorithm"
flag=iflag=nocache
[ "$algorithm" != xxh128 ] || flag=
[ -z "$flag" ] || dd if=/dev/null of=/dev/null count=0 $flag 2>/dev/null || flag=
exec 5>&1
read_in_parts() {
  parts=$(($(stat -L -c %s -- "$1") / 67108864 + 1))
  while [ "$parts" -gt 0 ]; do
    dd bs=1M count=64 $flag 2>/dev/null || return 1
    printf 'H\\0' >&5 2>/dev/null || return 1
    parts=$((parts - 1))
  done
}
read_whole() { read_in_parts "$1" <"$1"; }
for path do
  [ -f "$path" ] || { echo "$path is not there" >&2; exit 3; }
  for attempt in 1 2; do
    before=$(identity "$path") || exit 1
    sum=$(sum_of "$algorithm" "$path" read_whole "$path") || { echo "$path could not be read" >&2; exit 11; }
    after=$(identity "$path") || exit 1
    printf 'D\\0%s\\0%s\\0%s\\0%s\\0' "$path" "$before" "\${sum%% *}" "$after"
    [ "$before" != "$after" ] || break
  done
done
printf 'E\\0'
`;
