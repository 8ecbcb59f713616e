# Words for a person, and waiting: for a state, never for a time.

say() { printf '[%(%T)T] %s\n' -1 "$*" >&2; }
fail() { say "failed: $*"; exit 1; }

# await SECONDS WHAT COMMAND... : until the command succeeds; SECONDS only bounds it.
await() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" 2>/dev/null; do
    [ $SECONDS -lt $end ] || fail "waited in vain for $what"
    read -rt 0.2 <> <(:) || true
  done
}
