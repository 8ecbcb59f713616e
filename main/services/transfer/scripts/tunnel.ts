/** How the other end says that it is not for a reason that ssh or a program of coreutils gives. */
export const TUNNEL_CODES = { convert: 64, differs: 65, noCompare: 66, compare: 67, noServer: 69 } as const;

/** One looks every twentieth of a second whether qemu-nbd listens: twenty seconds for a slow disk with a long chain. */
const LISTEN_LOOKS = '400';

/**
 * Functions of the source. `open_door` makes a directory for the socket, which nobody else may enter, and takes away what an order
 * before left that was killed. `reach LOGIN RECEIVE SSH-OPTION…` has sshd at the destination make a socket that leads to it
 * (ssh(1), -R), where only the same user may open it (sshd_config(5), StreamLocalBindMask), and runs RECEIVE there on standard input.
 * Short names in /tmp, for the name of a socket has at most 107 bytes (unix(7)).
 */
const DOOR_FUNCTIONS = `
open_door() {
  for old in /tmp/coldhaul-nbd.*; do
    [ -d "$old" ] && [ -O "$old" ] || continue
    owner=\${old#/tmp/coldhaul-nbd.}
    kill -0 "\${owner%%.*}" 2>/dev/null || rm -rf -- "$old"
  done
  near=$(mktemp -d "/tmp/coldhaul-nbd.$$.XXXXXXXX") || exit 11
  far=$near.far server=
  trap '[ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server"; }; rm -rf -- "$near"' EXIT
  trap 'exit 143' HUP INT TERM
}
reach() {
  login=$1 receive=$2
  shift 2
  ssh -o ExitOnForwardFailure=yes -R "$far:$near/nbd" "$@" "$login" "$receive"
}
`;

/**
 * \`FROM FORMAT TO LOGIN LIMIT DIRECT RECEIVE SSH-OPTION…\`, on the source: offers what a guest sees of a chain, read-only, to the
 * destination alone, as long as RECEIVE runs there. qemu-nbd makes its socket before it opens the chain, so that it could not is told at the end. Where setpriv knows how (util-linux 2.33), qemu-nbd ends with this script, also if that is killed. LIMIT is bytes a second, or \`none\`; QEMU itself keeps it. The name at the
 * destination travels in base64, so that it never meets a shell.
 */
export const SERVE_SCRIPT = `: coldhaul offers a chain
${DOOR_FUNCTIONS}from=$1 format=$2 to=$3 login=$4 limit=$5 direct=$6 receive=$7
shift 7
command -v qemu-nbd >/dev/null 2>&1 || { echo "qemu-nbd is not installed" >&2; exit 127; }
mode=$(stat -L -c %a -- "$from") || exit 3
open_door
guard=
setpriv --pdeathsig TERM true 2>/dev/null && guard="setpriv --pdeathsig TERM"
if [ "$limit" = none ]; then
  $guard qemu-nbd -r -t -f "$format" -k "$near/nbd" -- "$from" &
else
  name=$(printf %s. "$from" | sed 's/,/,,/g')
  $guard qemu-nbd -r -t --object "throttle-group,id=limit,x-bps-total=$limit" -k "$near/nbd" --image-opts \\
    "driver=throttle,throttle-group=limit,file.driver=$format,file.file.driver=file,file.file.filename=\${name%.}" &
fi
server=$!
looks=0
until [ -S "$near/nbd" ]; do
  kill -0 "$server" 2>/dev/null && [ "$looks" -lt ${LISTEN_LOOKS} ] || exit ${TUNNEL_CODES.noServer.toString()}
  looks=$((looks + 1))
  sleep 0.05
done
printf '%s\\n' "$(printf %s "$to" | base64 | tr -d '\\n')" "$far" "$mode" "$direct" | reach "$login" "$receive" "$@"
code=$?
case $code in
  0 | ${TUNNEL_CODES.differs.toString()}) ;;
  *)
    if ! kill -0 "$server" 2>/dev/null; then
      wait "$server"
      code=$?
      [ "$code" -gt 128 ] || code=${TUNNEL_CODES.noServer.toString()}
      server=
    fi
    ;;
esac
exit "$code"
`;

/**
 * What every RECEIVE begins with: the name, the socket, the mode that the file is to have, and \`yes\` for writing past the page cache.
 * A socket's name is needed only until qemu-img has opened it, so an old one is of a RECEIVE that was killed, or no longer needed.
 */
const RECEIVE_HEAD = `IFS= read -r name && IFS= read -r far && IFS= read -r mode && IFS= read -r direct || exit 12
trap "rm -f -- $far" EXIT
trap "exit 143" HUP INT TERM
find /tmp -maxdepth 1 -type s -name "coldhaul-nbd.*.far" -user "$(id -un)" -mmin +10 -exec rm -f -- {} + 2>/dev/null
case $(qemu-img --help 2>/dev/null) in
  *compare*) ;;
  *) echo "qemu-img is not installed or cannot compare" >&2; exit ${TUNNEL_CODES.noCompare.toString()} ;;
esac
file=$(printf %s "$name" | base64 -d && printf .) || exit 97
file=\${file%.}
renice -n 10 -p $$ >/dev/null 2>&1
ionice -c2 -n7 -p $$ >/dev/null 2>&1`;

/**
 * RECEIVE of a copy: one qcow2 without a base. One that is there is of an order that was cut, and its name is taken away first, so
 * that whoever still writes to it spoils nothing.
 */
export const CONVERT_SCRIPT = `exec sh -c '${RECEIVE_HEAD}
rm -f -- "$file" || exit 11
cache=writeback
[ "$direct" != yes ] || { dd if=/dev/zero of="$file" bs=4096 count=1 oflag=direct 2>/dev/null && cache=none; }
qemu-img convert -p -t $cache -f raw -O qcow2 "nbd:unix:$far" "$file"
code=$?
[ "$code" -le 128 ] || exit "$code"
[ "$code" -eq 0 ] || exit ${TUNNEL_CODES.convert.toString()}
chmod "$(printf %o $((0$mode & ~0$(umask))))" -- "$file" || exit 11'`;

/**
 * RECEIVE of a proof: what was written is flushed and dropped from the page cache first, so that the disk is read (scripts/digest.ts).
 * Says the identity of the file before and after, each on a line after \`file\`.
 */
export const COMPARE_SCRIPT = `exec sh -c '${RECEIVE_HEAD}
identity() { TZ=UTC stat -c "%d %i %s %y" -- "$file"; }
[ -f "$file" ] || { echo "$file is not there" >&2; exit 3; }
forget=oflag=nocache past=
dd if=/dev/null of=/dev/null count=0 $forget 2>/dev/null || forget= past="-T none"
dd of="$file" $forget conv=nocreat,notrunc,fdatasync count=0 || exit 11
echo "file $(identity)"
qemu-img compare -p $past -f raw -F qcow2 "nbd:unix:$far" "$file"
code=$?
echo
echo "file $(identity)"
[ -z "$forget" ] || dd of="$file" $forget conv=nocreat,notrunc count=0 2>/dev/null
[ "$code" -le 128 ] || exit "$code"
case $code in
  0) ;;
  1) exit ${TUNNEL_CODES.differs.toString()} ;;
  *) exit ${TUNNEL_CODES.compare.toString()} ;;
esac'`;

/**
 * \`LOGIN RECEIVE SSH-OPTION…\`, on the source: tries all that the other needs, with nothing to offer. Before 2.12 qemu-nbd does not tell
 * holes, and before 2.11 it keeps no limit (QEMU changelogs).
 */
export const TRY_SCRIPT = `${DOOR_FUNCTIONS}login=$1 receive=$2
shift 2
command -v qemu-nbd >/dev/null 2>&1 || { echo "qemu-nbd is not installed" >&2; exit 127; }
version=$(qemu-nbd --version | sed -n 's/^qemu-nbd[^0-9]*\\([0-9]*\\)\\.\\([0-9]*\\).*/\\1 \\2/p' | head -n 1)
[ "\${version%% *}" -gt 2 ] 2>/dev/null || { [ "\${version%% *}" = 2 ] && [ "\${version##* }" -ge 12 ]; } ||
  { echo "qemu-nbd is older than 2.12" >&2; exit ${TUNNEL_CODES.noServer.toString()}; }
open_door
printf '%s\\n' "" "$far" 0 no | reach "$login" "$receive" "$@"
`;

/** RECEIVE of that: the socket is there, and a qemu-img that may use it. */
export const TRY_RECEIVE_SCRIPT = `exec sh -c '${RECEIVE_HEAD}
[ -S "$far" ] || { echo "sshd made no socket" >&2; exit ${TUNNEL_CODES.noServer.toString()}; }'`;
