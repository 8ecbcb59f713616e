# Configuration of the control plane, and of what Nova's parts have in common.

password() { cat "$ROOT/password"; }
database() { echo "mysql+pymysql://cloud:$(password)@${ADDRESS[controller]}/$1"; }

# How one service logs in to another: login USER
login() {
  cat <<TEXT
auth_url = http://${ADDRESS[controller]}:5000
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = service
username = $1
password = $(password)
region_name = RegionOne
TEXT
}

checks_tokens() {
  printf '[keystone_authtoken]\nwww_authenticate_uri = http://%s:5000\n' "${ADDRESS[controller]}"
  printf 'service_token_roles = service\nservice_token_roles_required = True\nmemcached_servers = 127.0.0.1:11211\n'
  login "$1"
}

# put MACHINE GROUP PATH: writes standard input there, readable for the service.
put() {
  local file
  file=$(files "$1")$3
  mkdir -p "${file%/*}"
  cat >"$file"
  chown "root:$2" "$file"
  chmod 640 "$file"
}

write_keystone_config() {
  put controller keystone /etc/keystone/keystone.conf <<TEXT
[DEFAULT]
log_file = /var/log/keystone/keystone.log
[database]
connection = $(database keystone)
[token]
provider = fernet
expiration = ${KNOBS[token-life]}
[cache]
enabled = False
[identity]
password_hash_rounds = 4
TEXT
}

write_control_config() {
  write_keystone_config
  put controller glance /etc/glance/glance-api.conf <<TEXT
[DEFAULT]
log_file = /var/log/glance/api.log
enabled_backends = files:file
[database]
connection = $(database glance)
[glance_store]
default_backend = files
[files]
filesystem_store_datadir = /var/lib/glance/images
[paste_deploy]
flavor = keystone
$(checks_tokens glance)
TEXT
  put controller placement /etc/placement/placement.conf <<TEXT
[DEFAULT]
log_file = /var/log/placement/placement.log
[api]
auth_strategy = keystone
[placement_database]
connection = $(database placement)
$(checks_tokens placement)
TEXT
  put controller neutron /etc/neutron/neutron.conf <<TEXT
[DEFAULT]
bind_host = ${ADDRESS[controller]}
log_file = /var/log/neutron/server.log
core_plugin = ml2
service_plugins =
transport_url = $(message_queue)
api_workers = 1
rpc_workers = 1
rpc_state_report_workers = 0
dhcp_agent_notification = False
[database]
connection = $(database neutron)
[oslo_concurrency]
lock_path = /var/lib/neutron/lock
[nova]
$(login nova)
$(checks_tokens neutron)
TEXT
  put controller neutron /etc/neutron/plugins/ml2/ml2_conf.ini <<TEXT
[ml2]
type_drivers = local
tenant_network_types = local
mechanism_drivers = anyhost
extension_drivers = port_security
TEXT
  write_volume_config
  { nova_config controller
    cat <<TEXT
[database]
connection = $(database nova)
[api_database]
connection = $(database nova_api)
[scheduler]
workers = 1
[conductor]
workers = 1
[quota]
instances = -1
cores = -1
ram = -1
$(checks_tokens nova)
TEXT
  } | put controller nova /etc/nova/nova.conf
}

message_queue() { echo "rabbit://openstack:$(password)@${ADDRESS[controller]}:5672/"; }

# With another time than Nova's own between two passes, a base may go as soon as a pass has found it unused.
image_cache_config() {
  [ "${KNOBS[image-cache-pass]}" != 2400 ] || return 0
  printf '[image_cache]\nmanager_interval = %s\n' "${KNOBS[image-cache-pass]}"
  echo 'remove_unused_original_minimum_age_seconds = 1'
}

nova_config() {
  cat <<TEXT
[DEFAULT]
host = $1
use_cow_images = ${KNOBS[cow-images]}
my_ip = ${ADDRESS[$1]}
log_dir = /var/log/nova
state_path = /var/lib/nova
transport_url = $(message_queue)
compute_driver = libvirt.LibvirtDriver
shutdown_timeout = 20
# Ten minutes by default: so long a confirm waits after a start that Nova did not hear of.
sync_power_state_interval = 120
resize_confirm_window = ${KNOBS[confirm-window]}
vif_plugging_is_fatal = False
vif_plugging_timeout = 0
[api]
auth_strategy = keystone
[glance]
region_name = RegionOne
[placement]
$(login placement)
[neutron]
$(login neutron)
[oslo_concurrency]
lock_path = /var/lib/nova/lock
[vnc]
enabled = False
$(image_cache_config)
[libvirt]
virt_type = qemu
cpu_mode = none
remote_filesystem_transport = ${KNOBS[transport]}
$(nova_volume_config)
TEXT
}
