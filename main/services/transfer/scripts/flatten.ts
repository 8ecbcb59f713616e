/** How the flatten script ends when it is not for a reason that another program gives. */
export const FLATTEN_CODES = { convert: 64, differs: 65, noCompare: 66, compare: 67 } as const;

/**
 * `FROM FORMAT TO`. The new image gets its name only after it was found to hold what the chain holds. One that is there
 * already, from a run that was cut after that, is compared again. An old qemu-img that cannot compare (before 1.4) says
 * 1 to that word, which would mean a difference: so it is asked first.
 */
export const FLATTEN_SCRIPT = `
from=$1 format=$2 to=$3 part=$3.part
case $(qemu-img --help 2>/dev/null) in
  *compare*) ;;
  *) echo "qemu-img is not installed or cannot compare" >&2; exit ${FLATTEN_CODES.noCompare.toString()} ;;
esac
same_as() { qemu-img compare -p -f "$format" -F qcow2 "$from" "$1"; }
[ -f "$to" ] && same_as "$to" && exit 0
qemu-img convert -p -t writeback -f "$format" -O qcow2 "$from" "$part" || exit ${FLATTEN_CODES.convert.toString()}
same_as "$part"
case $? in
  0) mv -f -T -- "$part" "$to" ;;
  1) exit ${FLATTEN_CODES.differs.toString()} ;;
  *) exit ${FLATTEN_CODES.compare.toString()} ;;
esac
`;
