/** Of the freeze: what must be so before the one snapshot, and an overlay for each disk that is still to be frozen. */
export const PREPARE_FUNCTIONS = `
format_of() {
  printf '%s' "$xml" | tr '\\n' ' ' | sed 's/<disk /\\n&/g' | sed -n "/<target dev='$1'/s/.*<driver [^>]*type='\\([^']*\\)'.*/\\1/p"
}
is_frozen() {
  if [ -z "$(target_of "$live")" ]; then [ "$(backing_of "$disk")" = "$layer" ]; return; fi
  [ "$(backing_of "$live")" = "$layer" ] ||
    refuse "the domain has had $disk open as $live since an earlier freeze, and until it is started anew"
}
suits() { same "$disk" "$layer" && [ "$(backing_of "$1")" = "$layer" ] && [ "$(number_at "$1" 24 8)" = "$(number_at "$layer" 24 8)" ]; }
may_be_frozen() {
  [ "$state" = running ] || refuse "the domain $server is $state, not running"
  target=$(target_of "$disk")
  [ -n "$target" ] || refuse "the domain $server has no disk $disk"
  format=$(format_of "$target")
  [ "$format" = qcow2 ] && is_qcow2 "$disk" || refuse "$disk is no qcow2 (the domain says $format)"
  said=$(virsh blockjob "$server" "$target" --raw 2>&1) || { echo "$said" >&2; exit 1; }
  case $said in *type=*) refuse "a block job of libvirt is at work on $disk ($target)" ;; esac
  case $(backing_of "$disk") in "$instances/_coldhaul/"*) refuse "$disk stands on another layer already, $(backing_of "$disk")" ;; esac
}
make_layer() {
  rm -f -- "$part"
  if there "$live" && { ! suits "$live" || holds "$live"; }; then
    # Of an earlier freeze. One that suits and is empty is used again: a snapshot that was cut may yet be on its way to it.
    users=$(opened_by "$live" | paste -s -d ' ' -)
    [ -z "$users" ] || refuse "$live is in use by process $users"
    if same "$disk" "$live"; then rm -f -- "$live"; else keep "$live"; fi
  fi
  if there "$layer" && ! same "$disk" "$layer"; then
    plain "$layer" || refuse "$layer is not a plain file"
    unused "$instances" "$layer"
    keep "$layer"
  fi
  there "$layer" || ln -T -- "$disk" "$layer" || exit 1
  same "$disk" "$layer" || refuse "$layer was taken meanwhile"
  others=$(chains_on "$instances" "$layer" | grep -v -x -F -e "$live" | head -n 5 | paste -s -d ' ' -)
  [ -z "$others" ] || refuse "$layer is in use by $others"
}
make_overlay() {
  ! there "$live" || return 0
  described=$(qemu-img info -U -f qcow2 --output=json "$layer") || exit 1
  compat=$(printf '%s\\n' "$described" | sed -n 's/.*"compat": "\\([0-9.]*\\)".*/\\1/p' | head -n 1)
  cluster=$(printf '%s\\n' "$described" | sed -n 's/.*"cluster-size": \\([0-9]*\\).*/\\1/p' | head -n 1)
  qemu-img create -q -u -f qcow2 -F qcow2 -b "$layer" -o "compat=\${compat:-1.1},cluster_size=\${cluster:-65536}" \\
    "$part" "$(number_at "$layer" 24 8)" || exit 1
  suits "$part" || { echo "$part does not name $layer, or has another size" >&2; exit 1; }
  chown --reference="$disk" -- "$part" && chmod --reference="$disk" -- "$part" || exit 1
  chcon --reference="$disk" -- "$part" 2>/dev/null || :
  flush "$part" "$layer" "$stage"
  rename_once "$part" "$live" || refuse "$live was taken meanwhile"
  flush "$stage"
}
`;
