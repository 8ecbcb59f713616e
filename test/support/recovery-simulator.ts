import type { Server } from '../../main/domain/cloud.ts';
import type { DiskFile, InstanceDirectory, InstanceOnHost } from '../../main/domain/host.ts';
import type { Action } from '../../main/domain/recovery/action.ts';
import { openCase } from '../../main/domain/recovery/case-file.ts';
import { diagnose, offers } from '../../main/domain/recovery/diagnose.ts';
import type { Evidence, Side } from '../../main/domain/recovery/evidence.ts';
import { AT_MS, disk, HOME, RESIZE } from './recovery-evidence.ts';
import { diskFile, link } from './samples.ts';

/** What each step does to a cloud, as far as the evidence shows it: what Nova and libvirt did on the real one. */

type Change<T> = (before: T) => T;

function onServer(of: Evidence, more: Partial<Server>): Evidence {
  return { ...of, server: { ...of.server, ...more } };
}

function onSide(of: Evidence, name: string | undefined, change: Change<Side>): Evidence {
  return { ...of, sides: of.sides.map((side) => (side.name === name ? change(side) : side)) };
}

function onInstance(of: Evidence, name: string | undefined, change: Change<InstanceOnHost>): Evidence {
  return onSide(of, name, (side) =>
    side.told.known
      ? {
          ...side,
          told: { known: true, value: { ...side.told.value, instance: change(side.told.value.instance) } },
        }
      : side,
  );
}

function asked(of: Evidence, action: string): Evidence {
  const { actions } = of;
  const made = { action, requestId: 'req-new', startedAt: '', message: undefined, events: [] };
  return actions.known ? { ...of, actions: { known: true, value: [made, ...actions.value] } } : of;
}

function closed(of: Evidence, status: string): Evidence {
  return { ...of, records: of.records.map((each, index) => (index === 0 ? { ...each, status } : each)) };
}

function renamed(directory: InstanceDirectory, path: string): InstanceDirectory {
  const moved = (file: string): string => file.replace(directory.path, path);
  const disks = directory.disks.map((each): DiskFile => ({
    ...each,
    path: moved(each.path),
    chain: each.chain.map((one, index) => (index === 0 ? { ...one, path: moved(one.path) } : one)),
  }));
  return { ...directory, path, disks };
}

function putBack(of: Evidence, host: string | undefined): Evidence {
  return onInstance(of, host, (instance) =>
    instance.resizeDirectory === undefined
      ? instance
      : { ...instance, directory: renamed(instance.resizeDirectory, HOME), resizeDirectory: undefined },
  );
}

function setAside(of: Evidence, host: string, path: string): Evidence {
  return onInstance(of, host, (instance) => ({
    ...instance,
    leftovers: [...instance.leftovers, `${path}.kept-20261121T120000Z`],
    ...(instance.directory?.path === path && { directory: undefined }),
    ...(instance.resizeDirectory?.path === path && { resizeDirectory: undefined }),
  }));
}

function running(of: Evidence): Evidence {
  const started = onServer(of, { status: 'ACTIVE', vmState: 'active', powerState: 1, fault: undefined });
  // What runs writes, so that no comparison holds any more.
  return { ...onInstance(started, of.server.host, (on) => ({ ...on, domain: 'running' })), comparisons: [] };
}

function stopped(of: Evidence): Evidence {
  const off = onServer(of, { status: 'SHUTOFF', vmState: 'stopped', powerState: 4 });
  return onInstance(off, of.server.host, (on) =>
    on.domain === 'running' ? { ...on, domain: 'shut off' } : on,
  );
}

function broughtBase(of: Evidence, host: string, path: string): Evidence {
  const whole: Change<InstanceDirectory | undefined> = (directory) =>
    directory && {
      ...directory,
      disks: directory.disks.map((each) =>
        each.chain.at(-1)?.backingPath === path
          ? { ...each, chain: [...each.chain, link(path, { format: 'raw' })] }
          : each,
      ),
    };
  return onInstance(of, host, (on) => ({
    ...on,
    directory: whole(on.directory),
    resizeDirectory: whole(on.resizeDirectory),
    ...(on.close && {
      close: { ...on.close, bases: [...(on.close.bases ?? []), { ...diskFile('disk'), path }] },
    }),
  }));
}

function comparing(of: Evidence, areEqual: boolean): Evidence {
  const { source, destination } = openCase(of);
  const from = source?.instance.resizeDirectory ?? source?.instance.directory;
  const made = (from?.disks ?? [])
    .filter(({ role }) => role !== 'swap')
    .flatMap(({ name, path }) => {
      const twin = destination?.instance.directory?.disks.find((each) => each.name === name);
      return twin === undefined
        ? []
        : [{ sourcePath: path, destinationPath: twin.path, equal: areEqual, atMs: of.atMs }];
    });
  return { ...of, comparisons: made };
}

/** Nova's own repair at its start: it takes back the disks of a copy that it was at (nova/compute/manager.py:1228-1253). */
function restarted(of: Evidence, host: string): Evidence {
  const up = onSide(of, host, (side) => ({
    ...side,
    ...(side.service && { service: { ...side.service, state: 'up' as const } }),
    ...(side.told.known && {
      told: {
        known: true as const,
        value: { ...side.told.value, trouble: { ...side.told.value.trouble, computeStartedAtMs: AT_MS } },
      },
    }),
  }));
  const { taskState, host: home } = of.server;
  if (home !== host || !/^resize_(?:prep|migrating)$/.test(taskState ?? '')) return up;
  return putBack(onServer(up, { status: 'SHUTOFF', vmState: 'stopped', taskState: undefined }), host);
}

function byHand(of: Evidence, title: string): Evidence {
  const { source, destination } = openCase(of);
  const restart = /^Restart nova-compute on (?<host>\S+)$/.exec(title)?.groups?.['host'];
  if (restart !== undefined) return restarted(of, restart);
  if (title.startsWith('Copy the disks to')) {
    const from = source?.instance.resizeDirectory;
    const copied = onInstance(of, destination?.name, (on) => ({
      ...on,
      directory: from && renamed(from, HOME),
    }));
    return { ...copied, comparisons: [] };
  }
  if (title.startsWith('Name the disks on'))
    return onInstance(of, source?.name, (on) => ({
      ...on,
      resizeDirectory: on.directory && renamed(on.directory, RESIZE),
      directory: undefined,
    }));
  if (title.startsWith('Close record')) return closed(of, 'error');
  if (title === 'Put Placement right')
    return {
      ...of,
      allocations: { known: true, value: { ofServer: [of.server.host ?? ''], ofMigration: [] } },
    };
  throw new TypeError(`nothing is known of the step by hand “${title}”`);
}

/** The evidence after one step. @throws TypeError for a step by hand whose effect is not simulated */
export function after(of: Evidence, action: Action, areEqual = true): Evidence {
  const { source, destination } = openCase(of);
  switch (action.kind) {
    case 'revert': {
      const back = putBack(asked(closed(of, 'reverted'), 'revertResize'), source?.name);
      const gone = onInstance(back, destination?.name, (on) => ({
        ...on,
        directory: undefined,
        domain: 'absent',
      }));
      return { ...stopped(onServer(gone, { host: source?.name })), comparisons: [] };
    }
    case 'confirm': {
      const gone = onInstance(asked(closed(of, 'confirmed'), 'confirmResize'), source?.name, (on) => ({
        ...on,
        resizeDirectory: undefined,
        domain: 'absent',
      }));
      return stopped(gone);
    }
    case 'reset-state': {
      const status = action.to === 'active' ? 'ACTIVE' : 'ERROR';
      return onServer(asked(of, 'reset state'), { status, vmState: action.to, taskState: undefined });
    }
    case 'stop':
      return stopped(asked(of, 'stop'));
    case 'start':
      return running(asked(of, 'start'));
    case 'hard-reboot':
      return running(asked(of, 'reboot'));
    case 'compare':
      return comparing(of, areEqual);
    case 'put-back':
      return putBack(of, action.host);
    case 'set-aside':
      return setAside(of, action.host, action.path);
    case 'bring-base':
      return broughtBase(of, action.to, action.path);
    case 'make-swap':
      return onInstance(of, action.host, (on) => ({
        ...on,
        directory: on.directory && {
          ...on.directory,
          disks: [...on.directory.disks, disk(action.name, HOME)],
        },
      }));
    case 'undefine':
      return onInstance(of, action.host, (on) => ({ ...on, domain: 'absent' }));
    case 'by-hand':
      return byHand(of, action.title);
  }
}

export interface Walk {
  /** `rule: step`, in order. */
  readonly steps: readonly string[];
  readonly end: Evidence;
  /** Ids of what is said at the end: nothing worse than untidy. */
  readonly left: readonly string[];
}

const MOST_STEPS = 15;

/**
 * Does the first step that is allowed of the worst diagnosis, looks again, and so on until nothing is stuck any more;
 * with `untidy`, until there is no step left at all.
 *
 * @throws TypeError if it comes to no end, or to a state in which nothing is allowed.
 */
export function walk(from: Evidence, { untidy = false, areEqual = true } = {}): Walk {
  const steps: string[] = [];
  for (let of = from; ;) {
    const all = diagnose(of);
    const left = all.map(({ rule }) => rule.id);
    const pending = all.filter(
      ({ rule, steps: its }) =>
        rule.urgency !== 'fine' && (rule.urgency !== 'untidy' || (untidy && its.length > 0)),
    );
    if (pending.length === 0) return { steps, end: of, left };
    const [next] = pending.flatMap((diagnosis) =>
      offers(of, diagnosis, all)
        .filter(({ refusals }) => refusals.length === 0)
        .map(({ action }) => ({ action, id: diagnosis.rule.id })),
    );
    const told = (): string => `${steps.join('\n')}\n${left.join(', ')}`;
    if (next === undefined) throw new TypeError(`nothing is allowed after\n${told()}`);
    if (steps.length >= MOST_STEPS) throw new TypeError(`it comes to no end:\n${told()}`);
    const { action, id } = next;
    steps.push(`${id}: ${action.kind === 'by-hand' ? action.title : Object.values(action).join(' ')}`);
    of = after(of, action, areEqual);
  }
}

/** Inode of the root disk under the name and on the host that Nova looks at. */
export function rootInode(of: Evidence): number | undefined {
  return openCase(of).home?.instance.directory?.disks.find(({ role }) => role === 'root')?.inode;
}
