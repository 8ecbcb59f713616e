import { IDENTITY_FUNCTION } from './look.ts';

/**
 * `PATH ALGORITHM WRITTEN`. Says what the file was before, its digest, and what it was after.
 *
 * With WRITTEN `yes` the file is flushed and dropped from the page cache first (coreutils manual, dd, `nocache`), so that
 * the disk is read and not the memory; a file that vanished is not made again, empty (`nocreat`). coreutils before 8.11 have no `nocache`; there the disk is read directly.
 */
export const DIGEST_SCRIPT = `${IDENTITY_FUNCTION}
path=$1 algorithm=$2 written=$3
command -v "$algorithm" >/dev/null || { echo "$algorithm is not installed" >&2; exit 127; }
[ -f "$path" ] || { echo "$path is not there" >&2; exit 3; }
set -- iflag=nocache
dd if=/dev/null of=/dev/null count=0 "$@" 2>/dev/null || set --
identity "$path" || exit 1
if [ "$written" = yes ]; then
  if [ $# -eq 1 ]; then
    dd of="$path" oflag=nocache conv=nocreat,notrunc,fdatasync count=0 || exit 11
  else
    dd of="$path" conv=nocreat,notrunc,fdatasync count=0 || exit 11
    set -- iflag=direct
  fi
fi
{
  read_status=$(
    {
      { dd if="$path" bs=1M "$@"; echo $? >&3; } | "$algorithm" >&4
    } 3>&1
  ) || exit 11
} 4>&1
[ "$read_status" = 0 ] || exit 11
identity "$path"
`;
