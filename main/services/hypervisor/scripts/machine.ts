/**
 * Shell functions that tell what a host is, each as pairs of name and value. What a kernel or a distribution does not
 * have is told as empty, or left out. libvirt is asked first and read last: it needs the longest.
 */
export const MACHINE_FUNCTIONS = `
ask_libvirt() {
  command -v virsh >/dev/null 2>&1 || return 0
  if command -v timeout >/dev/null 2>&1; then limit='timeout 10'; else limit=; fi
  for question in version capabilities domcapabilities; do
    $limit virsh "$question" >"$tmp/$question" 2>/dev/null </dev/null &
  done
}
tell_libvirt() {
  wait
  [ -f "$tmp/version" ] || return 0
  emit libvirt.version "$(cat "$tmp/version")" \\
    libvirt.host "$(sed -n '/<host>/,/<\\/host>/p' "$tmp/capabilities" | sed '/<topology>/,/<\\/topology>/d')" \\
    libvirt.guests "$(sed -n '/<arch name=/p;/<machine/p;/<\\/guest>/p' "$tmp/capabilities")" \\
    libvirt.domain "$(sed -n '/<cpu>/,/<\\/cpu>/p' "$tmp/domcapabilities")"
}
read_number() { number=; [ -r "$1" ] && read -r number <"$1" 2>/dev/null; }
network() {
  command -v ip >/dev/null 2>&1 || return 0
  addresses=$(ip -o addr show 2>/dev/null | grep -v 'scope link')
  emit ip.addresses "$addresses" ip.routes "$(ip route show 2>/dev/null; ip -6 route show 2>/dev/null | grep -v '^fe80')"
  interfaces=$(printf '%s\\n' "$addresses" | awk '{ sub(/@.*/, "", $2); print $2 }' | sort -u)
  for interface in $interfaces; do
    read_number "/sys/class/net/$interface/speed" && emit ip.speed "$interface $number"
  done
  pid=$$ login=\${SSH_CONNECTION-} hops=0
  while [ -z "$login" ] && [ "\${pid:-1}" -gt 1 ] && [ $hops -lt 8 ]; do
    login=$(tr '\\0' '\\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
    pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null) hops=$((hops + 1))
  done
  emit ip.login "$login"
}
counters() {
  for interface in \${interfaces-}; do
    at=/sys/class/net/$interface/statistics
    read_number "$at/rx_bytes" && received=$number && read_number "$at/tx_bytes" \\
      && emit ip.counted "$interface $received $number $(date +%s%N)"
  done
}
machine() {
  cpu=$(sed '/^$/q' /proc/cpuinfo)
  emit architecture "$(uname -m)" cpu "$cpu" isolated "$(cat /sys/devices/system/cpu/isolated 2>/dev/null)"
  [ -c /dev/kvm ] && emit kvm yes
  emit load "$(cat /proc/loadavg)" pressure "$(head -n 1 /proc/pressure/io 2>/dev/null)"
  for node in /sys/devices/system/node/node[0-9]*; do
    [ -d "$node" ] || continue
    emit numa "\${node##*/node}" numa.cpus "$(cat "$node/cpulist" 2>/dev/null)" \\
      numa.memory "$(grep -E 'Mem(Total|Free):' "$node/meminfo" 2>/dev/null)"
    for pages in "$node"/hugepages/hugepages-*kB; do
      read_number "$pages/nr_hugepages" && all=$number && read_number "$pages/free_hugepages" || continue
      size=\${pages##*-}
      emit numa.pages "\${size%kB} $all $number"
    done
  done
  grep -l '"uefi"' /usr/share/qemu/firmware/*.json /etc/qemu/firmware/*.json 2>/dev/null >"$tmp/uefi"
  ls -d /usr/share/OVMF/OVMF_CODE*.fd /usr/share/AAVMF/AAVMF_CODE*.fd /usr/share/edk2/*/*CODE*.fd \\
    /usr/share/edk2/*/*/*CODE*.fd /usr/share/qemu/edk2-*-code.fd /usr/share/qemu/ovmf-*code*.bin \\
    2>/dev/null >>"$tmp/uefi"
  emit uefi "$(cat "$tmp/uefi")"
  [ -r /etc/ssh/sshd_config ] && emit sftp "$(grep -hiE '^[[:space:]]*Subsystem[[:space:]]+sftp' \\
    /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null)"
  return 0
}
accounts() {
  emit users "$(getent passwd "$user" libvirt-qemu qemu)" groups "$(getent group kvm libvirt libvirtd libvirt-qemu qemu nova)" \\
    user.groups "$(id -Gn "$user" 2>/dev/null)"
}
packages() {
  if command -v dpkg-query >/dev/null 2>&1; then
    emit packages "$(dpkg-query -W -f '\${Package} \${Version}\\n' nova-compute nova-common libvirt-daemon \\
      qemu-system-x86 qemu-system-arm rsync openssh-server 2>/dev/null)"
  elif command -v rpm >/dev/null 2>&1; then
    emit packages "$(rpm -q --qf '%{NAME} %{VERSION}-%{RELEASE}\\n' openstack-nova-compute openstack-nova-common \\
      libvirt-daemon qemu-kvm qemu-kvm-core rsync openssh-server 2>/dev/null | grep -v 'not installed')"
  fi
  for found in /usr/lib/python*/dist-packages/nova-[0-9]*-info /usr/lib/python*/site-packages/nova-[0-9]*-info \\
    /usr/local/lib/python*/*-packages/nova-[0-9]*-info; do
    [ -e "$found" ] && emit python "\${found##*/}"
  done
  return 0
}
`;
