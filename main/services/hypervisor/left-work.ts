import type { JobOnHost, LockOnHost, StageOnHost, WorkOnHost } from '../../domain/left-work.ts';
import type { Shell } from '../../domain/ports.ts';
import { runScript } from '../jobs/run-script.ts';
import { groupsOf, type Pair, readPairs } from './pairs.ts';
import { LEFT_WORK_SCRIPT } from './scripts/left-work.ts';

type Directories = Pick<WorkOnHost, 'jobsDirectory' | 'locksDirectory' | 'stagesDirectory'>;

/** All that Coldhaul has on the host, in one round trip. */
export async function readLeftWork(
  shell: Shell,
  directories: Directories,
  signal?: AbortSignal,
): Promise<WorkOnHost> {
  const { jobsDirectory, locksDirectory, stagesDirectory } = directories;
  const args = [jobsDirectory, locksDirectory, stagesDirectory];
  const options = { ...(signal !== undefined && { signal }) };
  const pairs = readPairs(await runScript(shell, 'look for work of ours', LEFT_WORK_SCRIPT, args, options));
  const boot = pairs.find(([name]) => name === 'boot')?.[1];
  const each = <T>(name: string, read: (group: ReadonlyMap<string, string>) => T): readonly T[] =>
    groupsOf(pairs, name).map((group) => read(new Map(upToNext(group))));
  return {
    ...directories,
    jobs: each('job', readJob),
    locks: each('lock', (group) => readLock(group, boot)),
    stages: each('stage', readStage),
  };
}

const STARTS: ReadonlySet<string> = new Set(['job', 'lock', 'stage']);

/** A group is told up to the next one of its own kind: what begins another kind is not in it. */
function upToNext(group: readonly Pair[]): readonly Pair[] {
  const end = group.findIndex(([name], index) => index > 0 && STARTS.has(name));
  return end < 0 ? group : group.slice(0, end);
}

function readJob(group: ReadonlyMap<string, string>): JobOnHost {
  const [migrationId = '', name = ''] = (group.get('job') ?? '').split('/');
  const state = group.get('state');
  return {
    migrationId,
    name,
    state: state === 'running' || state === 'ended' ? state : 'lost',
    startedAtMs: Number(group.get('started')),
    pid: Number(group.get('pid')),
  };
}

/** One of an older version does not say in which boot it was taken; it is taken for one of this boot. */
function readLock(group: ReadonlyMap<string, string>, boot: string | undefined): LockOnHost {
  const takenIn = group.get('taken-in') ?? '';
  return {
    serverId: group.get('lock') ?? '',
    migrationId: group.get('migration') ?? '',
    who: group.get('who') ?? '',
    since: group.get('since') ?? '',
    isOfThisBoot: takenIn === '' || takenIn === boot,
  };
}

function readStage(group: ReadonlyMap<string, string>): StageOnHost {
  return {
    serverId: group.get('stage') ?? '',
    allocatedBytes: Number(group.get('bytes') ?? 0),
    changedAtMs: Math.round(Number(group.get('changed') ?? 0) * 1000),
    ...(group.has('held') && { isHeld: true }),
  };
}
