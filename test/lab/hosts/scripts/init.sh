#!/bin/sh
# Builds the file system of one lab host and becomes its PID 1.
#
# Runs first thing in fresh mount, PID and UTS namespaces (and a user namespace, when the lab's user is not
# root). The host gets a root directory of its own: the machine's programs, read only, and nothing else of it.
#
#   init.sh NAME HOST_DIRECTORY SHARED_DIRECTORY INSTANCES_MIB
#
# INSTANCES_MIB is the size of the instances' file system; 0 puts it on the machine's disk, with its room.
set -eu
# A normal user's PATH may lack the directories of mount and pivot_root.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
name=$1 host=$2 shared=$3 instances_mib=$4

# This /proc is still the machine's, so it tells the PID by which the machine knows us.
read -r pid _ </proc/self/stat
echo "pid $pid"

umask 022
root=$host/root
mount -t tmpfs -o mode=0755,size=64m lab "$root"
cd "$root"
mkdir -p dev/pts etc old proc root run tmp usr home \
  var/cache var/empty/sshd var/lib/empty var/lib/nova var/lib/libvirt/qemu var/log var/spool var/tmp
ln -s ../run var/run
chmod 0700 root
chmod 1777 var/tmp

# Programs and libraries. Where /bin and the like are links into /usr, they are here too.
for directory in bin sbin lib lib32 lib64 libx32 nix gnu; do
  if [ -L "/$directory" ]; then
    cp -P "/$directory" "$directory"
  elif [ -d "/$directory" ]; then
    mkdir "$directory"
    mount --rbind "/$directory" "$directory"
  fi
done
mount --rbind /usr usr
# Root of the lab may be root of the machine: it must not be able to write there. (Another user's lab cannot anyway.)
[ "$(awk '{ print $1, $2; exit }' /proc/self/uid_map)" != '0 0' ] || mount -o remount,bind,ro usr
mount --bind "$host/bin" usr/local/bin

mount --bind "$host/etc" etc
mount --bind "$shared" etc/lab
for file in ld.so.cache ld.so.conf mke2fs.conf services protocols; do
  if [ -f "/etc/$file" ]; then cp "/etc/$file" "etc/$file"; fi
done
[ ! -d /etc/alternatives ] || mount --bind /etc/alternatives etc/alternatives

for node in null zero full random urandom tty; do
  : >"dev/$node"
  mount --bind "/dev/$node" "dev/$node"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mkdir -m 1777 dev/shm

# Of /sys, what a host tells of its memory, its processors and its one interface; made, not the machine's.
mkdir -p sys/devices/system/cpu sys/devices/system/node/node0/hugepages/hugepages-2048kB sys/class/net/lo/statistics
echo >sys/devices/system/cpu/isolated
(
  cd sys/devices/system/node/node0
  echo 0-1 >cpulist
  printf 'Node 0 MemTotal:       16384000 kB\nNode 0 MemFree:         8192000 kB\n' >meminfo
  echo 0 | tee hugepages/hugepages-2048kB/nr_hugepages >hugepages/hugepages-2048kB/free_hugepages
)
echo 0 | tee sys/class/net/lo/statistics/rx_bytes >sys/class/net/lo/statistics/tx_bytes

mount -t proc proc proc
# Every start is a boot of its own: a PID noted before it means nothing afterwards.
cat proc/sys/kernel/random/uuid >var/lib/boot-id
mount --bind var/lib/boot-id proc/sys/kernel/random/boot_id
hostname "$name"

mount -t tmpfs -o mode=0755,size=64m run run
mount -t tmpfs -o mode=1777,size=256m tmp tmp
mount --bind "$host/var-lib-nova" var/lib/nova
mkdir -p var/lib/nova/instances
if [ "$instances_mib" != 0 ]; then
  mount -t tmpfs -o "mode=0755,size=${instances_mib}m" instances var/lib/nova/instances
fi

pivot_root . old
cd /
umount -l old
rmdir old
exec /bin/sh /etc/lab/supervise.sh
