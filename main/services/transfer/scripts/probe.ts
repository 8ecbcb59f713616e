import { RUN_AS_FUNCTION } from '../../jobs/scripts/run-as.ts';
import { codecOptions } from '../rsync-options.ts';
import { DIRECT_BLOCK, WRITE_BLOCK } from './stream.ts';
import { SUM_FUNCTIONS } from './sum.ts';

/** Once the data flow: what is slow in this time is slow. */
const FEW_SECONDS = '4';
/** Enough for a rate beside the handshake of ssh, which takes a tenth of a second or two. */
const SAMPLE_MIB = '64';
/** Every eighth piece of it is tried first: where that takes a second, the link is slow, and no more is sent. */
const LITTLE_STEP = '8';
/** As a copy is received (scripts/stream.ts), where dd knows how; but what came stays in memory, for it is read again. */
const RECEIVE_FLAGS = `bs=${WRITE_BLOCK} iflag=fullblock conv=notrunc,sparse`;

/**
 * Runs at the destination. The name of the file comes in the first line of the data, so that it never meets a shell.
 * The clock starts when the data do: the handshake of ssh would drown a short measurement. Nothing is flushed in that time, for a
 * copy writes while more is coming. What arrived is written twice more out of memory and flushed, which is the disk alone: through the
 * page cache, and past it. Says `path`, `write` and `direct` with bytes and nanoseconds, `files` with what the file system can do (holes, preallocation, reflinks) and
 * `codecs` with those of its rsync. The stage goes with the file if nothing else is in it.
 */
export const RECEIVE_SCRIPT = `exec sh -c 'IFS= read -r file || exit 1
clean() {
  rm -f -- "$file" "$file.try" "$file.write" "$file.direct" "$file.hole" "$file.room" "$file.link"
  rmdir -- "\${file%/*}" 2>/dev/null
}
trap clean EXIT
trap "exit 1" HUP INT TERM PIPE
find "\${file%/*}" -maxdepth 1 -name ".coldhaul-probe-*" -mmin +60 -exec rm -f -- {} + 2>/dev/null
rm -f -- "$file.try"
now() { date +%s%N; }
flags="${RECEIVE_FLAGS}"
dd if=/dev/null of=/dev/null count=0 $flags 2>/dev/null || flags=bs=1M
began=$(now)
dd of="$file" $flags 2>/dev/null
code=$?
bytes=$(stat -c %s -- "$file")
echo "path $bytes $(($(now) - began))"
[ $code -eq 0 ] && [ "$bytes" -gt 0 ] || exit $code
began=$(now)
dd if="$file" of="$file.write" bs=1M conv=fdatasync 2>/dev/null || exit 1
echo "write $bytes $(($(now) - began))"
rm -f -- "$file.write"
began=$(now)
dd if="$file" of="$file.direct" bs=${DIRECT_BLOCK} oflag=direct conv=fdatasync 2>/dev/null &&
  echo "direct $bytes $(($(now) - began))"
holes=no room=unknown link=no
truncate -s 1M "$file.hole" && [ "$(stat -c %b -- "$file.hole")" -lt 2048 ] && holes=yes
if command -v fallocate >/dev/null 2>&1; then
  room=no
  fallocate -l 1M "$file.room" 2>/dev/null && room=yes
fi
cp --reflink=always -- "$file" "$file.link" 2>/dev/null && link=yes
echo "files $holes $room $link"
echo "codecs $(rsync --version 2>/dev/null | sed -n "/^Compress list/{n;p;}")"'`;

/** Runs at the destination: takes bytes out of ssh and forgets them. Says `send`, bytes, nanoseconds, and its clock at both ends. */
export const SWALLOW_SCRIPT = `exec sh -c 'IFS= read -r go || exit 1
began=$(date +%s%N)
bytes=$(wc -c)
ended=$(date +%s%N)
echo "send $bytes $((ended - began)) $began $ended"'`;

/**
 * A sample of the disk from all over it goes to the destination by rsync, with each codec, by the options of a copy: what one
 * connection of those brings there. Says `codec` with its name, the bytes, what of them travelled, and the
 * nanoseconds, with those of an empty file for comparison, which are the handshake's. `sum` the same way, on the source alone, if rsync
 * is to make the digests. What comes to lie in the stage is removed by `RECEIVE_SCRIPT`, which runs afterwards. What an earlier probe died over
 * is removed on both sides: none takes an hour.
 */
const TRY_SAMPLE = `
try_sample() {
  case " $(rsync --version 2>/dev/null | sed -n '/^Compress list/{n;p;}') $algorithm" in *' zstd '* | *' lz4 '* | *xxh128) ;; *) return ;; esac
  shared=/dev/shm
  [ -d "$shared" ] && [ -w "$shared" ] || shared=/tmp
  find "$shared" -maxdepth 1 -name 'coldhaul-sample.*' \\( -user root -o -user "$login" \\) -mmin +60 -exec rm -rf -- {} + 2>/dev/null
  sample=$(mktemp -d "$shared/coldhaul-sample.XXXXXX") || return
  trap 'rm -rf -- "$sample"' EXIT
  trap 'exit 1' HUP INT TERM PIPE
  : >"$sample/nothing"
  step=$(($(stat -L -c %s -- "$from") / 1048576 / ${SAMPLE_MIB}))
  [ "$step" -gt 0 ] || step=1
  pieces "$from" $step $((step * ${SAMPLE_MIB})) >"$sample/bytes"
  pieces "$sample/bytes" ${LITTLE_STEP} ${SAMPLE_MIB} >"$sample/little"
  [ "$algorithm" != xxh128 ] || try_sum
  chown -R "$login" "$sample" && through nothing "$@" || return
  empty=$spent much=little
  try_codec lz4 ${codecOptions('lz4').join(' ')} -- "$@"
  try_codec zstd ${codecOptions('zstd').join(' ')} -- "$@"
}
pieces() {
  index=0
  while [ $index -lt "$3" ]; do
    dd if="$1" bs=1M count=1 skip=$index 2>/dev/null
    index=$((index + $2))
  done
}
time_sum() {
  began=$(now)
  sum_of xxh128 "$sample/$1" cat "$sample/$1" >/dev/null || exit 1
  spent=$(($(now) - began))
}
try_sum() {
  time_sum nothing
  empty=$spent
  time_sum bytes
  echo "sum $(stat -c %s -- "$sample/bytes") $spent $empty"
}
through() {
  file=$1
  shift
  began=$(now)
  sent=$(run_as "$login" $limit rsync --inplace --whole-file --ignore-times --protect-args --stats $codec -e "ssh $*" \\
    -- "$sample/$file" "$login@$reach:$stage/.coldhaul-probe-$$.try" 2>/dev/null | sed -n 's/^Total bytes sent: //p' | tr -d ,)
  spent=$(($(now) - began))
  [ -n "$sent" ]
}
try_codec() {
  name=$1 codec=
  shift
  while [ "$1" != -- ]; do
    codec="$codec $1"
    shift
  done
  shift
  through $much "$@" || return
  if [ $much = little ] && [ $((spent - empty)) -lt 1000000000 ]; then
    much=bytes
    through $much "$@" || return
  fi
  echo "codec $name $(stat -c %s -- "$sample/$much") $sent $spent $empty"
}
`;

/**
 * `RECEIVE SWALLOW USER ADDRESS FROM STAGE MIB ALGORITHM SECONDS WRITERS SEVERAL SSH-OPTION…`. Reads as root, for the disk of a
 * running instance is its hypervisor's, and past the page cache where the file system allows it. A slow path is measured
 * for a few seconds, which begin when ssh has taken the first MiB, for its handshake may be slow, too; for that it has SECONDS. SEVERAL is `1 2 3 4`, or nothing if one connection is all that would be taken.
 *
 * Says what the two above say, and `read` and, unless rsync makes it, `digest` with bytes and nanoseconds; `several` as `send`, of each of four at once; `times`, then two lines of times(1p):
 * the second is ssh's; `writes`: what the writers (process ids, by commas) sent to the storage before and after, the
 * nanoseconds between, and the seconds since the oldest of them was started; before all that, what `TRY_SAMPLE` says.
 */
export const PROBE_SCRIPT = `${RUN_AS_FUNCTION}${SUM_FUNCTIONS}${TRY_SAMPLE}
receive=$1 swallow=$2 login=$3 address=$4 from=$5 stage=$6 count=$7 algorithm=$8 seconds=$9
writers=\${10} several=\${11}
shift 11
[ -f "$from" ] || { echo "$from is not there" >&2; exit 1; }
need_sum "$algorithm"
now() { date +%s%N; }
written() {
  printf '%s\\n' "$writers" | tr ',' '\\n' | while read -r pid; do cat "/proc/$pid/io" 2>/dev/null; done |
    awk '/^write_bytes:/ { sum += $2; some = 1 } END { if (some) printf "%.0f", sum }'
}
limit= few= codec= reach=$address more=$((count - 1))
command -v timeout >/dev/null 2>&1 && limit="timeout $seconds" few="timeout ${FEW_SECONDS}"
case $address in *:*) reach="[$address]" ;; esac
(try_sample "$@")
before=$(written) looked=$(now)
direct=
dd if="$from" of=/dev/null bs=1M count=1 iflag=direct 2>/dev/null && direct=iflag=direct
{
  printf '%s\\n' "$stage/.coldhaul-probe-$$"
  $limit dd if="$from" bs=1M count=1 $direct 2>/dev/null
  $few dd if="$from" bs=1M skip=1 count="$more" $direct 2>/dev/null
} | run_as "$login" ssh "$@" "$login@$address" "$receive" || exit 1
{
  echo go
  $limit dd if=/dev/zero bs=1M count=1 2>/dev/null
  $few dd if=/dev/zero bs=1M count="$more" 2>/dev/null
} | {
  run_as "$login" ssh "$@" "$login@$address" "$swallow" || exit 1
  echo times
  times
} || exit 1
for number in $several; do
  {
    echo go
    $few dd if=/dev/zero bs=1M count="$count" 2>/dev/null
  } | run_as "$login" ssh "$@" "$login@$address" "$swallow" | sed 's/^send/several/' &
done
wait
bytes=$(stat -L -c %s -- "$from")
[ "$bytes" -le $((count * 1048576)) ] || bytes=$((count * 1048576))
began=$(now)
dd if="$from" bs=1M count="$count" $direct of=/dev/null 2>/dev/null || exit 1
reading=$(($(now) - began))
echo "read $bytes $reading"
if [ "$algorithm" != xxh128 ]; then
  began=$(now)
  dd if="$from" bs=1M count="$count" $direct 2>/dev/null | "$algorithm" >/dev/null || exit 1
  echo "digest $bytes $(($(now) - began))"
fi
[ -z "$before" ] ||
  echo "writes $before $(written) $(($(now) - looked)) $(ps -o etimes= -p "$writers" 2>/dev/null | sort -n | tail -n 1)"
`;
