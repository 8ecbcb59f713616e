import type { Verdict } from './preflight/judgement.ts';
import { printable, showCommand } from './naming.ts';
import { formatBytes, formatSeconds } from './units.ts';

/** What Coldhaul left on one host, or has at work there, whoever's it is. */
export interface WorkOnHost {
  readonly jobs: readonly JobOnHost[];
  readonly locks: readonly LockOnHost[];
  /** Directories of `<instances>/_coldhaul`. */
  readonly stages: readonly StageOnHost[];
  readonly jobsDirectory: string;
  readonly locksDirectory: string;
  readonly stagesDirectory: string;
}

export interface JobOnHost {
  readonly migrationId: string;
  /** Such as `copy-disk`. */
  readonly name: string;
  /** `lost`: it no longer runs and never said how it ended. */
  readonly state: 'running' | 'ended' | 'lost';
  /** By the host's own clock. */
  readonly startedAtMs: number;
  /** Of the process group that it leads. */
  readonly pid: number;
}

export interface LockOnHost {
  readonly serverId: string;
  readonly migrationId: string;
  readonly who: string;
  /** As it was written down, UTC. */
  readonly since: string;
  /** Taken since the host was booted; an older one holds nobody up. */
  readonly isOfThisBoot: boolean;
}

export interface StageOnHost {
  readonly serverId: string;
  readonly allocatedBytes: number;
  readonly changedAtMs: number;
  /** Nothing but second names of disks that were frozen while their guest ran, and that it has open by these. */
  readonly isHeld?: boolean;
}

/** A migration that has a journal on this workstation. */
export interface KnownMigration {
  readonly id: string;
  readonly serverId: string;
  readonly serverName: string;
  readonly phase: string;
  readonly isOver: boolean;
}

export interface LeftWork {
  readonly verdict: Verdict;
  readonly message: string;
  readonly fix?: string;
}

/**
 * A line for each migration that has a job or a lock on the host, and for each stage that no such migration accounts for.
 * What is at work is a note; what nobody on this workstation will take away is a warning, with how to find out whose it is.
 */
export function judgeLeftWork(
  work: WorkOnHost,
  known: readonly KnownMigration[],
  nowMs: number,
): readonly LeftWork[] {
  const ids = new Set([...work.jobs, ...work.locks].map(({ migrationId }) => migrationId));
  const atWork = [...ids].map((id) => judgeMigration(work, id, known, nowMs));
  const busy = new Set([
    ...work.locks.map(({ serverId }) => serverId),
    ...known.filter(({ isOver }) => !isOver).map(({ serverId }) => serverId),
  ]);
  const stages = work.stages.filter(({ serverId }) => !busy.has(serverId));
  return [...atWork, ...stages.map((stage) => judgeStage(work, stage, nowMs))];
}

function judgeMigration(
  work: WorkOnHost,
  id: string,
  known: readonly KnownMigration[],
  nowMs: number,
): LeftWork {
  const jobs = work.jobs.filter(({ migrationId }) => migrationId === id);
  const locks = work.locks.filter(({ migrationId }) => migrationId === id);
  const has = [...jobs.map((job) => jobWords(job, nowMs)), ...locks.map(lockWords)].join('; ');
  const one = known.find((migration) => migration.id === id);
  if (one !== undefined && !one.isOver) {
    const message = `migration ${id} of ${printable(one.serverName)} (${one.phase}) is on its way here: ${has}`;
    return { verdict: 'note', message, fix: showCommand(['coldhaul', 'status', id]) };
  }
  const commands = byHand(work, jobs, locks).join(' && ');
  if (one !== undefined) {
    const message = `migration ${id} of ${printable(one.serverName)} is ${one.phase}, and left here: ${has}`;
    return { verdict: 'warn', message, fix: `On the host, as root: ${commands}` };
  }
  return {
    verdict: 'warn',
    message: `no journal on this workstation knows migration ${printable(id)}, which has here: ${has}`,
    fix: `Where it was begun: ${showCommand(['coldhaul', 'status', printable(id)])}. Only if that work is certainly over, on the host, as root: ${commands}`,
  };
}

function judgeStage(work: WorkOnHost, stage: StageOnHost, nowMs: number): LeftWork {
  const { serverId, allocatedBytes, changedAtMs } = stage;
  const path = printable(`${work.stagesDirectory}/${serverId}`);
  if (stage.isHeld === true) {
    const why = `${path} has second names of disks that a guest has had open since they were frozen while it ran`;
    return { verdict: 'note', message: `${why}; they may go when it has been started anew` };
  }
  const message = `${formatBytes(allocatedBytes)} in ${path}, last changed ${age(changedAtMs, nowMs)} ago, of no migration that is on its way here`;
  // A disk may stand on it, and it may be the only copy: nothing to be removed on the word of one host.
  return { verdict: 'warn', message, fix: showCommand(['coldhaul', 'diagnose', printable(serverId)]) };
}

function jobWords({ name, state, startedAtMs }: JobOnHost, nowMs: number): string {
  const since = age(startedAtMs, nowMs);
  const how = {
    running: `has run for ${since}`,
    ended: `ended, begun ${since} ago`,
    lost: `was cut off, begun ${since} ago`,
  };
  return `${printable(name)} ${how[state]}`;
}

function lockWords({ serverId, who, since, isOfThisBoot }: LockOnHost): string {
  const words = `the lock on ${printable(serverId)}, ${printable(who)} since ${printable(since)}`;
  return isOfThisBoot ? words : `${words}, from before the host was booted`;
}

/** What ends it and takes its records away. */
function byHand(
  work: WorkOnHost,
  jobs: readonly JobOnHost[],
  locks: readonly LockOnHost[],
): readonly string[] {
  const running = jobs.filter(({ state }) => state === 'running');
  const records = [
    ...new Set(jobs.map(({ migrationId }) => printable(`${work.jobsDirectory}/${migrationId}`))),
  ];
  return [
    ...running.map(({ pid }) => showCommand(['kill', '--', `-${String(pid)}`])),
    ...records.map((path) => showCommand(['rm', '-r', path])),
    ...locks.map(({ serverId }) => showCommand(['rm', printable(`${work.locksDirectory}/${serverId}`)])),
  ];
}

function age(thenMs: number, nowMs: number): string {
  return formatSeconds(Math.max(0, nowMs - thenMs) / 1000);
}
