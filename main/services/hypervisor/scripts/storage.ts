/**
 * Shell function `storage PATH`: of the path, or with none of every directory that `$settings` may mean, `room`, the path,
 * `room.numbers` (free and all blocks, their size, free and all inodes, id), `room.type` (as `stat` names it), `room.mount`
 * (device, mount point, type, options, by tabs), `room.directory` (bytes, blocks, mtime, inode, links, uid, gid, mode) and,
 * where there is a `quota`, its word as `room.quota`. Free is what a user who is not root may fill.
 */
export const STORAGE_FUNCTIONS = `
tab=$(printf '\\t')
mount_of() {
  real=$(readlink -f -- "$1") awk '
    {
      point = $2
      gsub(/\\\\040/, " ", point)
      inside = point == "/" || point == ENVIRON["real"] || index(ENVIRON["real"], point "/") == 1
      if (inside && length(point) >= best) { best = length(point); line = $1 "\\t" point "\\t" $3 "\\t" $4 }
    }
    END { print line }' /proc/mounts
}
room_of() {
  [ -d "$1" ] || return 0
  mounted=$(mount_of "$1")
  emit room "$1" room.numbers "$(stat -f -c '%a %b %S %d %c %i' -- "$1")" \\
    room.type "$(stat -f -c %T -- "$1")" room.mount "$mounted" \\
    room.directory "$(stat -L -c '%s %b %Y %i %h %u %g %a' -- "$1")"
  # Of a network's file system, quota asks the server, and waits for it.
  case $mounted in *"$tab"nfs*) return 0 ;; esac
  command -v quota >/dev/null 2>&1 && emit room.quota "$(quota -u -w -p "$user" 2>/dev/null)"
  return 0
}
values_of() { printf '%s\\n' "$settings" | sed -n "s/^$1[[:space:]]*[=:][[:space:]]*//p" | tr -d "\\"'\\r"; }
candidates() {
  states=$(values_of state_path; echo /var/lib/nova)
  { values_of instances_path; echo '$state_path/instances'; } | while read -r path; do
    case $path in
      *'$'*)
        rest=\${path#*state_path}
        printf '%s\\n' "$states" | while read -r state; do printf '%s\\n' "$state\${rest#"}"}"; done ;;
      *) printf '%s\\n' "$path" ;;
    esac
  done | sed 's|\\(.\\)//*$|\\1|' | sort -u
}
storage() {
  if [ -n "$1" ]; then room_of "$1"; return; fi
  candidates | while read -r path; do room_of "$path"; done
}
`;
