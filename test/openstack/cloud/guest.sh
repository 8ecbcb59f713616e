# The guest's image: Debian's cloud kernel and busybox, a FAT partition to boot from, an ext4 partition to write to.
# Made without a mount and without a loop device.

GUEST=$ROOT/guest
GUEST_MODULES='virtio_pci virtio_blk button evdev ext4 isofs sr_mod ata_piix'
FAT_START=2048 FAT_SECTORS=65536 DATA_SECTORS=393216

build_guest() {
  [ ! "$GUEST/guest.qcow2" -nt "$HERE/guest/init" ] || return 0
  say 'making the image of the guest'
  rm -rf "$GUEST" && mkdir -p "$GUEST/tree/modules" "$GUEST/tree/bin"
  (
    cd "$GUEST"
    guest_kernel
    install -m 755 "$HERE/guest/init" tree/init
    cp /bin/busybox tree/bin/
    mkdir -p tree/{proc,sys,dev,etc,var}
    (cd tree && find . | cpio -o -H newc --quiet | gzip) >initrd.img
    guest_disk
    qemu-img convert -O qcow2 -c disk.raw guest.qcow2.new
    mv guest.qcow2.new guest.qcow2
    rm -rf kernel tree disk.raw initrd.img ./*.deb
  )
}

guest_kernel() {
  local package version module file
  package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
  apt-get -q download "$package" >/dev/null 2>&1 || fail "could not download $package"
  dpkg-deb -x ./linux-image-*.deb kernel
  version=$(ls kernel/lib/modules)
  depmod -b "$GUEST/kernel" "$version"
  for module in $GUEST_MODULES; do
    modprobe -d "$GUEST/kernel" -S "$version" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
  done | awk '!seen[$0]++' | while read -r file; do
    cp "$file" tree/modules/
    basename "$file"
  done >tree/modules.order
  mv tree/modules.order tree/modules/order
}

guest_disk() {
  local data_start=$((FAT_START + FAT_SECTORS)) fat=disk.raw@@$((FAT_START * 512))
  truncate -s $(((data_start + DATA_SECTORS) * 512)) disk.raw
  printf 'label: dos\nstart=%s, size=%s, type=c, bootable\nstart=%s, type=83\n' \
    $FAT_START $FAT_SECTORS $data_start | sfdisk -q disk.raw
  mkfs.fat -F 16 --offset $FAT_START disk.raw $((FAT_SECTORS / 2)) >/dev/null 2>&1
  printf 'SERIAL 0 115200\nDEFAULT guest\nLABEL guest\nLINUX vmlinuz\nINITRD initrd.img\nAPPEND console=ttyS0 quiet mitigations=off\n' |
    mcopy -i $fat - ::syslinux.cfg
  mcopy -i $fat kernel/boot/vmlinuz-* ::vmlinuz
  mcopy -i $fat initrd.img ::initrd.img
  syslinux --offset $((FAT_START * 512)) --install disk.raw
  dd if=/usr/lib/syslinux/mbr/mbr.bin of=disk.raw bs=440 count=1 conv=notrunc status=none
  mkfs.ext4 -q -E offset=$((data_start * 512)) disk.raw $((DATA_SECTORS / 2))k
}
