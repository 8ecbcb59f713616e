import { RUN_AS_FUNCTION } from '../../jobs/scripts/run-as.ts';

/**
 * Runs at the destination. The name of the file comes in the first line of the data, so that it never meets a shell.
 * The clock starts when the data do: the handshake of ssh would drown a short measurement. Says bytes and nanoseconds.
 */
export const RECEIVE_SCRIPT = `exec sh -c 'IFS= read -r file || exit 1
began=$(date +%s%N)
dd of="$file" bs=1M iflag=fullblock conv=fdatasync 2>/dev/null
code=$?
ended=$(date +%s%N)
echo "$(stat -c %s -- "$file") $((ended - began))"
rm -f -- "$file"
exit $code'`;

/**
 * `RECEIVE USER ADDRESS FROM STAGE MIB ALGORITHM SECONDS SSH-OPTION…`. Reads as root, for the disk of a running instance
 * is its hypervisor's, and past the page cache where the file system allows it. Says a line of bytes and nanoseconds for
 * the path, and one for the digest. A slow path is measured for so many seconds.
 */
export const PROBE_SCRIPT = `${RUN_AS_FUNCTION}
receive=$1 login=$2 address=$3 from=$4 stage=$5 count=$6 algorithm=$7 seconds=$8
shift 8
[ -f "$from" ] || { echo "$from is not there" >&2; exit 1; }
command -v "$algorithm" >/dev/null || { echo "$algorithm is not installed" >&2; exit 127; }
direct=
dd if="$from" of=/dev/null bs=1M count=1 iflag=direct 2>/dev/null && direct=iflag=direct
limit=
command -v timeout >/dev/null 2>&1 && limit="timeout $seconds"
{
  printf '%s\\n' "$stage/.coldhaul-probe-$$"
  $limit dd if="$from" bs=1M count="$count" $direct 2>/dev/null
} | run_as "$login" ssh "$@" "$login@$address" "$receive" || exit 1
began=$(date +%s%N)
dd if="$from" bs=1M count="$count" $direct 2>/dev/null | "$algorithm" >/dev/null || exit 1
ended=$(date +%s%N)
bytes=$(stat -L -c %s -- "$from")
[ "$bytes" -le $((count * 1048576)) ] || bytes=$((count * 1048576))
echo "$bytes $((ended - began))"
`;
