/**
 * Shell functions for scripts that change files. `refuse` ends a script with a sentence that is no defect of the host:
 * what it found is not what it was sent to change.
 */
export const FILE_FUNCTIONS = `
refuse() { printf 'refused\\0%s\\0' "$1"; exit 0; }
there() { [ -e "$1" ] || [ -L "$1" ]; }
plain() { [ -f "$1" ] && [ ! -L "$1" ]; }
same() { plain "$1" && plain "$2" && [ "$(stat -c %d:%i -- "$1")" = "$(stat -c %d:%i -- "$2")" ]; }
own_directory() {
  [ ! -L "$1" ] || refuse "$1 is a symbolic link"
  # Two of us may make it at the same time; it only has to be there afterwards.
  [ -d "$1" ] || mkdir -- "$1" || { [ -d "$1" ] && [ ! -L "$1" ]; } || exit 1
  chown -h "$2:" -- "$1" && chmod "$3" -- "$1" || exit 1
}
rename_once() {
  mv -n -T -- "$1" "$2" || exit 1
  ! there "$1"
}
identity() { stat -c '%d:%i:%s:%w' -- "$1"; }
kept_name() { printf '%s.kept-%s' "$1" "$(date -u +%Y%m%dT%H%M%SZ)"; }
keep() {
  kept=$(kept_name "$1")
  until ! there "$kept" && rename_once "$1" "$kept"; do sleep 1; kept=$(kept_name "$1"); done
}
`;
