import { capacity, inventories, release, used } from '../lab/cloud/allocations.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import {
  checkObstacles,
  usePreflightLab,
  type Obstacle,
  type PreflightLab,
} from '../support/preflight-lab.ts';

const lab = usePreflightLab({ running: false });

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

checkObstacles(lab, [
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
