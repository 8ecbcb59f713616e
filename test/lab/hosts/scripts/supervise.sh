#!/bin/sh
# PID 1 of a lab host, once its file system stands: accounts, keys, and an sshd that is started and stopped by
# word on standard input. The end of that input ends the host, so a host never outlives who started it.
#
# Words in: start-sshd, stop-sshd. Words out: ready, sshd-ended CODE. sshd's own log goes to standard error.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# OWNER:GROUP HOME KEY_FILE: lets the holder of the key in as that user.
admit() {
  mkdir -p "$2/.ssh"
  cp "$3" "$2/.ssh/authorized_keys"
  chmod 0700 "$2/.ssh"
  chmod 0600 "$2/.ssh/authorized_keys"
  chown -R "$1" "$2/.ssh"
}

provide() {
  mkdir -p /run/sshd /run/lock /run/guests /etc/libvirt/qemu
  chmod 1777 /run/lock
  chown libvirt-qemu:kvm /run/guests

  admit root:root /root /etc/lab/operator.pub
  for user in operator nosudo; do
    mkdir -p "/home/$user"
    chown "$user:$user" "/home/$user"
    admit "$user:$user" "/home/$user" /etc/lab/operator.pub
  done

  mkdir -p /var/lib/nova/instances/_base
  chown nova:nova /var/lib/nova /var/lib/nova/instances /var/lib/nova/instances/_base
  admit nova:nova /var/lib/nova /etc/lab/nova.pub
  cp /etc/lab/nova /var/lib/nova/.ssh/id_ed25519
  chmod 0600 /var/lib/nova/.ssh/id_ed25519
  chown nova:nova /var/lib/nova/.ssh/id_ed25519
  chown -R root:nova /etc/nova
  chmod 0750 /etc/nova
  chmod 0640 /etc/nova/*
  chmod 0440 /etc/sudoers
  chmod 0640 /etc/shadow
}

# sudo trusts only what root owns. In a user's lab the machine's root is nobody, so sudo gets copies there.
own_sudo() {
  program=$(command -v sudo) || return 0
  [ "$(stat -c %u "$program")" != 0 ] || return 0
  mkdir -p /var/lib/lab-sudo
  for plugins in /usr/libexec/sudo /usr/lib/sudo; do
    [ -e "$plugins/sudoers.so" ] || continue
    cp -R "$plugins" /var/lib/lab-sudo/plugins
    mount --bind /var/lib/lab-sudo/plugins "$plugins"
  done
  cp "$program" /var/lib/lab-sudo/sudo
  chmod 4755 /var/lib/lab-sudo/sudo
  mount --bind /var/lib/lab-sudo/sudo "$program"
}

serve_ssh() {
  code=0
  # The shell that writes its PID becomes the sshd of that PID: it is there before sshd can say that it listens.
  # shellcheck disable=SC2016 # for the inner shell
  sh -c 'echo $$ >/run/lab-sshd.pid; exec "$(command -v sshd)" -D -e -f /etc/ssh/sshd_config' </dev/null || code=$?
  echo "sshd-ended $code"
}

obey() {
  while read -r word; do
    case $word in
      start-sshd) serve_ssh & ;;
      stop-sshd) kill "$(cat /run/lab-sshd.pid)" ;;
      *) echo "unknown word: $word" >&2 ;;
    esac
  done
}

provide
own_sudo
echo ready
exec 3<&0
obey <&3 3<&- &
# Waiting here also buries the processes that lost their parent, as an init does.
wait $!
