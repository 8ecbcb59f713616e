/**
 * The beginning of a command line that makes a normal user root of a user namespace, with the ids of /etc/subuid and
 * a /run and /etc/shadow of its own; nothing for root. What runs in it may mount, change owners and start an sshd,
 * and changes nothing of the machine.
 *
 * @returns {readonly string[]}
 */
export function asRootOfNamespace() {
  if (process.getuid?.() === 0) return [];
  return ['unshare', '--user', '--map-root-user', '--map-auto', '--mount', 'sh', '-c', PREPARE, 'coldhaul'];
}

// sudo trusts only what root owns, and the machine's root is nobody here: it gets copies.
const PREPARE = `
set -e
PATH=$PATH:/usr/sbin:/sbin
mount -t tmpfs -o mode=0755 coldhaul /run
mkdir -m 0755 /run/sshd /run/own-sudo
mkdir -m 1777 /run/lock
sed 's/:.*/:*:20000:0:99999:7:::/' /etc/passwd >/run/shadow
chmod 0600 /run/shadow
mount --bind /run/shadow /etc/shadow
if program=$(command -v sudo); then
  for plugins in /usr/libexec/sudo /usr/lib/sudo; do
    [ -e "$plugins/sudoers.so" ] || continue
    cp -R "$plugins" /run/own-sudo/plugins
    mount --bind /run/own-sudo/plugins "$plugins"
  done
  cp "$program" /run/own-sudo/sudo
  chmod 4755 /run/own-sudo/sudo
  mount --bind /run/own-sudo/sudo "$program"
  if [ -e /etc/sudo.conf ]; then
    cp /etc/sudo.conf /run/own-sudo/sudo.conf
    mount --bind /run/own-sudo/sudo.conf /etc/sudo.conf
  fi
fi
exec "$@"`;
