import type { Evidence } from '../../main/domain/recovery/evidence.ts';
import {
  copyOf,
  disk,
  disks,
  evidence,
  HOME,
  minutesAgo,
  record,
  RESIZE,
  type HostSketch,
  type Sketch,
} from './recovery-evidence.ts';

/** The usual states of a move from hostA to hostB, each as Nova leaves it. */

/** What a scene is changed by: each host and the server on their own. */
export type Change = Omit<Sketch, 'hostA' | 'hostB'> & {
  readonly hostA?: HostSketch;
  readonly hostB?: HostSketch;
};

function scene(of: Sketch, change: Change): Evidence {
  return evidence({
    ...of,
    ...change,
    server: { ...of.server, ...change.server },
    hostA: { ...of.hostA, ...change.hostA },
    hostB: { ...of.hostB, ...change.hostB },
  });
}

/** At rest on hostA, running. */
export function atRest(change: Change = {}): Evidence {
  return scene({ hostA: { directory: disks(HOME), domain: 'running' } }, change);
}

/** At rest on hostB, where it was moved to and confirmed. */
export function moved(change: Change = {}): Evidence {
  return scene(
    {
      server: { host: 'hostB' },
      records: [record({ status: 'confirmed' })],
      actions: ['confirmResize', 'migrate', 'create'],
      hostB: { directory: copyOf(), domain: 'running' },
    },
    change,
  );
}

/** VERIFY_RESIZE, off, both with whole disks. */
export function verify(change: Change = {}): Evidence {
  return scene(
    {
      server: { status: 'VERIFY_RESIZE', vmState: 'resized', powerState: 4, host: 'hostB' },
      records: [record()],
      actions: ['migrate', 'create'],
      hostA: { resizeDirectory: disks(RESIZE), domain: 'shut off' },
      hostB: { directory: copyOf(), domain: 'shut off' },
    },
    change,
  );
}

/** RESIZE (resize_migrating) for an hour: nova-compute of hostA was started again in the middle of the copy. */
export function copyDead(change: Change = {}): Evidence {
  return scene(
    {
      server: { status: 'RESIZE', vmState: 'stopped', taskState: 'resize_migrating', powerState: 4 },
      records: [record({ status: 'migrating', updatedAt: minutesAgo(90) })],
      actions: ['migrate', 'create'],
      hostA: {
        resizeDirectory: disks(RESIZE),
        domain: 'shut off',
        trouble: { computeStartedAtMs: Date.parse(minutesAgo(20)) },
      },
      hostB: { directory: copyOf({ allocatedBytes: 1_000_000 }) },
    },
    change,
  );
}

/** RESIZE (resize_finish) for an hour: nova-compute of hostB ended when it was to start it. */
export function finishDead(change: Change = {}): Evidence {
  return scene(
    {
      server: {
        status: 'RESIZE',
        vmState: 'stopped',
        taskState: 'resize_finish',
        powerState: 4,
        host: 'hostB',
      },
      records: [record({ status: 'post-migrating' })],
      actions: ['migrate', 'create'],
      hostA: { resizeDirectory: disks(RESIZE), domain: 'shut off' },
      hostB: { directory: copyOf() },
    },
    change,
  );
}

/** ERROR on hostA after the copy: the source's disks are in `_resize`, the copy is complete (F01). */
export function errorAtSource(change: Change = {}): Evidence {
  return scene(
    {
      server: {
        status: 'ERROR',
        vmState: 'error',
        powerState: 4,
        fault: { message: 'Unauthorized (HTTP 401)', details: undefined },
      },
      records: [record({ status: 'error' })],
      actions: ['migrate', 'create'],
      hostA: { resizeDirectory: disks(RESIZE), domain: 'shut off' },
      hostB: { directory: copyOf() },
    },
    change,
  );
}

/** ERROR on hostB after the copy, with nothing defined there (F02). */
export function errorAtDestination(change: Change = {}): Evidence {
  return scene(
    {
      server: {
        status: 'ERROR',
        vmState: 'error',
        powerState: 4,
        host: 'hostB',
        fault: { message: 'Not authorized for image 1', details: undefined },
      },
      records: [record({ status: 'error' })],
      actions: ['migrate', 'create'],
      hostA: { resizeDirectory: disks(RESIZE), domain: 'shut off' },
      hostB: { directory: copyOf() },
    },
    change,
  );
}

/** MIGRATING for an hour, with the guest on hostA as before. */
export function migrating(change: Change = {}): Evidence {
  return scene(
    {
      server: { status: 'MIGRATING', taskState: 'migrating' },
      records: [record({ status: 'running', type: 'live-migration' })],
      actions: ['live-migration', 'create'],
      hostA: { directory: disks(HOME), domain: 'running' },
    },
    change,
  );
}

/** A root disk and a swap disk. */
export function withSwap(path: string): ReturnType<typeof disks> {
  return disks(path, [disk('disk', path), disk('disk.swap', path)]);
}
