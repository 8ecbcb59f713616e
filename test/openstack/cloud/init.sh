#!/bin/bash
# PID 1 of a machine. It sees its own copies of what is listed in `mounts`, an own /run, /tmp and /sys, and reaps.
# init.sh DIRECTORY-OF-THE-MACHINE
set -e
cd "$1"
mount --make-rprivate /
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 tmp /tmp
mkdir -p /run/services /run/sshd /run/libvirt /run/lock /run/sudo /run/volumes
chmod 1777 /run/lock /run/volumes
# mount looks for its helpers there and nowhere else.
mount -t overlay -o lowerdir=../../sbin:/usr/sbin sbin /usr/sbin
while read -r path; do mount --bind "files$path" "$path"; done <mounts
hostname "$(basename "$1")"
ip link set lo up
touch /run/ready
trap 'exit 0' TERM
while :; do sleep infinity & wait $!; done
