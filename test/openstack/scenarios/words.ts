import type { MigrationView } from '../../../main/contract/views.ts';
import { booted, INSTANCES, novaSays, settled } from '../guests.ts';
import { ask, cloud, otherHost, until, type HostName } from '../machines.ts';
import type { Stage } from '../scenario.ts';
import type { End } from '../workstation.ts';

/** A guest without anything special, off. */
export async function stoppedGuest(stage: Stage): Promise<string> {
  const id = await stage.guest({ flavor: 'plain', configDrive: false, port: false });
  await stage.caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-stop': null });
  await settled(stage.caller, id, 'SHUTOFF');
  return id;
}

/** Makes what leaves a host slow, so that there is time to disturb a copy of a disk; bases are brought before. */
export async function slowLink(stage: Stage, host: HostName, mebibitPerSecond: number): Promise<void> {
  await bringBases(host);
  await throttle(stage, host, mebibitPerSecond);
}

/** Makes it slow only once the migration has its lock: what it measured for its plan was fast. */
export async function slowOnceLocked(stage: Stage, id: string, mebibitPerSecond: number): Promise<void> {
  await until('the lock of the migration', 300_000, async () => {
    const { isLocked } = await novaSays(stage.caller, id);
    return isLocked ? true : undefined;
  });
  await throttle(stage, stage.from, mebibitPerSecond);
}

/** Gives the other host every base that this one has. */
export async function bringBases(host: HostName): Promise<void> {
  const bases = `${INSTANCES}/_base/`;
  const words = ['-aS', '--mkpath', '--ignore-existing', bases, `${otherHost(host)}:${bases}`];
  must((await ask(host, 'sudo', '-u', 'nova', 'rsync', ...words)) !== undefined, 'the bases were not copied');
}

async function throttle(stage: Stage, host: HostName, mebibitPerSecond: number): Promise<void> {
  const rate = `${String(mebibitPerSecond)}mbit`;
  const shape = ['dev', 'eth0', 'root', 'tbf', 'rate', rate, 'burst', '128kb', 'latency', '400ms'];
  await ask(host, 'tc', 'qdisc', 'replace', ...shape);
  stage.later(() => ask(host, 'tc', 'qdisc', 'del', 'dev', 'eth0', 'root'));
}

/**
 * Logins that are good for a minute and a half, long for a hand-over and short for a copy, and a Nova that may not go
 * on with one that is over.
 */
export async function shortLogins(stage: Stage): Promise<void> {
  await cloud('set', 'service-tokens', 'no');
  stage.later(() => cloud('set', 'service-tokens', 'yes'));
  await cloud('set', 'token-life', '90');
  stage.later(() => cloud('set', 'token-life', '3600'));
}

/** Waits until Nova itself copies, and some bytes of it are there. */
export async function novaCopies(stage: Stage, id: string): Promise<void> {
  await until('a copy by Nova', 900_000, async () => {
    const { task } = await novaSays(stage.caller, id);
    if (task !== 'resize_migrating') return undefined;
    return ask(stage.from, 'pgrep', '-u', 'nova', '-f', `(rsync|scp) .*${id}_resize/disk`);
  });
}

/** The source's nova-compute dies, and its copy with it. It stays away until it is started. */
export async function killCopy(stage: Stage, id: string): Promise<void> {
  const { from } = stage;
  await cloud('service', 'kill', from, 'nova-compute');
  stage.later(() => cloud('service', 'start', from, 'nova-compute'));
  await until('an end of what Nova had begun', 60_000, async () => {
    await ask(from, 'pkill', '-KILL', '-u', 'nova', '-f', `${id}_resize/disk`);
    return (await ask(from, 'pgrep', '-u', 'nova', '-f', `${id}_resize/disk`)) === undefined
      ? true
      : undefined;
  });
}

/** Bytes that Coldhaul's own copy has on the disk at the destination. */
export async function stagedBytes(host: HostName, id: string): Promise<number> {
  const said = await ask(host, 'du', '-s', '--block-size=1', `${INSTANCES}/_coldhaul/${id}`);
  return Number(said?.split('\t')[0] ?? 0);
}

/** The migration that a command told of. @throws with all that it said if it told of none. */
export function told(end: End): MigrationView {
  if (end.migration !== undefined) return end.migration;
  throw new Error(`coldhaul ended with ${String(end.exitCode)} and tells of no migration\n${end.stderr}`);
}

/** Starts the guest where Nova says that it is, and compares what it says of itself. */
export async function bootsWhole(stage: Stage, id: string, host: HostName, boot: number): Promise<void> {
  const said = await novaSays(stage.caller, id);
  must(said.host === host, `Nova says that it is on ${said.host ?? 'no host'}, not on ${host}`);
  if (said.status === 'SHUTOFF')
    await stage.caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-start': null });
  await settled(stage.caller, id, 'ACTIVE');
  const line = await booted(host, id, boot);
  must(
    line.boot === boot && line.payload === 'OK',
    `the guest says ${JSON.stringify(line)}, boot ${boot} was due`,
  );
}

/** @throws with `why` and, if there is one, what Coldhaul had to say. */
export function must(truth: boolean, why: string, end?: End): asserts truth {
  if (!truth) throw new Error(end === undefined ? why : `${why}\n${end.stdout}\n${end.stderr}`);
}
