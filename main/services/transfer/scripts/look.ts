/**
 * A file and who writes to it: `PATH`. Says the bytes (nothing if it is not there), then the pid of each process that
 * has it open for writing. Compared by inode, for a name may hold anything.
 */
export const WRITERS_SCRIPT = `
[ -e "$1" ] || { printf '\\0'; exit 0; }
printf '%s\\0' "$(stat -c %s -- "$1")"
find -L /proc/[0-9]*/fd -maxdepth 1 -samefile "$1" 2>/dev/null | while read -r link; do
  pid=\${link#/proc/} number=\${link##*/}
  pid=\${pid%%/*}
  case $(sed -n 's/^flags:[[:space:]]*//p' "/proc/$pid/fdinfo/$number" 2>/dev/null) in
    *[12]) printf '%s\\0' "$pid" ;;
  esac
done
`;

/** Shell function `identity PATH`: changes with every write, and with every other file of that name. */
export const IDENTITY_FUNCTION = `
identity() { TZ=UTC stat -c '%d %i %s %y' -- "$1"; }
`;

/** `PATH` */
export const IDENTITY_SCRIPT = `${IDENTITY_FUNCTION}
identity "$1"
`;
