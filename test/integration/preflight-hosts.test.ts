/** Checks of what a host is: each fails for its reason on a lab host that is made so, and passes again afterwards. */
import { beforeAll } from 'vitest';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { tellLoad } from '../support/calm-host.ts';
import { program, sh, type Undo } from '../support/host-program.ts';
import { must } from '../support/instance-files.ts';
import {
  checkObstacles,
  type Obstacle,
  type PreflightLab,
  usePreflightLab,
} from '../support/preflight-lab.ts';

const lab = usePreflightLab({ running: false });

/** Other content for a file below /etc. */
async function edited(host: RunningHost, file: string, edit: string): Promise<Undo> {
  await sh(host, 'cp -p "$1" "$1.kept" && sed -i -e "$2" "$1"', file, edit);
  return () => sh(host, 'cat "$1.kept" >"$1" && rm "$1.kept"', file);
}

async function mounted(host: RunningHost, options: string): Promise<Undo> {
  await sh(host, 'mount -t tmpfs -o "$2" test "$1"', INSTANCES_PATH, options);
  return () => must(host, 'umount', INSTANCES_PATH);
}

async function both(...undos: readonly Promise<Undo>[]): Promise<Undo> {
  const made = await Promise.all(undos);
  return () => Promise.all(made.map((undo) => undo()));
}

beforeAll(async () => {
  for (const host of [lab().source, lab().destination]) await tellLoad(host);
});

const KVM = 's/virt_type = qemu/virt_type = kvm/';
const VIRT_CONF = '/etc/nova/nova-compute.conf';
const NOVA_CONF = '/etc/nova/nova.conf';
/** Adds a line under a heading. */
const under = (section: string, line: string): string => `/^\\[${section}\\]/a ${line}`;

const toolsAndUsers: readonly Obstacle[] = [
  {
    id: 'destination.versions',
    because: 'an rsync that cannot go on in place',
    verdict: 'note',
    says: /On compute-b, rsync 3\.1\.2 cannot go on with a sparse copy in place/,
    harm: ({ destination }) =>
      program(
        destination,
        'rsync',
        '[ "$1" = --version ] && { echo "rsync  version 3.1.2  protocol version 31"; exit; }; exec /usr/bin/rsync "$@"',
      ),
  },
  {
    id: 'hosts.versions',
    because: 'an older QEMU at the destination',
    verdict: 'warn',
    says: /compute-b is older than compute-a: QEMU 6\.2\.0 after 7\.2\.0/,
    harm: ({ destination }) => edited(destination, '/etc/libvirt/versions', 's/QEMU 7.2.0/QEMU 6.2.0/'),
  },
  {
    id: 'hosts.versions',
    because: 'a Nova of another release at the destination',
    verdict: 'warn',
    says: /different releases, 26 on compute-a and 25 on compute-b/,
    harm: ({ destination }) => edited(destination, '/etc/lab-packages', 's/3:26/3:25/'),
  },
  {
    id: 'destination.accounts',
    because: 'Nova’s user may not log in',
    verdict: 'warn',
    says: /nova on compute-b has the shell \/usr\/sbin\/nologin/,
    harm: ({ destination }) => edited(destination, '/etc/passwd', '/^nova:/s|/bin/bash|/usr/sbin/nologin|'),
  },
  {
    id: 'destination.sftp',
    because: 'scp of OpenSSH 9, and no SFTP at the destination',
    verdict: 'warn',
    says: /Nova on compute-a copies by scp, .* sshd on compute-b names no subsystem for it/,
    harm: async ({ source, destination }) => {
      const version = '[ "$1" = -V ] && { echo OpenSSH_9.6p1; exit; }; exec /usr/bin/ssh "$@"';
      return await both(
        program(source, 'ssh', version),
        edited(source, NOVA_CONF, 's/transport = rsync/transport = ssh/'),
        edited(destination, '/etc/ssh/sshd_config', '/^Subsystem/d'),
      );
    },
  },
  {
    id: 'hosts.accounts',
    because: 'kvm has another number',
    verdict: 'note',
    says: /group kvm 108 and 109/,
    harm: ({ destination }) => edited(destination, '/etc/group', 's/^kvm:x:108:/kvm:x:109:/'),
  },
  {
    id: 'destination.clock',
    because: 'a clock that is two hours ahead',
    verdict: 'note',
    says: /The clock of compute-b is (?:2 h 00|1 h 59) min ahead of that of this workstation/,
    harm: ({ destination }) => program(destination, 'date', 'exec /bin/date -d "+2 hours" "$@"'),
  },
  {
    id: 'hosts.clock',
    because: 'a clock that is two hours behind',
    verdict: 'warn',
    says: /The clock of compute-b is (?:2 h 00|1 h 59) min behind that of compute-a/,
    harm: ({ destination }) => program(destination, 'date', 'exec /bin/date -d "-2 hours" "$@"'),
  },
];

const HIDE_UEFI = `for directory in /usr/share/OVMF /usr/share/AAVMF /usr/share/edk2 /usr/share/qemu; do
  [ ! -d $directory ] || mount -t tmpfs hidden $directory
done`;
const SHOW_UEFI = "grep '^hidden ' /proc/mounts | cut -d' ' -f2 | xargs -r umount";

async function asUefi({ source, destination, server }: PreflightLab): Promise<Undo> {
  const define =
    'virsh dumpxml "$1" >/tmp/domain.xml && sed -i "$2" /tmp/domain.xml && virsh define /tmp/domain.xml';
  await sh(source, define, server.id, "s|<os>|<os firmware='efi'>|");
  await sh(destination, HIDE_UEFI);
  return async () => {
    await sh(destination, SHOW_UEFI);
    await sh(source, define, server.id, "s|<os firmware='efi'>|<os>|");
  };
}

const processors: readonly Obstacle[] = [
  {
    id: 'hosts.architecture',
    because: 'another architecture',
    verdict: 'block',
    says: /compute-b is other: the guest could not start there/,
    harm: ({ destination }) =>
      program(destination, 'uname', '[ "$1" = -m ] && { echo other; exit; }; exec /bin/uname "$@"'),
  },
  {
    id: 'hosts.cpu',
    because: 'a processor of another vendor',
    verdict: 'warn',
    says: /another processor \(cpu_mode host-model\): Other .* on compute-b in place of/,
    harm: async ({ destination }) => {
      const vendor = 's/^\\(vendor_id\\|CPU implementer\\).*/\\1\\t: Other/';
      await sh(
        destination,
        'sed "$1" /proc/cpuinfo >/run/cpuinfo && mount --bind /run/cpuinfo /proc/cpuinfo',
        vendor,
      );
      const undo = await edited(destination, VIRT_CONF, KVM);
      return () => Promise.all([undo(), must(destination, 'umount', '/proc/cpuinfo')]);
    },
  },
  {
    id: 'hosts.cpu',
    because: 'a CPU model that the host cannot run',
    verdict: 'warn',
    says: /compute-b can run none of its cpu_models \(Icelake-Server\)/,
    harm: ({ destination }) =>
      edited(destination, VIRT_CONF, `${KVM};$ a cpu_mode = custom\\ncpu_models = Icelake-Server`),
  },
  {
    id: 'destination.kvm',
    because: 'no /dev/kvm',
    verdict: 'block',
    says: /compute-b has no \/dev\/kvm, and Nova there is set to use it: no guest would start/,
    harm: ({ destination }) => edited(destination, VIRT_CONF, KVM),
  },
  {
    id: 'destination.machine-type',
    because: 'a QEMU that does not know the guest’s',
    verdict: 'warn',
    says: /compute-b does not know the machine type pc that the guest has on compute-a/,
    harm: ({ destination }) => edited(destination, '/etc/libvirt/capabilities.xml', '/>pc</d'),
  },
  {
    id: 'destination.uefi',
    because: 'no firmware for a guest that boots by UEFI',
    verdict: 'block',
    says: /boots by UEFI, and compute-b has no firmware for it/,
    harm: asUefi,
  },
];

const settings: readonly Obstacle[] = [
  {
    id: 'destination.nova-conf',
    because: 'no nova.conf',
    verdict: 'warn',
    says: /No nova\.conf was found on compute-b: Nova’s defaults are assumed/,
    harm: async ({ destination }) => {
      await must(destination, 'mv', '/etc/nova', '/etc/nova.kept');
      return () => must(destination, 'mv', '/etc/nova.kept', '/etc/nova');
    },
  },
  {
    id: 'hosts.images-type',
    because: 'disks in LVM',
    verdict: 'block',
    says: /compute-a keeps disks in lvm: Nova does not migrate from LVM/,
    harm: ({ source }) => edited(source, NOVA_CONF, 's/images_type = default/images_type = lvm/'),
  },
  {
    id: 'hosts.images-type',
    because: 'another format for new disks',
    verdict: 'note',
    says: /images_type is default on compute-a and raw on compute-b/,
    harm: ({ destination }) => edited(destination, NOVA_CONF, 's/images_type = default/images_type = raw/'),
  },
  {
    id: 'source.image-cache',
    because: 'bases that go after ten minutes',
    verdict: 'note',
    says: /compute-a removes unused bases after only 10 min 00 s .* looking every 40 min 00 s/,
    harm: ({ source }) =>
      edited(source, NOVA_CONF, under('image_cache', 'remove_unused_original_minimum_age_seconds = 600')),
  },
  {
    id: 'source.resume-guests',
    because: 'guests that start with the host',
    verdict: 'note',
    says: /Nova on compute-a starts guests again when the host starts/,
    harm: ({ source }) =>
      edited(source, NOVA_CONF, under('DEFAULT', 'resume_guests_state_on_host_boot = True')),
  },
];

const storage: readonly Obstacle[] = [
  {
    id: 'destination.file-system',
    because: 'mounted to be read only',
    verdict: 'block',
    says: /instances on compute-b is read-only \(test, tmpfs\)/,
    harm: ({ destination }) => mounted(destination, 'ro,mode=0755'),
  },
  {
    id: 'destination.inodes',
    because: 'hardly any inodes',
    verdict: 'block',
    says: /\d+ of 20 inodes are free on compute-b, 3\d are needed/,
    harm: ({ destination }) => mounted(destination, 'nr_inodes=20,mode=0755'),
  },
  {
    id: 'destination.quota',
    because: 'a quota that is nearly used up',
    verdict: 'block',
    says: /the disk quota of nova on compute-b leaves 1\.00 KiB/,
    harm: ({ destination }) =>
      program(
        destination,
        'quota',
        `device=$(df -P ${INSTANCES_PATH} | awk 'END { print $1 }')
echo 'Disk quotas for user nova (uid 64060):'
echo '     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace'
echo "  $device    9999*   9000   10000       0      12       0       0       0"`,
      ),
  },
  {
    id: 'hosts.storage',
    because: 'one directory on both hosts, as far as one can see',
    verdict: 'warn',
    says: /look like one and the same: file system id \w+, inode 77,/,
    harm: ({ source, destination }) => {
      const same = `case $* in *'%s %b %Y'*) echo '4096 8 1790000000 77 3 64060 64060 755' ;; *) exec /usr/bin/stat "$@" ;; esac`;
      return both(program(source, 'stat', same), program(destination, 'stat', same));
    },
  },
];

/** An interface of its own for the host's address, and counters that run while the host is read. */
const FAST = `mkdir -p /sys/class/net/fast0/statistics
echo 1000 >/sys/class/net/fast0/speed
for way in rx tx; do echo 1000 >/sys/class/net/fast0/statistics/\${way}_bytes; done`;
const IP = `case $* in
  *'addr show'*) echo '2: fast0    inet 127.0.0.12/24 brd 127.0.0.255 scope global fast0' ;;
  *-6*) ;;
  *) echo '127.0.0.0/24 dev fast0 proto kernel scope link src 127.0.0.12' ;;
esac`;
const TRAFFIC = 'echo 9000000000 >/sys/class/net/fast0/statistics/rx_bytes; exec /usr/bin/getconf "$@"';

const link: readonly Obstacle[] = [
  {
    id: 'hosts.address',
    because: 'a my_ip that nova-compute does not know yet',
    verdict: 'warn',
    says: /compute-b has my_ip 10\.9\.8\.7, but Nova tells 127\.0\.0\.12/,
    harm: ({ destination }) => edited(destination, NOVA_CONF, 's/^my_ip = .*/my_ip = 10.9.8.7/'),
  },
  {
    id: 'hosts.address',
    because: 'an address for migrations that was not tried',
    verdict: 'warn',
    says: /compute-b has migration_inbound_addr 10\.9\.8\.7/,
    harm: ({ destination }) =>
      edited(destination, NOVA_CONF, under('libvirt', 'migration_inbound_addr = 10.9.8.7')),
  },
  {
    id: 'hosts.address',
    because: 'the network by which we log in',
    verdict: 'note',
    says: /to compute-b by fast0 \(1000 Mbit\/s\), which is also where we logged in/,
    harm: async ({ destination }) => {
      await sh(destination, FAST);
      return await program(destination, 'ip', IP);
    },
  },
  {
    id: 'hosts.link',
    because: 'others fill the link',
    verdict: 'warn',
    says: /in use by others: fast0 of compute-b carries \d+ MiB\/s \(1000 Mbit\/s\)/,
    harm: async ({ destination }) => {
      await sh(destination, FAST);
      return await both(
        program(destination, 'ip', IP),
        program(destination, 'getconf', `${FAST}\n${TRAFFIC}`),
      );
    },
  },
  {
    id: 'destination.load',
    because: 'a busy host',
    verdict: 'note',
    says: /compute-b is busy: load 90\.0 on \d+ cores/,
    harm: async ({ destination }) => {
      await tellLoad(destination, '90.00', '77.00');
      return () => tellLoad(destination);
    },
  },
  {
    id: 'hosts.path-speed',
    because: 'a probe that fails',
    verdict: 'note',
    says: /The way was not measured/,
    harm: ({ destination }) => program(destination, 'dd', 'exit 1'),
  },
];

checkObstacles(lab, [...toolsAndUsers, ...processors, ...settings, ...storage, ...link]);
