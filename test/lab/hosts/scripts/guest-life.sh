# Part of the stand-in virsh: definitions, and guests coming and going. Uses its find_domain and the like.
# shellcheck shell=sh

define() {
  [ -r "$1" ] || fail "Failed to open file '$1': No such file or directory"
  described=$(read_domains "$1" | awk -F "$tab" '$1 == "domain"')
  [ -n "$described" ] || fail "Failed to define domain from $1" 'XML error: missing name or uuid element'
  IFS=$tab read -r _ new_uuid new_name _ <<EOT
$described
EOT
  [ -n "$new_name" ] || fail "Failed to define domain from $1" 'missing domain state: name'
  while IFS=$tab read -r each_uuid each_name _; do
    if [ "$each_name" = "$new_name" ] && [ "$each_uuid" != "$new_uuid" ]; then
      fail "Failed to define domain from $1" \
        "operation failed: domain '$new_name' already exists with uuid $each_uuid"
    fi
    if [ "$each_uuid" = "$new_uuid" ] && [ "$each_name" != "$new_name" ]; then
      fail "Failed to define domain from $1" \
        "operation failed: domain '$each_name' is already defined with uuid $each_uuid"
    fi
  done <<EOT
$(all_domains)
EOT
  cp "$1" "$definitions/.$new_uuid.new"
  chmod 0600 "$definitions/.$new_uuid.new"
  mv "$definitions/.$new_uuid.new" "$definitions/$new_name.xml"
  echo "Domain '$new_name' defined from $1"
  echo
}

undefine() {
  find_domain "$1"
  [ -n "$definition" ] || fail "Failed to undefine domain '$1'" 'Requested operation is not valid: cannot undefine transient domain'
  rm -f "$definition"
  echo "Domain '$1' has been undefined"
  echo
}

# Ends what was begun of a guest that did not come up.
undo_start() {
  for pid in $(existing "$guests/$uuid"-*.pid); do kill -9 "$(cat "$pid")"; done
  exec 9>&-
  flock "$guests/$uuid.alive" true
  after_end "$uuid"
}

start() {
  find_domain "$1"
  exec 9>"$guests/$uuid.alive"
  flock -n 9 || fail 'Domain is already active'
  ! loops "$definition" || fail "Failed to start domain '$1'" \
    'internal error: qemu unexpectedly closed the monitor: qemu-system-x86_64: -blockdev: Failed to get "write" lock'
  cp "$definition" "$guests/$uuid.xml"
  last=$(cat "$guests/last-id" 2>/dev/null || echo 0)
  echo $((last + 1)) | tee "$guests/last-id" >"$guests/$uuid.id"
  : >"$guests/$uuid.owners"
  number=0
  # In a list of processes a guest is known by QEMU's name.
  [ -e "$guests/qemu-system-x86_64" ] || ln -s "$(command -v qemu-nbd)" "$guests/qemu-system-x86_64"
  while IFS=$tab read -r _ device format target readonly path; do
    [ -n "$path" ] || continue
    if [ ! -e "$path" ]; then
      undo_start
      fail "Failed to start domain '$1'" \
        "Cannot access storage file '$path' (as uid:$(id -u libvirt-qemu), gid:$(id -g libvirt-qemu)): No such file or directory"
    fi
    echo "$(stat -c %u:%g "$path") $path" >>"$guests/$uuid.owners"
    chown libvirt-qemu:kvm "$path"
    problem=$(serve_disk "$uuid" "$number" "$format" "$readonly" "$path") || {
      undo_start
      fail "Failed to start domain '$1'" \
        "internal error: process exited while connecting to monitor: qemu-system-x86_64: -blockdev for $target: $problem"
    }
    number=$((number + 1))
  done <<EOT
$(disks_of "$guests/$uuid.xml")
EOT
  sh "$scripts/boot.sh" "$uuid" 8>&- 9>&-
  echo "Domain '$1' started"
  echo
}

# Ends the guest with this signal and waits until it is gone.
end_with() {
  for pid in $(existing "$guests/$uuid"-*.pid); do kill "-$1" "$(cat "$pid")" 2>/dev/null; done
  flock "$guests/$uuid.alive" true
  after_end "$uuid"
}

shut_down() {
  find_domain "$1"
  is_running "$uuid" || fail "Failed to shutdown domain '$1'" 'Requested operation is not valid: domain is not running'
  [ -e "$guests/$uuid.ignores-shutdown" ] || end_with TERM
  echo "Domain '$1' is being shutdown"
  echo
}

destroy() {
  find_domain "$1"
  is_running "$uuid" || fail "Failed to destroy domain '$1'" 'Requested operation is not valid: domain is not running'
  end_with KILL
  echo "Domain '$1' destroyed"
  echo
}
