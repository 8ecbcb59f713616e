# A KVM host: sshd, libvirt, nova-compute.

HOST_SERVICES='sshd virtlogd libvirtd nova-compute'

host_config() {
  local host=$1 root
  root=$(files "$host")
  write_host_config "$host"
  host_users "$root"
  host_ssh "$host" "$root"
  [ -s "$root/etc/machine-id.made" ] || tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id.made"
  cp "$root/etc/machine-id.made" "$root/etc/machine-id"
  [ -s "$root/host-uuid" ] || cp /proc/sys/kernel/random/uuid "$root/host-uuid"
  cat >"$root/etc/libvirt/libvirtd.conf" <<TEXT
unix_sock_group = "libvirt"
unix_sock_rw_perms = "0770"
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "$(cat "$root/host-uuid")"
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
TEXT
  # No cgroups and no nested namespaces here: those are the machine's own.
  cat >"$root/etc/libvirt/qemu.conf" <<TEXT
security_driver = "none"
namespaces = []
cgroup_controllers = []
seccomp_sandbox = 0
TEXT
  rm -f "$root"/etc/libvirt/qemu/networks/autostart/*
  install -d -o nova -g nova "$root"/var/lib/nova/{instances,lock,keys}
}

write_host_config() {
  nova_config "$1" | put "$1" nova /etc/nova/nova.conf
  printf '[libvirt]\nvirt_type = qemu\n' | put "$1" nova /etc/nova/nova-compute.conf
}

# Debian's nova has no shell and may not log in; here it must, from host to host.
host_users() {
  sed '/^nova:/s|:[^:]*$|:/bin/bash|' /etc/passwd >"$1/etc/passwd"
  sed 's|^nova:[^:]*:|nova:*:|' /etc/shadow >"$1/etc/shadow"
  chmod 640 "$1/etc/shadow"
}

host_ssh() {
  local host=$1 root=$2 ssh=$2/var/lib/nova/.ssh
  [ -s "$root/etc/ssh/ssh_host_ed25519_key" ] || ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$root/etc/ssh/ssh_host_ed25519_key"
  cat >"$root/etc/ssh/sshd_config" <<TEXT
ListenAddress ${ADDRESS[$host]}
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/operator.pub
PasswordAuthentication no
UsePAM no
MaxStartups 100
Subsystem sftp internal-sftp
TEXT
  cp "$ROOT/keys/operator.pub" "$root/etc/ssh/operator.pub"
  install -d -m 700 "$ssh"
  cp "$ROOT/keys/nova" "$ssh/id_ed25519"
  cp "$ROOT/keys/nova.pub" "$ssh/authorized_keys"
}

make_keys() {
  local name
  mkdir -p "$ROOT/keys"
  for name in operator nova; do
    [ -s "$ROOT/keys/$name" ] || ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$ROOT/keys/$name"
  done
}

# Once all hosts have keys: everybody knows everybody.
introduce_hosts() {
  local host
  for host in $HOSTS; do
    echo "$host,${ADDRESS[$host]} $(cut -d' ' -f1,2 "$(files "$host")/etc/ssh/ssh_host_ed25519_key.pub")"
  done >"$ROOT/keys/known_hosts"
  for host in $HOSTS; do
    cp "$ROOT/keys/known_hosts" "$(files "$host")/var/lib/nova/.ssh/known_hosts"
    chown -R nova:nova "$(files "$host")/var/lib/nova/.ssh"
  done
}

start_host_service() {
  local start=(service_start "$1" "$2")
  case $2 in
    sshd) "${start[@]}" root /usr/sbin/sshd -D -e ;;
    virtlogd | libvirtd) "${start[@]}" root "/usr/sbin/$2" ;;
    nova-compute)
      await 600 "libvirtd on $1" machine_exec "$1" virsh -q list >/dev/null
      "${start[@]}" nova nova-compute --config-file /etc/nova/nova.conf --config-file /etc/nova/nova-compute.conf \
        --log-file /var/log/nova/nova-compute.log ;;
  esac
}

host_up() {
  local name
  for name in $HOST_SERVICES; do start_host_service "$1" "$name"; done
}

# Whether Nova heard of the host's nova-compute since: a time as the database tells it.
database_now() { sql -e 'select utc_timestamp()'; }
reports_since() {
  [ "$(sql nova -e "select count(*) from services where host = '$1' and topic = 'compute' and last_seen_up > '$2'")" = 1 ]
}

hosts_are_known() {
  [ "$(sql nova -e 'select count(*) from compute_nodes where deleted = 0')" -ge "$(wc -w <<<"$HOSTS")" ]
}
discover_hosts() { as nova nova-manage cell_v2 discover_hosts; }
