/**
 * The lock on an instance is one file: the migration, who, since when, and the boot of the host. It gets its name by a hard
 * link, whole and only if the name is free, so none is ever seen without its owner. Whoever takes or gives back has the lock
 * directory to itself meanwhile. A lock of another boot holds nobody up: all that ran here for it is gone.
 */
const LOCK_FUNCTIONS = `
lock=$1/$2
own_turn() {
  exec 9<"$1" || exit 1
  flock -w 60 9 || { echo "another holds $1" >&2; exit 1; }
}
line_of() { sed -n "$2p" "$1" 2>/dev/null; }
`;

/** Takes the lock: `BASE SERVER MIGRATION WHO`. Says `taken`, or `other` and the owner's lines. */
export const LOCK_SCRIPT = `${LOCK_FUNCTIONS}
umask 077
mkdir -p "$1" || exit 1
own_turn "$1"
new=$1/.new-$$
trap 'rm -f "$new"' EXIT
trap 'exit 1' HUP INT PIPE TERM
boot=$(cat /proc/sys/kernel/random/boot_id) || exit 1
printf '%s\\n%s\\n%s\\n%s\\n' "$3" "$4" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$boot" >"$new" || exit 1
before=$(line_of "$lock" 4)
if [ -n "$before" ] && [ "$before" != "$boot" ]; then rm -f -- "$lock"; fi
if ln -T -- "$new" "$lock" 2>/dev/null || [ "$(line_of "$lock" 1)" = "$3" ]; then
  rm -f "$new"
  printf 'taken\\0'
elif [ -e "$lock" ]; then
  rm -f "$new"
  printf 'other\\0%s\\0' "$(cat "$lock")"
else
  echo "$lock cannot be made" >&2
  exit 1
fi
`;

/** Gives the lock back: `BASE SERVER MIGRATION`. Says `free`, or `other` and the owner's lines. */
export const UNLOCK_SCRIPT = `${LOCK_FUNCTIONS}
[ -e "$lock" ] || { printf 'free\\0'; exit 0; }
own_turn "$1"
if [ ! -e "$lock" ]; then printf 'free\\0'
elif [ "$(line_of "$lock" 1)" = "$3" ]; then rm -f -- "$lock" && printf 'free\\0'
else printf 'other\\0%s\\0' "$(cat "$lock")"
fi
`;
