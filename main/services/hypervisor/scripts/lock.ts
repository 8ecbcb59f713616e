/**
 * The lock on an instance is one file whose lines say who has it. It gets its name by a hard link, whole and only if the
 * name is free: two hosts of ours cannot both have it, and none is ever seen without its owner.
 */
const OWNER_FUNCTION = `
owner_is() {
  IFS= read -r found 2>/dev/null <"$1" || return 1
  [ "$found" = "$2" ]
}
`;

/** Takes the lock: `BASE SERVER MIGRATION WHO`. Says `taken`, or `other` and the owner's lines. */
export const LOCK_SCRIPT = `${OWNER_FUNCTION}
lock=$1/$2
umask 077
mkdir -p "$1" || exit 1
new=$1/.new-$$
printf '%s\\n%s\\n%s\\n' "$3" "$4" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$new" || exit 1
trap 'rm -f "$new"' EXIT
for try in 1 2 3 4 5; do
  if ln -T -- "$new" "$lock" 2>/dev/null || owner_is "$lock" "$3"; then printf 'taken\\0'; exit 0; fi
  if [ -e "$lock" ]; then printf 'other\\0%s\\0' "$(cat "$lock")"; exit 0; fi
done
echo "the lock $lock comes and goes" >&2
exit 1
`;

/** Gives the lock back: `BASE SERVER MIGRATION`. Says `free`, or `other` and the owner's lines. */
export const UNLOCK_SCRIPT = `${OWNER_FUNCTION}
lock=$1/$2
if [ ! -e "$lock" ]; then printf 'free\\0'
elif owner_is "$lock" "$3"; then rm -f -- "$lock" && printf 'free\\0'
else printf 'other\\0%s\\0' "$(cat "$lock")"
fi
`;
