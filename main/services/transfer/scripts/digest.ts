import { IDENTITY_FUNCTION } from './look.ts';
import { SUM_FUNCTIONS } from './sum.ts';

/**
 * `PATH ALGORITHM WRITTEN`. Says what the file was before, its digest, and what it was after.
 *
 * With WRITTEN `yes` the file is flushed and dropped from the page cache first (coreutils manual, dd, `nocache`), so that
 * the disk is read and not the memory; a file that vanished is not made again, empty (`nocreat`). coreutils before 8.11 have no `nocache`; there the disk is read directly.
 * Afterwards it is dropped from there again, for a guest's own memory is worth more than what is read once.
 */
export const DIGEST_SCRIPT = `${IDENTITY_FUNCTION}${SUM_FUNCTIONS}
path=$1 algorithm=$2 written=$3
need_sum "$algorithm"
[ -f "$path" ] || { echo "$path is not there" >&2; exit 3; }
flag=nocache
dd if=/dev/null of=/dev/null count=0 iflag=nocache 2>/dev/null || flag=
identity "$path" || exit 1
if [ "$written" = yes ]; then
  if [ -n "$flag" ]; then
    dd of="$path" oflag=nocache conv=nocreat,notrunc,fdatasync count=0 || exit 11
  else
    dd of="$path" conv=nocreat,notrunc,fdatasync count=0 || exit 11
    flag=direct
  fi
fi
# What rsync is to find in memory, the other reader must not drop at once.
[ "$algorithm" != xxh128 ] || [ "$flag" = direct ] || flag=
sum_of "$algorithm" "$path" dd if="$path" bs=1M \${flag:+iflag=$flag} || exit 11
[ "$algorithm" != xxh128 ] || dd if="$path" of=/dev/null iflag=nocache count=0 2>/dev/null || :
identity "$path"
`;
