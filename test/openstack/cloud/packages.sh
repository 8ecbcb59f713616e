# What the cloud needs of Debian: programs only. No service may start, no database may be touched.

CONTROL_PACKAGES='mariadb-server rabbitmq-server memcached python3-memcache keystone glance-api placement-api neutron-server
  nova-api nova-conductor nova-scheduler cinder-api cinder-scheduler cinder-volume'
HOST_PACKAGES='nova-compute nova-compute-kvm libvirt-daemon-system libvirt-clients
  qemu-system-x86 qemu-utils openssh-server rsync genisoimage iptables sudo'
GUEST_PACKAGES='busybox-static syslinux syslinux-common mtools dosfstools e2fsprogs fdisk cpio kmod'
TOOL_PACKAGES='iproute2 procps util-linux'

install_packages() {
  local packages="$CONTROL_PACKAGES $HOST_PACKAGES $GUEST_PACKAGES $TOOL_PACKAGES" missing=() package policy log
  for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  # A package that writes /etc/passwd anew takes the hosts' own one away.
  down
  say "installing ${#missing[@]} packages, some minutes"
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap "rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
  fi
  log=$ROOT/log/install.log
  mkdir -p "$ROOT/log"
  answer_questions | debconf-set-selections
  export DEBIAN_FRONTEND=noninteractive
  {
    apt-get -q -o DPkg::Lock::Timeout=120 update &&
      apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-unsafe-io \
        install --no-install-recommends "${missing[@]}"
  } >"$log" 2>&1 || fail "the packages could not be installed, see $log"
  if [ -e $policy ] && grep -q 'exit 101' $policy; then rm -f $policy; fi
  trap - EXIT
}

# The packages offer to make databases and endpoints on this machine.
answer_questions() {
  local package
  for package in keystone glance-common placement-common nova-common neutron-common cinder-common; do
    echo "$package ${package%-common}/configure_db boolean false"
  done
  for package in keystone glance-api placement-api neutron-api; do
    echo "$package ${package%-api}/register-endpoint boolean false"
  done
  echo 'nova-api nova/register-endpoint boolean false'
  echo 'nova-common nova-api/configure_db boolean false'
  echo 'keystone keystone/create-admin-tenant boolean false'
  for package in placement cinder; do echo "$package-api $package/configure_api-endpoint boolean false"; done
}
