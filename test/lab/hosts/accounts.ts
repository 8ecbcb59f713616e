/** Users of every lab host. `nova` and `libvirt-qemu` have the ids that Debian and Ubuntu give them. */
export const NOVA_ID = 64060;
export const LIBVIRT_QEMU_ID = 64055;
const KVM_GROUP_ID = 108;

const USERS = [
  ['root', 0, 0, '/root', '/bin/bash'],
  ['daemon', 1, 1, '/usr/sbin', '/usr/sbin/nologin'],
  ['sshd', 105, 65534, '/run/sshd', '/usr/sbin/nologin'],
  ['libvirt-qemu', LIBVIRT_QEMU_ID, KVM_GROUP_ID, '/var/lib/libvirt', '/usr/sbin/nologin'],
  ['nova', NOVA_ID, NOVA_ID, '/var/lib/nova', '/bin/bash'],
  // Ids far from those of people: in root's lab they are this machine's ids too.
  ['operator', 64100, 64100, '/home/operator', '/bin/bash'],
  ['nosudo', 64101, 64101, '/home/nosudo', '/bin/bash'],
  ['nobody', 65534, 65534, '/nonexistent', '/usr/sbin/nologin'],
] as const;

const GROUPS = [
  ['root', 0],
  ['daemon', 1],
  ['tty', 5],
  ['kvm', KVM_GROUP_ID],
  ['libvirt-qemu', LIBVIRT_QEMU_ID],
  ['nova', NOVA_ID],
  ['operator', 64100],
  ['nosudo', 64101],
  ['nogroup', 65534],
] as const;

/** The files under /etc that say who there is, and what each may do. Key is the path below /etc. */
export function accountFiles(): Readonly<Record<string, string>> {
  return {
    passwd: lines(
      USERS.map(([name, uid, gid, home, shell]) => `${name}:x:${uid}:${gid}:${name}:${home}:${shell}`),
    ),
    group: lines(GROUPS.map(([name, gid]) => `${name}:x:${gid}:`)),
    // A star is no password, and not a locked account: sshd without PAM refuses locked ones.
    shadow: lines(USERS.map(([name]) => `${name}:*:19700:0:99999:7:::`)),
    'nsswitch.conf': lines(['passwd: files', 'group: files', 'shadow: files', 'hosts: files dns']),
    sudoers: lines([
      'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
      'root ALL=(ALL:ALL) ALL',
      'operator ALL=(ALL:ALL) NOPASSWD: ALL',
    ]),
    // Nobody here has a password, so whatever asks for one is refused.
    'pam.d/other': pam('pam_deny.so', 'pam_permit.so'),
    'pam.d/sudo': pam('pam_deny.so', 'pam_permit.so'),
    'pam.d/runuser': pam('pam_rootok.so', 'pam_permit.so'),
    'pam.d/runuser-l': pam('pam_rootok.so', 'pam_permit.so'),
    'pam.d/su': pam('pam_rootok.so', 'pam_permit.so'),
    'pam.d/su-l': pam('pam_rootok.so', 'pam_permit.so'),
  };
}

function pam(authentication: string, rest: string): string {
  return lines([
    `auth required ${authentication}`,
    `account required ${rest}`,
    `password required pam_deny.so`,
    `session required ${rest}`,
  ]);
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}
