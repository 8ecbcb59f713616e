import { expect, test } from 'vitest';
import { capacity, inventories, release, used } from '../lab/cloud/allocations.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { volume } from '../support/cloud-obstacles.ts';
import { must } from '../support/instance-files.ts';
import { openLabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE } from '../support/lab.ts';
import { chainOf } from '../support/virtual-disk.ts';
import {
  checkObstacles,
  usePreflightLab,
  type Obstacle,
  type PreflightLab,
} from '../support/preflight-lab.ts';

const lab = usePreflightLab({ running: false, instancesMib: 1024 });

const NOVA_SSH = '/var/lib/nova/.ssh';
const KNOWING_NOBODY = 'mount --bind /dev/null /etc/lab/known_hosts';

const path = (name: string): string => `${INSTANCES_PATH}/${name}`;

/** Changes the record of the server, as if something had happened to it. */
function record(change: Partial<LabServer>): Obstacle['harm'] {
  return ({ server }) => {
    const before = Object.fromEntries(
      Object.keys(change).map((key) => [key, server[key as keyof LabServer]]),
    );
    Object.assign(server, change);
    return Promise.resolve(() => Promise.resolve(Object.assign(server, before)));
  };
}

/** One command on a host, and what undoes it. */
function command(
  where: 'source' | 'destination',
  make: (lab: PreflightLab) => readonly string[],
  undo: (lab: PreflightLab) => readonly string[],
): Obstacle['harm'] {
  return async (here) => {
    const host: RunningHost = here[where];
    await must(host, ...make(here));
    return () => must(host, ...undo(here));
  };
}

function hidden(where: 'source' | 'destination', program: string): Obstacle['harm'] {
  return command(
    where,
    () => ['mount', '--bind', '/etc/hostname', `/usr/bin/${program}`],
    () => ['umount', `/usr/bin/${program}`],
  );
}

function service(
  host: string,
  change: { readonly enabled?: boolean; readonly forcedDown?: boolean },
): Obstacle['harm'] {
  return ({ bench }) => {
    const { control } = bench.lab.cloud;
    control.setService(host, change);
    return Promise.resolve(() => {
      control.setService(host, { enabled: true, forcedDown: false });
      return Promise.resolve();
    });
  };
}

/** Takes all the memory that the destination has in Placement. */
const crowd: Obstacle['harm'] = ({ bench, server }) => {
  const { state } = bench.lab.cloud;
  const provider = state.computes.find(({ name }) => name === DESTINATION);
  if (provider === undefined) throw new TypeError('the destination is in the cloud');
  const left = capacity(inventories(provider).MEMORY_MB) - used(state, provider).MEMORY_MB;
  const { projectId, userId } = server;
  const resources = { VCPU: 1, MEMORY_MB: left, DISK_GB: 1 };
  state.allocations.push({
    consumerId: 'crowd',
    providerId: provider.hypervisorId,
    resources,
    projectId,
    userId,
  });
  return Promise.resolve(() => {
    release(state, 'crowd');
    return Promise.resolve();
  });
};

/** Leaves ten million bytes on the instances' file system. */
function filled(host: string): Obstacle['harm'] {
  return async ({ bench }) => {
    const { control } = bench.lab.cloud;
    await control.fill(host, 10_000_000);
    return () => control.fill(host);
  };
}

/** The destination has another file under the name of the base, so the disk must be flattened, and there is no room for that. */
const noRoomToFlatten: Obstacle['harm'] = async (here) => {
  const [, base = ''] = await chainOf(here.source, path(`${here.server.id}/disk`));
  await must(here.destination, 'sh', '-c', 'mkdir -p "${1%/*}" && truncate -s 1M "$1"', 'test', base);
  const free = await filled(SOURCE)(here);
  return async () => {
    await free();
    await must(here.destination, 'rm', base);
  };
};

/** The destination has a domain of the instance too, as after a move by hand. */
const twoDomains: Obstacle['harm'] = async ({ server, source, destination }) => {
  const xml = await must(source, 'virsh', 'dumpxml', server.id);
  await must(
    destination,
    'sh',
    '-c',
    'printf %s "$1" >/tmp/second.xml && virsh define /tmp/second.xml',
    'test',
    xml,
  );
  return () => must(destination, 'virsh', 'undefine', server.id);
};

/** Another place for instances in nova.conf of the destination. */
const elsewhere: Obstacle['harm'] = command(
  'destination',
  () => [
    'sh',
    '-c',
    'mkdir -p /srv/instances && sed -i.before "s|^instances_path = .*|instances_path = /srv/instances|" /etc/nova/nova.conf',
  ],
  () => ['mv', '/etc/nova/nova.conf.before', '/etc/nova/nova.conf'],
);

checkObstacles(lab, [
  {
    id: 'destination.room',
    because: 'its file system is nearly full',
    verdict: 'block',
    says: /are free on compute-b.*too few/,
    harm: filled(DESTINATION),
  },
  {
    id: 'source.room',
    because: 'a disk has to be flattened, and the file system is nearly full',
    verdict: 'block',
    says: /are free on compute-a.*too few/,
    harm: noRoomToFlatten,
  },
  {
    id: 'hosts.domains',
    because: 'the destination has a domain of it too',
    verdict: 'block',
    says: /compute-b already has a domain of this instance \(shut off\)/,
    harm: twoDomains,
  },
  {
    id: 'hosts.instances-path',
    because: 'the destination keeps its instances elsewhere',
    verdict: 'block',
    says: /compute-b in \/srv\/instances/,
    harm: elsewhere,
  },
  {
    id: 'source.other-files',
    because: 'somebody has put a file beside the disks',
    verdict: 'note',
    says: /notes\.txt/,
    harm: command(
      'source',
      ({ server }) => ['touch', path(`${server.id}/notes.txt`)],
      ({ server }) => ['rm', path(`${server.id}/notes.txt`)],
    ),
  },
  {
    id: 'server.volumes',
    because: 'it has a volume',
    verdict: 'note',
    says: /1 volume\(s\) are attached/,
    harm: volume({}, { hasCinder: true }),
  },
  {
    id: 'hosts.service-token',
    because: 'it has a volume, and Nova sends no service token',
    verdict: 'warn',
    says: /Nova on compute-a and compute-b sends no service token/,
    harm: volume({}, { hasCinder: true }),
  },
  {
    id: 'server.state',
    because: 'it is in VERIFY_RESIZE',
    verdict: 'block',
    says: /is VERIFY_RESIZE .*only ACTIVE and SHUTOFF/,
    harm: record({ vmState: 'resized' }),
  },
  {
    id: 'server.task',
    because: 'Nova makes an image of it',
    verdict: 'block',
    says: /task_state is image_snapshot/,
    harm: record({ taskState: 'image_snapshot' }),
  },
  {
    id: 'server.lock',
    because: 'somebody has locked it',
    verdict: 'block',
    says: /is locked \(“a backup runs”\)/,
    harm: record({ locked: true, lockedReason: 'a backup runs' }),
  },
  {
    id: 'source.service',
    because: 'nova-compute is forced down',
    verdict: 'block',
    says: /nova-compute on compute-a is down, forced down/,
    harm: service(SOURCE, { forcedDown: true }),
  },
  {
    id: 'destination.service',
    because: 'nova-compute is disabled',
    verdict: 'block',
    says: /nova-compute on compute-b is disabled \(“lab”\)/,
    harm: service(DESTINATION, { enabled: false }),
  },
  {
    id: 'source.tools',
    because: 'there is no qemu-img',
    verdict: 'block',
    says: /compute-a has no qemu-img/,
    harm: hidden('source', 'qemu-img'),
  },
  {
    id: 'destination.tools',
    because: 'there is no rsync',
    verdict: 'block',
    says: /compute-b has no rsync/,
    harm: hidden('destination', 'rsync'),
  },
  {
    id: 'source.transport',
    because: 'Nova copies by scp',
    route: 'seed',
    verdict: 'block',
    says: /Nova on compute-a copies by scp/,
    harm: async ({ source }) => {
      await source.configureNova({ transport: 'ssh' });
      return () => source.configureNova({ transport: 'rsync' });
    },
  },
  {
    id: 'destination.confirm-window',
    because: 'Nova confirms by itself',
    verdict: 'warn',
    says: /Nova on compute-b confirms by itself 3600 s after/,
    harm: async ({ destination }) => {
      await destination.configureNova({ resizeConfirmWindowSeconds: 3600 });
      return () => destination.configureNova({ resizeConfirmWindowSeconds: 0 });
    },
  },
  {
    id: 'destination.cow',
    because: 'a raw disk would be converted',
    verdict: 'block',
    says: /Nova on compute-b would turn disk\.eph0 from raw into qcow2/,
    harm: command(
      'source',
      ({ server }) => ['qemu-img', 'create', '-q', '-f', 'raw', path(`${server.id}/disk.eph0`), '1M'],
      ({ server }) => ['rm', path(`${server.id}/disk.eph0`)],
    ),
  },
  {
    id: 'hosts.ssh',
    because: 'the destination does not let Nova in',
    verdict: 'block',
    says: /nova on compute-a does not reach compute-b at 127\.0\.0\.12: .*Permission denied/,
    harm: async ({ bench }) => {
      await bench.lab.cloud.control.refuseSsh(DESTINATION);
      return () => bench.lab.cloud.control.refuseSsh(DESTINATION, false);
    },
  },
  {
    id: 'hosts.ssh',
    because: 'the source does not know the host key of the destination',
    verdict: 'block',
    says: /nova on compute-a does not reach compute-b at 127\.0\.0\.12: .*Host key verification failed/,
    harm: command(
      'source',
      () => ['mount', '--bind', '/dev/null', '/etc/lab/known_hosts'],
      () => ['umount', '/etc/lab/known_hosts'],
    ),
  },
  {
    id: 'hosts.ssh',
    because: 'the source would take any host key that it does not know; and none is written down for it',
    verdict: 'warn',
    says: /SSH of nova on compute-a takes whatever host key is shown at 127\.0\.0\.12/,
    harm: command(
      'source',
      () => ['sh', '-c', `echo 'StrictHostKeyChecking accept-new' >${NOVA_SSH}/config && ${KNOWING_NOBODY}`],
      () => [
        'sh',
        '-c',
        `umount /etc/lab/known_hosts && rm ${NOVA_SSH}/config && test ! -e ${NOVA_SSH}/known_hosts`,
      ],
    ),
  },
  {
    id: 'destination.capacity',
    because: 'Placement has too little memory',
    verdict: 'block',
    says: /Placement has too little room on compute-b: 192 MiB of RAM are needed, 0 of \d+ are free/,
    harm: crowd,
  },
  {
    id: 'source.owner',
    because: 'the directory belongs to root',
    verdict: 'block',
    says: /belongs to uid 0, not to nova/,
    harm: command(
      'source',
      ({ server }) => ['chown', 'root:', path(server.id)],
      ({ server }) => ['chown', 'nova:', path(server.id)],
    ),
  },
  {
    id: 'source.leftovers',
    because: 'a _resize is left',
    verdict: 'block',
    says: /_resize is left on compute-a from an earlier move/,
    harm: command(
      'source',
      ({ server }) => ['mkdir', path(`${server.id}_resize`)],
      ({ server }) => ['rmdir', path(`${server.id}_resize`)],
    ),
  },
  {
    id: 'destination.leftovers',
    because: 'a directory of it is there',
    verdict: 'block',
    says: /compute-b already has \S+/,
    harm: command(
      'destination',
      ({ server }) => ['mkdir', path(server.id)],
      ({ server }) => ['rmdir', path(server.id)],
    ),
  },
  {
    id: 'hosts.kept',
    because: 'a copy was set aside earlier',
    verdict: 'note',
    says: /on compute-b: \S+\.kept-2026/,
    harm: command(
      'destination',
      ({ server }) => ['mkdir', path(`${server.id}.kept-2026`)],
      ({ server }) => ['rmdir', path(`${server.id}.kept-2026`)],
    ),
  },
  {
    id: 'destination.instances-directory',
    because: 'a failed copy by Nova has left it at 0700',
    verdict: 'block',
    says: /on compute-b has mode 700: QEMU could not open/,
    harm: command(
      'destination',
      () => ['chmod', '0700', INSTANCES_PATH],
      () => ['chmod', '0755', INSTANCES_PATH],
    ),
  },
]);

test('cloud.host-choice: a cloud before Queens, which would ignore the destination', async () => {
  const bench = await labWithImage({ cloud: { maxMicroversion: 55 } });
  try {
    await bench.lab.cloud.createServer({ name: 'web', host: SOURCE, image: bench.image, running: false });
    const engine = await openLabEngine(bench.lab);
    try {
      const { findings } = await engine.call('plan.make', { server: 'web', destination: DESTINATION });
      expect(findings.find(({ id }) => id === 'cloud.host-choice')).toMatchObject({
        verdict: 'block',
        message: 'Compute API 2.55 ignores the destination of a migrate; 2.56 (Queens) is needed.',
      });
    } finally {
      await engine.close();
    }
  } finally {
    await bench.lab.down();
  }
  const found = await lab().findings();
  expect(found.find(({ id }) => id === 'cloud.host-choice')).toMatchObject({ verdict: 'pass' });
});
