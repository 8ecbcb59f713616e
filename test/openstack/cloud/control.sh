# The control plane, in the machine `controller`.

CONTROL_SERVICES="mariadb rabbitmq memcached keystone placement glance neutron nova-conductor nova-scheduler nova-api
  $VOLUME_SERVICES"

# A step that is done once in the life of the cloud: once NAME COMMAND...
once() {
  local name=$1
  shift
  [ ! -e "$ROOT/done/$name" ] || return 0
  say "controller: $name"
  "$@" >>"$ROOT/log/$name.log" 2>&1 || fail "$name went wrong, see $ROOT/log/$name.log"
  touch "$ROOT/done/$name"
}

as() { local user=$1; shift; machine_exec controller setpriv --reuid "$user" --regid "$user" --init-groups "$@"; }

start_control_service() {
  local start=(service_start controller "$1")
  case $1 in
    mariadb) "${start[@]}" mysql mariadbd --no-defaults --datadir="$ROOT/data/mysql" --socket=/tmp/mariadb.sock \
      --bind-address="${ADDRESS[controller]}" --pid-file="$ROOT/data/mysql/pid" --max-connections=500 \
      --innodb-flush-log-at-trx-commit=0 --skip-name-resolve ;;
    rabbitmq) "${start[@]}" rabbitmq env "${RABBIT[@]}" /usr/lib/rabbitmq/bin/rabbitmq-server ;;
    memcached) "${start[@]}" memcache memcached --listen 127.0.0.1 --memory-limit 32 ;;
    keystone) wsgi keystone keystone 5000 /usr/bin/keystone-wsgi-public 2 ;;
    placement) wsgi placement placement 8778 /usr/bin/placement-api 1 ;;
    glance) wsgi glance glance 9292 /usr/bin/glance-wsgi-api 1 ;;
    nova-api) wsgi nova-api nova 8774 /usr/bin/nova-api-wsgi 2 ;;
    neutron) "${start[@]}" neutron env PYTHONPATH="$ROOT/neutron" /usr/bin/neutron-server \
      --config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini ;;
    cinder-*) start_volume_service "$1" ;;
    *) "${start[@]}" nova "/usr/bin/$1" --config-file /etc/nova/nova.conf --log-file "/var/log/nova/$1.log" ;;
  esac
}

# wsgi NAME USER PORT PROGRAM PROCESSES
wsgi() {
  service_start controller "$1" "$2" uwsgi --plugins python3 --master --lazy-apps --die-on-term --enable-threads \
    --need-app --http-socket "${ADDRESS[controller]}:$3" --buffer-size 65535 --processes "$5" --threads 1 \
    --add-header 'Connection: close' --chdir "/var/lib/$2" --wsgi-file "$4"
}

RABBIT=(RABBITMQ_NODENAME=cloud@localhost RABBITMQ_NODE_IP_ADDRESS="${ADDRESS[controller]}" ERL_EPMD_ADDRESS=127.0.0.1
  RABBITMQ_MNESIA_BASE="$ROOT/data/rabbitmq" RABBITMQ_LOG_BASE="$ROOT/data/rabbitmq/log"
  RABBITMQ_ENABLED_PLUGINS_FILE="$ROOT/data/rabbitmq/plugins" RABBITMQ_CONF_ENV_FILE=/dev/null
  'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none')
rabbitctl() { as rabbitmq env HOME=/var/lib/rabbitmq "${RABBIT[@]}" /usr/lib/rabbitmq/bin/rabbitmqctl "$@"; }

sql() { machine_exec controller mariadb --no-defaults -N -uroot -S /tmp/mariadb.sock "$@"; }
sql_answers() { sql -e 'select 1' >/dev/null; }

make_database_files() {
  machine_exec controller mariadb-install-db --no-defaults --user=mysql --datadir="$ROOT/data/mysql" --skip-test-db \
    --auth-root-authentication-method=normal
}

make_databases() {
  local name
  sql -e "create user if not exists cloud@'%' identified by '$(password)'; grant all on *.* to cloud@'%'"
  for name in keystone glance placement neutron nova nova_api nova_cell0 cinder; do
    sql -e "create database if not exists $name character set utf8mb3"
  done
}

make_keystone() {
  local url=http://${ADDRESS[controller]}:5000/v3
  machine_exec controller install -d -o keystone -g keystone -m 700 /etc/keystone/{fernet-keys,credential-keys}
  as keystone keystone-manage db_sync
  as keystone keystone-manage fernet_setup --keystone-user keystone --keystone-group keystone
  as keystone keystone-manage credential_setup --keystone-user keystone --keystone-group keystone
  as keystone keystone-manage bootstrap --bootstrap-password "$(password)" --bootstrap-region-id RegionOne \
    --bootstrap-public-url "$url" --bootstrap-internal-url "$url" --bootstrap-admin-url "$url"
}

make_schemas() {
  local jobs=() job
  (as glance glance-manage db_sync && as placement placement-manage db sync &&
    as cinder cinder-manage db sync) & jobs+=($!)
  as neutron neutron-db-manage --config-file /etc/neutron/neutron.conf \
    --config-file /etc/neutron/plugins/ml2/ml2_conf.ini upgrade heads & jobs+=($!)
  (as nova nova-manage api_db sync && as nova nova-manage cell_v2 map_cell0 --database_connection "$(database nova_cell0)" &&
    as nova nova-manage db sync && as nova nova-manage cell_v2 create_cell --name cell1) & jobs+=($!)
  for job in "${jobs[@]}"; do wait "$job" || return 1; done
}

make_message_user() {
  rabbitctl add_user openstack "$(password)" || rabbitctl change_password openstack "$(password)"
  rabbitctl set_permissions openstack '.*' '.*' '.*'
}

control_up() {
  local name
  install -d -o mysql -g mysql "$ROOT/data/mysql"
  install -d -o rabbitmq -g rabbitmq "$ROOT/data/rabbitmq" "$ROOT/data/rabbitmq/log"
  write_control_config
  # Neutron's user may not be able to read where this repository is.
  cp -r "$HERE/cloud/neutron" "$ROOT/"
  chmod -R a+rX "$ROOT/neutron"
  install -d -o glance -g glance "$(files controller)/var/lib/glance/images"
  install -d "$SHARE"
  once database-files make_database_files
  start_control_service mariadb
  start_control_service rabbitmq
  start_control_service memcached
  await 600 mariadb sql_answers
  once databases make_databases
  once keystone make_keystone
  start_control_service keystone
  once schemas make_schemas
  await 600 rabbitmq listens 5672
  once message-user make_message_user
  await 600 keystone listens 5000
  once catalog seed identity
  for name in placement glance neutron nova-conductor nova-scheduler nova-api $VOLUME_SERVICES; do
    start_control_service "$name"
  done
  answers placement 8778
  answers glance 9292
  answers neutron 9696
  answers nova-api 8774
  answers cinder-api 8776
}

# answers NAME PORT: waits for it, but not for one that ended by itself.
answers() {
  await 600 "port $2 of $1" answers_or_is_down "$@"
  listens "$2" || fail "$1 ended, see $ROOT/log/controller-$1.log"
}
answers_or_is_down() { listens "$2" || service_is_down controller "$1"; }

# Users, flavors and a network are made over the API, in the controller's network.
seed() { enter node --import "$TSX" "$HERE/seed.ts" "$1"; }
enter() {
  local pid
  pid=$(machine_pid controller) || fail 'the cloud is not up'
  COLDHAUL_OPENSTACK=$ROOT nsenter --target "$pid" --net -- "$@"
}

control_down() {
  machine_is_up controller || return 0
  service_stop controller mariadb
  service_stop controller rabbitmq
}
