#!/bin/sh
# What the guest does when it boots, seen from its disks: counts the boot, writes its data on the first one and
# checks them on the others, and tells the console. All through the running guest's own disk servers.
#
#   boot.sh UUID
#
# Where things lie is part of the lab's contract (test/lab/hosts/guest-layout.ts has the same numbers).
set -u
uuid=$1
guests=/run/guests
tab=$(printf '\t')
marker=1048576 payload=2097152 payload_bytes=4194304
# Each guest has data of its own: a mix-up of two guests' disks must not look right.
byte=$(printf '%.2s' "$uuid")
[ "$byte" != 00 ] || byte=a5

# NUMBER COMMAND…: works on the disk of that number.
io() {
  number=$1
  shift
  for command; do
    shift
    set -- "$@" -c "$command"
  done
  qemu-io -f raw "$@" "nbd+unix:///?socket=$guests/$uuid-$number.sock" 2>&1
}

# NUMBER MARKER DATA DATA_BYTES: counts a boot on that disk, prints the count, then OK or BAD for its data.
count_boot() {
  hex=$(io "$1" "read -v $2 512" | awk '/^[0-9a-f]+:/ { print $2; exit }')
  [ -n "$hex" ] || return 1
  boots=$((0x$hex + 1))
  state=OK
  if [ "$boots" = 1 ]; then
    io "$1" "write -P 0x$byte $3 $4" flush >/dev/null
  else
    seen=$(io "$1" "read -P 0x$byte $3 $4") || state=BAD
    case $seen in *'verification failed'*) state=BAD ;; esac
  fi
  io "$1" "write -P $boots $2 512" flush >/dev/null
  echo "$boots $state"
}

describe=$(awk -f /etc/lab/domain.awk "$guests/$uuid.xml")
root=none ephemeral=none console= append=off number=0
while IFS=$tab read -r kind first _ _ readonly path; do
  case $kind in
    disk)
      case $readonly.$path in
        yes.*) ;;
        *.eph[0-9] | *.local) [ "$ephemeral" != none ] || ephemeral=$number ;;
        *) [ "$root" != none ] || root=$number root_path=$path ;;
      esac
      number=$((number + 1))
      ;;
    # The second field is whether to append, the third is the file; the others are not there.
    log) append=$first console=$(printf '%s\n' "$describe" | awk -F "$tab" '$1 == "log" { print $3; exit }') ;;
  esac
done <<EOT
$describe
EOT
[ "$root" != none ] || exit 0
[ -n "$console" ] || console=$(dirname "$root_path")/console.log append=on

line="LAB BOOT=NONE PAYLOAD=NONE"
if counted=$(count_boot "$root" $marker $payload $payload_bytes); then
  line="LAB BOOT=${counted% *} PAYLOAD=${counted#* }"
fi
if [ "$ephemeral" != none ]; then
  # The first kilobyte of an ext4 file system is not its own: room for a marker and a sector of data.
  if counted=$(count_boot "$ephemeral" 0 512 512); then
    case $counted in
      *BAD) line="$line EPHEMERAL=BAD" ;;
      *) line="$line EPHEMERAL=${counted% *}" ;;
    esac
  else
    line="$line EPHEMERAL=NONE"
  fi
fi

umask 077
[ "$append" = on ] || : >"$console"
echo "$line" >>"$console"
chown root:root "$console"
chmod 0600 "$console"
