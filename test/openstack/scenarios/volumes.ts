import { EXIT } from '../../../main/cli/exit-codes.ts';
import { booted, INSTANCES, settled } from '../guests.ts';
import type { Route } from '../../../main/domain/plan.ts';
import { ask, cloud, type HostName } from '../machines.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { attachVolume, makeVolume, removeReserved, removeVolume, untidyVolume } from '../volumes.ts';
import { move, type Journey } from './there-and-back.ts';
import { bootsWhole, bringBases, must, shortLogins, slowOnceLocked, stoppedGuest, told } from './words.ts';

/** Guests with a volume of Cinder's, which both hosts see and nobody copies. */
export const VOLUMES: readonly Scenario[] = [
  { name: 'seed-volume', route: 'seed', transport: 'rsync', run: reattached },
  { name: 'token-volume', route: 'nova', transport: 'rsync', run: tokenExpires },
  { name: 'unvouched-volume', route: 'seed', transport: 'rsync', run: notVouchedFor },
];

/** A volume for the guest, gone once the guest is. */
async function addVolume(
  stage: Stage,
  guest: () => Promise<string>,
): Promise<{ readonly id: string; readonly volume: string }> {
  const { caller, name } = stage;
  const volume = await makeVolume(caller, name);
  stage.later(() => removeVolume(caller, volume));
  const id = await guest();
  await attachVolume(caller, id, volume);
  return { id, volume };
}

/** Reverted, then confirmed: each time it is attached where the guest is, and nowhere else. */
async function reattached(stage: Stage): Promise<readonly number[]> {
  const { caller, from, to } = stage;
  const { id, volume } = await addVolume(stage, () =>
    stage.guest({ flavor: 'full', configDrive: true, port: false }),
  );
  const plan = await stage.workstation.run('plan', id, '--to', to, '--json');
  must(plan.stdout.includes('1 volume(s) are attached'), 'the plan does not speak of the volume', plan);

  const problems: string[] = [];
  const journey: Journey = { stage, route: 'seed', id, running: true, problems, downtimes: [], boots: 1 };
  for (const [verdict, end, seen] of [
    // It was attached after the first boot. Where the guest ran until it was reverted, it saw the volume too.
    ['revert', from, '2'],
    ['confirm', to, '3'],
  ] as const) {
    await move(journey, verdict, from, to, verdict);
    problems.push(
      ...(await untidyVolume(caller, id, volume, end)).map((problem) => `${verdict}: ${problem}`),
    );
    const { volume: said } = await booted(end, id, journey.boots);
    if (said !== seen) problems.push(`${verdict}: its volume says ${said}, ${seen} was due`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return journey.downtimes;
}

/** The copy takes longer than the login is good for. */
async function tokenExpires(stage: Stage): Promise<readonly number[]> {
  const { id, volume } = await addVolume(stage, () => stoppedGuest(stage));
  await shortLogins(stage);
  await bringBases(stage.from);
  return refusedByCinder(stage, 'nova', id, volume, () => slowOnceLocked(stage, id, 4));
}

/** Without a service token Cinder gives up no attachment that is in use (CVE-2023-2088); only the hosts' configuration tells before. */
async function notVouchedFor(stage: Stage): Promise<readonly number[]> {
  const { id, volume } = await addVolume(stage, () => stoppedGuest(stage));
  await cloud('set', 'service-tokens', 'no');
  stage.later(() => cloud('set', 'service-tokens', 'yes'));
  return refusedByCinder(stage, 'seed', id, volume);
}

/** Nova fails after its copy: the disks are in `_resize`, an equal copy is at the destination, all says ERROR. */
async function refusedByCinder(
  stage: Stage,
  route: Route,
  id: string,
  volume: string,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly number[]> {
  const { caller, workstation, from, to } = stage;
  const directory = `${INSTANCES}/${id}`;
  const words = ['migrate', id, '--to', to, '--route', route, '--yes', '--json'];
  const warned = await workstation.run(...words);
  must(warned.exitCode === EXIT.refused && warned.stderr.includes('service token'), 'nothing warned', warned);
  const acknowledged = ['--acknowledge', 'hosts.service-token', '--acknowledge', 'cloud.token'];
  const running = workstation.start(...words, ...acknowledged);
  await meanwhile();
  const end = await running.end;
  const { phase, outcome = '', failure } = told(end);
  must(phase === 'failed', `it is ${phase}`, end);
  must(failure !== undefined, 'it does not tell why', end);
  must(outcome.includes(`${directory}_resize on ${from}`), 'the good copy is not told', end);
  must(route === 'nova' || outcome.includes(`an equal copy is on ${to}`), 'the proven one is not', end);
  const good = await digestOf(from, `${directory}_resize/disk`);
  must(good !== undefined, 'it is not there', end);
  must((await digestOf(to, `${directory}/disk`)) === good, 'Nova had not copied all', end);

  // What its admin does then.
  await cloud('set', 'service-tokens', 'yes');
  await cloud('set', 'token-life', '3600');
  await ask(from, 'mv', `${directory}_resize`, directory);
  await ask(to, 'rm', '-r', directory);
  await removeReserved(caller, volume);
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-resetState': { state: 'active' } });
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-stop': null });
  await settled(caller, id, 'SHUTOFF');
  await bootsWhole(stage, id, from, 2);
  const { volume: seen } = await booted(from, id, 2);
  const problems = await untidyVolume(caller, id, volume, from);
  must(seen === '1' && problems.length === 0, [`its volume says ${seen}`, ...problems].join('\n'));
  return [];
}

async function digestOf(host: HostName, path: string): Promise<string | undefined> {
  return (await ask(host, 'sha256sum', path))?.split(' ')[0];
}
