/** Blocks of nothing but zeros of this size become holes; a pipe holds no more at once. */
export const WRITE_BLOCK = '64K';
/** Past the page cache each block is waited for, so they are bigger; and only of what has next to no holes that they could fill. */
export const DIRECT_BLOCK = '1M';
/** What dd writes past the page cache it flushes at the end: not for a smaller piece. */
const LEAST_DIRECT_BYTES = (64 * 1024 ** 2).toString();
/** What two pipes full hold: more was read and passed on a quarter slower (docs/adr/0016). */
export const READ_BLOCK = '128K';
/** Shorter holes are sent: two processes for every piece of a file take longer. */
const LEAST_HOLE_BYTES = (1024 ** 2).toString();
const MOST_PIECES = '1024';
/** One part in so many of a piece may be holes that are filled. */
const FEW_HOLES = '64';

/** What dd must understand; it does since coreutils 8.22. Asked before anything is written. */
const DD_CAN =
  'dd if=/dev/null of=/dev/null bs=1 iflag=fullblock,skip_bytes,count_bytes oflag=seek_bytes,nocache conv=notrunc,sparse status=none count=0';
/** What is written past the page cache must begin at a multiple of this, also on disks with sectors of 4 KiB. */
const ALIGNED_BYTES = '4096';

/**
 * Runs at the destination. The name of the file in base64, its mode, its time, its size and how it is to be written come in the first
 * lines of the data, so that they never meet a shell; then, for each piece, a line with its place, its length and 1 if next to no holes are in it, and its bytes; at last `end`. The
 * mode is cut by the mask of the user. Of several streams for one file, the one that ends last gives the time after all
 * writes of the others. Without `end` the file is a part of one, and that is an error.
 *
 * How it is written: `cached`, where `nocache` has the kernel write what has come and forget it (posix_fadvise(2), POSIX_FADV_DONTNEED), so
 * that little is left when the proof flushes it; or the size of the blocks that go past the page cache, where the file system takes
 * that. Either way the memory of the host stays its guests' (docs/adr/0016). Like the job at the source it stands back
 * behind all else on the host.
 */
export const STREAM_IN_SCRIPT = `exec sh -c '${DD_CAN} || exit 97
renice -n 10 -p $$ >/dev/null 2>&1
ionice -c2 -n7 -p $$ >/dev/null 2>&1
IFS= read -r name && IFS= read -r mode && IFS= read -r time && IFS= read -r size && IFS= read -r block || exit 12
file=$(printf %s "$name" | base64 -d && printf .) || exit 97
file=\${file%.}
while IFS=" " read -r start length solid; do
  if [ "$start" = end ]; then
    truncate -s "$size" -- "$file" && chmod "$(printf %o $((0$mode & ~0$(umask))))" -- "$file" || exit 11
    [ -z "$time" ] || touch -m -d "$time" -- "$file" || exit 11
    exit 0
  fi
  how="bs=${WRITE_BLOCK} oflag=nocache"
  [ "$block" = cached ] || [ "$solid" != 1 ] || [ "$length" -lt ${LEAST_DIRECT_BYTES} ] || [ $((start % ${ALIGNED_BYTES})) -ne 0 ] || {
    dd if=/dev/zero of="$file" bs=${ALIGNED_BYTES} count=1 oflag=direct,seek_bytes seek="$start" conv=notrunc status=none 2>/dev/null &&
      how="bs=$block oflag=direct" || block=cached
  }
  dd of="$file" $how iflag=fullblock,count_bytes count="$length" oflag=seek_bytes seek="$start" conv=notrunc,sparse status=none || exit 11
done
exit 12'`;

/**
 * \`pieces\` says what of \`$from\` holds data, by the map of qemu-img: stream, place, length, and 1 if next to no holes are in it. Each stream gets the same number
 * of bytes, in one run. Where there is no map, the file is one piece: a hole that is sent is slow, and nothing else.
 */
const PIECES_FUNCTION = `
pieces() {
  qemu-img map -U -f raw --output=json "$from" 2>/dev/null |
    sed -n 's/.*"start": *\\([0-9]*\\), *"length": *\\([0-9]*\\),.*"data": *\\(true\\|false\\).*/\\3 \\1 \\2/p' |
    awk -v size="$size" -v streams="$streams" -v hole=${LEAST_HOLE_BYTES} -v most=${MOST_PIECES} -v few=${FEW_HOLES} '
      BEGIN { n = 0 }
      $1 == "true" { from[n] = $2; to[n] = $2 + $3 < size ? $2 + $3 : size; n++ }
      END {
        if (!NR) { from[0] = 0; to[0] = size; n = 1 }
        for (m = most + 1; m > most; hole *= 2)
          for (i = m = 0; i < n; i++)
            if (m && from[i] - till[m - 1] < hole) { holes[m - 1] += from[i] - till[m - 1]; till[m - 1] = to[i] }
            else { at[m] = from[i]; holes[m] = 0; till[m++] = to[i] }
        for (i = 0; i < m; i++) all += till[i] - at[i]
        share = (int(all / streams / 1048576) + 1) * 1048576
        sent = 0
        for (i = 0; i < m; i++)
          for (now = at[i]; now < till[i]; now += piece) {
            stream = int(sent / share)
            piece = (stream + 1) * share - sent
            if (piece > till[i] - now) piece = till[i] - now
            printf "%d %.0f %.0f %d\\n", stream, now, piece, NR && holes[i] * few < till[i] - at[i]
            sent += piece
          }
        print "all"
      }'
}
`;

/**
 * `FROM TO LOGIN STREAMS KEEP DIRECT RECEIVE SSH-OPTION…`: sends a file that the destination does not have, by one to four
 * streams. KEEP is `yes` for the file's time, DIRECT for writing past the page cache. Tells how far they have come, in the notation of rsync.
 */
export const STREAM_OUT_SCRIPT = `: coldhaul sends a file
${PIECES_FUNCTION}from=$1 to=$2 login=$3 streams=$4 keep=$5 direct=$6 receive=$7
shift 7
${DD_CAN} || exit 97
size=$(stat -L -c %s -- "$from") && mode=$(stat -L -c %a -- "$from") || exit 3
time=
[ "$keep" != yes ] || time=$(TZ=UTC stat -L -c %y -- "$from") || exit 3
block=cached
[ "$direct" != yes ] || block=${DIRECT_BLOCK}
exec 3<"$from" 4<"$from" 5<"$from" 6<"$from" || exit 11
pieces=$(pieces)
case $pieces in *all) ;; *) exit 97 ;; esac
of_stream() { printf '%s\\n' "$pieces" | sed -n "s/^$1 //p"; }
send() {
  printf '%s\\n' "$(printf %s "$to" | base64 | tr -d '\\n')" "$mode" "$time" "$size" "$block"
  at=0
  of_stream "$1" | {
    while read -r start length solid; do
      echo "$start $length $solid"
      dd bs=${READ_BLOCK} iflag=skip_bytes,count_bytes skip=$((start - at)) count="$length" status=none <&$(($1 + 3)) || exit 1
      at=$((start + length))
    done
    echo end
  }
}
stream() {
  number=$1
  shift
  send "$number" | ssh "$@" "$login" "$receive"
}
tell() {
  trap 'kill "$nap"; exit' TERM
  number=0
  set --
  while [ "$number" -lt "$streams" ]; do
    set -- "$@" "$(of_stream "$number" | sed -n '1s/ .*//p')"
    number=$((number + 1))
  done
  while :; do
    sleep 1 &
    nap=$!
    wait "$nap"
    sum=0 number=3
    for first do
      at=0
      while read -r key value; do [ "$key" != pos: ] || at=$value; done <"/proc/$$/fdinfo/$number"
      [ "$at" -lt "\${first:-0}" ] || sum=$((sum + at - \${first:-0}))
      number=$((number + 1))
    done
    [ "$size" -eq 0 ] || echo "$sum $((sum * 100 / size))%"
  done
}
tell &
teller=$!
others= number=1
while [ "$number" -lt "$streams" ]; do
  stream "$number" "$@" &
  others="$others $!"
  number=$((number + 1))
done
stream 0 "$@"
code=$?
for other in $others; do wait "$other" || code=$?; done
kill "$teller"
exit "$code"
`;
