# Part of the stand-in virsh: snapshot-create-as with --disk-only --atomic --no-metadata --reuse-external, and --quiesce. What
# libvirt 9.0 said and did was looked at on a real one, with QEMU 7.2. Uses its find_domain and the like.
# shellcheck shell=sh disable=SC2154 # specs, options, domain and uuid are the caller's
#
#   /run/guests/UUID.agent     made by a test: the guest has an agent

# XML TARGET NEW: that disk is NEW, on what it was. Without an explicit end of the chain, as libvirt writes it.
put_overlay() {
  target=$2 new=$3 awk '
    /<disk / { within = 1; lines = ""; ours = 0 }
    !within { print; next }
    { lines = lines $0 "\n" }
    index($0, "<target dev=\047" ENVIRON["target"] "\047") { ours = 1 }
    /<\/disk>/ {
      within = 0
      if (ours && match(lines, "<source file=\047[^\047]*\047/>")) {
        old = substr(lines, RSTART, RLENGTH)
        lines = substr(lines, 1, RSTART - 1) "<source file=\047" ENVIRON["new"] "\047/>\n" \
          "      <backingStore type=\047file\047>\n        <format type=\047qcow2\047/>\n        " old "\n" \
          "      </backingStore>" substr(lines, RSTART + RLENGTH)
      }
      printf "%s", lines
    }' "$1" >"$1.new"
  chmod 0600 "$1.new"
  mv "$1.new" "$1"
}

# A file, and what the definition says to be below it, are one and the same: QEMU locks it twice.
loops() {
  { read_domains "$1" | awk -F "$tab" '$1 == "disk" { print $6 }'
    awk 'BEGIN { RS = "<" } /^backingStore/ { below = 1 } /^\/backingStore/ { below = 0 }
      below && /^source/ { split($0, part, "\047"); print part[2] }' "$1"
  } | while IFS= read -r file; do stat -c '%d:%i' "$file" 2>/dev/null; done | sort | uniq -d | grep -q .
}

# Sets takes to TARGET, path and new file of each disk that is to be snapshotted.
read_specs() {
  takes=
  for target in $(printf '%s\n' "$specs" | sed 's/,.*//' | sort | uniq -d); do
    fail "unsupported configuration: disk '$target' specified twice"
  done
  while IFS= read -r spec; do
    target=${spec%%,*}
    [ -n "$target" ] || continue
    printf '%s\n' "$disks" | cut -f4 | grep -q -x -e "$target" || fail "unsupported configuration: no disk named '$target'"
  done <<EOT
$specs
EOT
  while IFS=$tab read -r _ device _ target readonly path; do
    spec=$(printf '%s\n' "$specs" | sed -n "s/^$target,//p")
    case ,$spec, in
      *,snapshot=no,*) continue ;;
      *,file=*) file=$(printf '%s' "$spec" | sed 's/.*file=//; s/,snapshot=external$//; s/,,/,/g') ;;
      *) [ "$readonly.$device" = no.disk ] || continue
        file=${path%.*}.$(date +%s) ;;
    esac
    [ -e "$file" ] || fail "missing existing file for disk $target: $file: No such file or directory"
    takes="$takes$target$tab$path$tab$file
"
  done <<EOT
$disks
EOT
  [ -n "$takes" ] || fail 'unsupported configuration: nothing selected for snapshot'
}

# The disks stand still while their servers start again on the new files; what they wrote so far is read-only from then on.
snapshot() {
  find_domain "$1"
  xml=$(live_or_defined)
  disks=$(disks_of "$xml")
  read_specs
  if is_running "$uuid"; then
    while IFS=$tab read -r target path file; do
      [ -n "$target" ] || continue
      [ ! -e "$guests/$uuid-$target.job" ] || fail "Operation not supported: disk '$target' already in active block job"
      ! printf '%s\n' "$disks" | cut -f6 | grep -q -x -F -e "$file" ||
        fail "internal error: unable to execute QEMU command 'blockdev-add': Failed to get \"write\" lock"
    done <<EOT
$takes
EOT
    case $options in
      *--quiesce*) [ -e "$guests/$uuid.agent" ] || fail 'Guest agent is not responding: QEMU guest agent is not connected' ;;
    esac
    for pid in $(existing "$guests/$uuid"-*.pid); do kill -TERM "$(cat "$pid")"; done
    exec 9>"$guests/$uuid.alive"
    flock 9
  fi
  while IFS=$tab read -r target path file; do
    [ -n "$target" ] || continue
    if [ "$xml" != "$definition" ]; then
      # The overlay is given back to who had the disk before; what is below it stays with QEMU.
      sed -i "s|^\([^ ]*\) $path\$|\1 $file|" "$guests/$uuid.owners"
      chown libvirt-qemu:kvm "$file"
      put_overlay "$xml" "$target" "$file"
    fi
    [ -z "$definition" ] || put_overlay "$definition" "$target" "$file"
  done <<EOT
$takes
EOT
  if [ "$xml" != "$definition" ]; then
    number=0
    while IFS=$tab read -r _ _ format _ readonly path; do
      [ -n "$path" ] || continue
      serve_disk "$uuid" "$number" "$format" "$readonly" "$path"
      number=$((number + 1))
    done <<EOT
$(disks_of "$xml")
EOT
  fi
  echo "Domain snapshot $(date +%s) created"
}
