import { EXIT } from '../../../main/cli/exit-codes.ts';
import { INSTANCES, novaSays } from '../guests.ts';
import { ask, cloud, until } from '../machines.ts';
import type { Scenario, Stage } from '../scenario.ts';
import type { Route } from '../../../main/domain/plan.ts';
import {
  bootsWhole,
  bringBases,
  killCopy,
  must,
  novaCopies,
  shortLogins,
  slowLink,
  slowOnceLocked,
  stagedBytes,
  stoppedGuest,
  told,
} from './words.ts';

/** A copy that does not come to its end. The guest must come up from what Coldhaul calls the good copy. */
export const BROKEN_COPIES: readonly Scenario[] = [
  { name: 'compute-killed', route: 'nova', transport: 'rsync', run: computeKilled },
  { name: 'full-seed', route: 'seed', transport: 'rsync', run: (stage) => destinationFull(stage, 'seed') },
  { name: 'full-nova', route: 'nova', transport: 'rsync', run: (stage) => destinationFull(stage, 'nova') },
  { name: 'token-seed', route: 'seed', transport: 'rsync', run: (stage) => tokenExpires(stage, 'seed') },
  { name: 'token-nova', route: 'nova', transport: 'rsync', run: (stage) => tokenExpires(stage, 'nova') },
];

/** Nova rolls back when it is started again; until then it says that it copies. */
async function computeKilled(stage: Stage): Promise<readonly number[]> {
  const { workstation, from, to } = stage;
  const id = await stoppedGuest(stage);
  await slowLink(stage, from, 16);
  const running = workstation.start('migrate', id, '--to', to, '--route', 'nova', '--yes', '--json');
  await novaCopies(stage, id);
  await killCopy(stage, id);
  await cloud('service', 'start', from, 'nova-compute');
  const end = await running.end;
  const { phase, outcome } = told(end);
  must(phase === 'failed', `it is ${phase}`, end);
  must(outcome?.includes(from) === true, `it does not say that the good copy is on ${from}`, end);
  await bootsWhole(stage, id, from, 2);
  return [];
}

/** Not compressed: a slow link would be the reason to, and the copy is to take its time. */
const slowMove = (id: string, to: string, route: Route): readonly string[] => [
  'migrate',
  id,
  '--to',
  to,
  '--route',
  route,
  '--codec',
  'none',
  '--yes',
  '--json',
];

/** The destination's disk is as large as a guest, and something else takes the room while the copy is on its way. */
async function destinationFull(stage: Stage, route: Route): Promise<readonly number[]> {
  const { workstation, from, to } = stage;
  const id = await stoppedGuest(stage);
  const ballast = `${INSTANCES}/ballast`;
  await ask(to, 'mount', '-t', 'tmpfs', '-o', 'size=2g,mode=755,uid=nova,gid=nova', 'small', INSTANCES);
  stage.later(() => ask(to, 'umount', '--lazy', INSTANCES));
  await slowLink(stage, from, 16);
  const running = workstation.start(...slowMove(id, to, route));
  if (route === 'nova') await novaCopies(stage, id);
  else
    await until('a copy', 900_000, async () => ((await stagedBytes(to, id)) > 1_048_576 ? true : undefined));
  // Ends at the first byte that finds no room.
  await ask(to, 'dd', 'if=/dev/zero', `of=${ballast}`, 'bs=1M');
  const end = await running.end;
  const { phase, outcome, failure } = told(end);
  must(phase === 'failed', `it is ${phase}`, end);
  must(outcome?.includes(from) === true, `it does not say that the good copy is on ${from}`, end);
  must(failure !== undefined, 'it does not tell why', end);
  const said = await novaSays(stage.caller, id);
  must(said.status === 'SHUTOFF', `Nova says ${said.status}`, end);
  await bootsWhole(stage, id, from, 2);
  return [];
}

/** A login is good for a minute and a half, and the copy takes longer; the plan says so before, where it can. */
async function tokenExpires(stage: Stage, route: Route): Promise<readonly number[]> {
  const { workstation, from, to } = stage;
  const id = await stoppedGuest(stage);
  await shortLogins(stage);
  await bringBases(from);
  const words = slowMove(id, to, route);
  if (route === 'seed') {
    await slowLink(stage, from, 4);
    const warned = await workstation.run(...words);
    must(warned.exitCode === EXIT.refused && warned.stderr.includes('cloud.token'), 'nothing warned', warned);
  }
  const running = workstation.start(...words, '--acknowledge', 'cloud.token');
  // On a link that was slow when it was measured, the plan would have refused it.
  if (route === 'nova') await slowOnceLocked(stage, id, 4);
  const end = await running.end;
  const moved = told(end);
  if (route === 'seed') {
    must(moved.phase === 'awaiting-verdict' && moved.proven, `it is ${moved.phase}`, end);
    const done = await workstation.run('confirm', id, '--json');
    must(told(done).phase === 'confirmed', `it is ${told(done).phase}`, done);
    await bootsWhole(stage, id, to, 2);
    return [];
  }
  // With a token that is over Nova may not ask Neutron any more, and is left between both hosts.
  must(moved.phase === 'failed', `it is ${moved.phase}`, end);
  const where = moved.outcome ?? '';
  must(where.includes(`${INSTANCES}/${id}_resize`) && where.includes(from), 'the good copy is not told', end);
  must(
    (await ask(from, 'test', '-s', `${INSTANCES}/${id}_resize/disk`)) !== undefined,
    'it is not there',
    end,
  );
  return [];
}
