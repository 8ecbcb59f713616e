import { describe, expect, it } from 'vitest';
import { fixParts } from '../../renderer/features/findings/fix-parts.ts';

/** `$ ` before what is a command. */
const shown = (fix: string): readonly string[] =>
  fixParts(fix).map(({ kind, text }) => (kind === 'command' ? `$ ${text}` : text));

describe('what to do', () => {
  it.each([
    ['openstack compute service list', ['$ openstack compute service list']],
    ['chown nova: /var/lib/nova', ['$ chown nova: /var/lib/nova']],
    ['On compute-a: chown nova: /var/lib/nova', ['On compute-a:', '$ chown nova: /var/lib/nova']],
    ['On a: find /i -xdev -name disk', ['On a:', '$ find /i -xdev -name disk']],
    ['On a: ethtool -K eth0 tso on', ['On a:', '$ ethtool -K eth0 tso on']],
    ['On a: service nova-compute restart', ['On a:', '$ service nova-compute restart']],
    [
      "On a: dmesg | grep -iE 'I/O error, or the like' | head -c 512 /x",
      ['On a:', "$ dmesg | grep -iE 'I/O error, or the like' | head -c 512 /x"],
    ],
    ['On compute-a: lscpu', ['On compute-a:', '$ lscpu']],
    [
      'On compute-a: sudo -u nova ssh -o BatchMode=yes 192.0.2.12 true',
      ['On compute-a:', '$ sudo -u nova ssh -o BatchMode=yes 192.0.2.12 true'],
    ],
    [
      'After making sure that nothing needs it, on b: mv /i/x /i/x.kept',
      ['After making sure that nothing needs it, on b:', '$ mv /i/x /i/x.kept'],
    ],
    [
      'Wait until the task is over: openstack server show x -c OS-EXT-STS:task_state',
      ['Wait until the task is over:', '$ openstack server show x -c OS-EXT-STS:task_state'],
    ],
    [
      'On a: add “Subsystem sftp internal-sftp” to /etc/ssh/sshd_config, then systemctl reload ssh',
      ['On a: add “Subsystem sftp internal-sftp” to /etc/ssh/sshd_config, then', '$ systemctl reload ssh'],
    ],
  ])('ends with a command that can be copied: %s', (fix, parts) => {
    expect(shown(fix)).toEqual(parts);
  });

  it.each([
    [
      'On a: apt-get install rsync qemu-utils, or the same from its own distribution.',
      ['On a:', '$ apt-get install rsync qemu-utils', 'or the same from its own distribution.'],
    ],
    [
      'On a: virsh domblklist x, then merge it: virsh blockcommit x TARGET --active --pivot',
      ['On a:', '$ virsh domblklist x', 'then merge it:', '$ virsh blockcommit x TARGET --active --pivot'],
    ],
    [
      'On a: crudini --set /etc/nova/nova.conf DEFAULT my_ip 192.0.2.1; systemctl restart nova-compute',
      [
        'On a:',
        '$ crudini --set /etc/nova/nova.conf DEFAULT my_ip 192.0.2.1',
        '$ systemctl restart nova-compute',
      ],
    ],
    ['On a: systemctl restart nova-compute.', ['On a:', '$ systemctl restart nova-compute']],
    [
      'On a: systemctl restart nova-compute. Then check again.',
      ['On a:', '$ systemctl restart nova-compute', 'Then check again.'],
    ],
    [
      'On a, after a copy of it: qemu-img check /d, then qemu-img check -r all /d',
      ['On a, after a copy of it:', '$ qemu-img check /d', 'then', '$ qemu-img check -r all /d'],
    ],
    [
      'openstack volume show x; then nova-manage volume_attachment refresh, or attach it anew.',
      ['$ openstack volume show x', 'then', '$ nova-manage volume_attachment refresh', 'or attach it anew.'],
    ],
    [
      'On a: virsh domjobinfo x, and virsh blockjob of each disk of virsh domblklist x',
      ['On a:', '$ virsh domjobinfo x', 'and virsh blockjob of each disk of virsh domblklist x'],
    ],
    ['On a: df -i /var/lib/nova (no room is left)', ['On a:', '$ df -i /var/lib/nova', '(no room is left)']],
    ['On a: ls -la .', ['On a:', '$ ls -la .']],
    ['On a: virsh list\nOn b: virsh list --all', ['On a:', '$ virsh list', 'On b:', '$ virsh list --all']],
  ])('goes on after a command, or has several: %s', (fix, parts) => {
    expect(shown(fix)).toEqual(parts);
  });

  it('leaves quotations whole, whatever is in them', () => {
    const command = String.raw`mv '/i/it'\''s; here, or: ls there' "/i/b, c"`;
    expect(shown(`On a: ${command}`)).toEqual(['On a:', `$ ${command}`]);
  });

  it.each([
    'Set resize_confirm_window = 0 on a and restart nova-compute.',
    'Use --route nova, or set [libvirt] remote_filesystem_transport = rsync there and restart nova-compute.',
    'Make virsh available to the login on a: as root, virsh list --all must answer there.',
    'Keep them, on a: cp of the file in <nvram> of virsh dumpxml.',
    'On a: find out which of the two is the right one.',
    'On a: free some room there first.',
    'On a: file names must be the same.',
    'Make sure that the destination gets the key: virsh secret-list on b, and ask.',
    'Look at the cable and the switch: ethtool tells what was negotiated.',
    'On a: virsh capabilities must list the machine type that virsh dumpxml shows on b.',
    'There are: compute-a, compute-b',
    'Check the file; it looks like: clouds: / mycloud: / auth:',
    'On a: date, as it is in the log',
    "On a: mv 'no end",
  ])('stays words where it is not surely a command: %s', (fix) => {
    expect(shown(fix)).toEqual([fix]);
  });

  it('gives no command to copy that hides what it does', () => {
    const hidden = 'On a: rm \u202e/etc';
    expect(shown(hidden)).toEqual(['On a: rm \\u{202e}/etc']);
    expect(shown('On a: ls /x\rrm -rf /')).toEqual(['On a: ls /x\\u{d}rm -rf /']);
  });
});
