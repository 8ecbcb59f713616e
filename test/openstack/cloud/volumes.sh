# Block storage, in the machine `controller`: volumes are files on an NFS share, see mount.nfs.

VOLUME_SERVICES='cinder-scheduler cinder-volume cinder-api'
SHARE=$ROOT/data/volumes

# What is mounted there is told from its parent by the device number, so the parent is on a file system of its own.
VOLUME_MOUNTS=/run/volumes

# Everybody may read it, whatever may be read of this repository.
install_mount_helper() {
  install -d -m 755 "$ROOT/sbin"
  install -m 755 "$HERE/cloud/mount.nfs" "$ROOT/sbin/"
}

write_volume_config() {
  put controller cinder /etc/cinder/cinder.conf <<TEXT
[DEFAULT]
host = controller
my_ip = ${ADDRESS[controller]}
log_dir = /var/log/cinder
state_path = /var/lib/cinder
rootwrap_config = /etc/cinder/rootwrap.conf
auth_strategy = keystone
transport_url = $(message_queue)
enabled_backends = share
[share]
volume_driver = cinder.volume.drivers.nfs.NfsDriver
nas_host = ${ADDRESS[controller]}
nas_share_path = $SHARE
nas_secure_file_operations = False
nas_secure_file_permissions = False
nfs_mount_point_base = $VOLUME_MOUNTS
[database]
connection = $(database cinder)
[oslo_concurrency]
lock_path = /var/lib/cinder/lock
[nova]
$(login nova)
$(checks_tokens cinder)
TEXT
}

# Nova's side, in every nova.conf. Cinder gives up an attachment in use only to a request with a service token.
nova_volume_config() {
  cat <<TEXT
nfs_mount_point_base = $VOLUME_MOUNTS
[cinder]
$(login nova)
[service_user]
send_service_user_token = ${KNOBS[service-tokens]}
$(login nova)
TEXT
}

start_volume_service() {
  case $1 in
    cinder-api) wsgi "$1" cinder 8776 /usr/bin/cinder-wsgi 1 ;;
    *) service_start controller "$1" cinder "/usr/bin/$1" --config-file /etc/cinder/cinder.conf \
      --log-file "/var/log/cinder/$1.log" ;;
  esac
}
