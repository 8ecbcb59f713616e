import { callerFor, OWNER } from '../api.ts';
import { untidy } from '../check.ts';
import { settled } from '../guests.ts';
import { cloud } from '../machines.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { openWorkstation } from '../workstation.ts';
import { bootsWhole, must, stoppedGuest, told } from './words.ts';

/** Others who have their hands on the same guest. */
export const INTERFERENCE: readonly Scenario[] = [
  { name: 'confirmed-by-others', route: 'seed', transport: 'rsync', run: confirmedByOthers },
  { name: 'confirm-window', route: 'nova', transport: 'rsync', run: confirmWindow },
  { name: 'two-coldhauls', route: 'seed', transport: 'rsync', run: twoColdhauls },
];

/** Our lock keeps the owner from it, but not another admin; and then a revert must not be tried. */
async function confirmedByOthers(stage: Stage): Promise<readonly number[]> {
  const { caller, workstation, to } = stage;
  const id = await stoppedGuest(stage);
  const moved = await workstation.run('migrate', id, '--to', to, '--yes', '--json');
  must(told(moved).phase === 'awaiting-verdict', 'it does not wait for a verdict', moved);

  const action = `/servers/${id}/action`;
  const owner = await callerFor(OWNER).statusOf('compute', 'POST', action, { confirmResize: null });
  must(owner === 409, `the owner’s confirm was answered with ${owner}, not 409`);
  await caller.ask('compute', 'POST', action, { confirmResize: null });
  await settled(caller, id, 'SHUTOFF');

  const end = await workstation.run('revert', id, '--json');
  const { phase, outcome, next } = told(end);
  must(phase === 'confirmed', `after the confirm by another admin it is ${phase}`, end);
  must(`${outcome ?? ''} ${next}`.includes(to), `it does not tell that the guest is on ${to}`, end);
  const problems = await untidy(caller, id, to);
  must(problems.length === 0, problems.join('\n'), end);
  await bootsWhole(stage, id, to, 2);
  return [];
}

/** Nova confirms by itself; the plan must say so before, and what happened afterwards. */
async function confirmWindow(stage: Stage): Promise<readonly number[]> {
  const { caller, workstation, to } = stage;
  await cloud('set', 'confirm-window', '1');
  stage.later(() => cloud('set', 'confirm-window', '0'));
  const id = await stoppedGuest(stage);
  const plan = await workstation.run('plan', id, '--to', to, '--route', 'nova', '--json');
  must(plan.stdout.includes('resize_confirm_window'), 'the plan does not speak of the window', plan);
  const moved = await workstation.run('migrate', id, '--to', to, '--route', 'nova', '--yes', '--json');
  if (moved.migration === undefined) {
    must(moved.exitCode === 3, 'it neither moved nor refused', moved);
    await bootsWhole(stage, id, stage.from, 2);
    return [];
  }
  await settled(caller, id, 'SHUTOFF');
  const end = await workstation.run('confirm', id, '--json');
  must(told(end).phase === 'confirmed', `after Nova’s own confirm it is ${told(end).phase}`, end);
  const problems = await untidy(caller, id, to);
  must(problems.length === 0, problems.join('\n'), end);
  await bootsWhole(stage, id, to, 2);
  return [];
}

/** One gets on with it, the other is told whose it is, and spoils nothing. */
async function twoColdhauls(stage: Stage): Promise<readonly number[]> {
  const { caller, workstation, to } = stage;
  const id = await stoppedGuest(stage);
  const other = await openWorkstation(`${stage.name}-other`);
  const words = ['migrate', id, '--to', to, '--yes', '--json'];
  const ends = await Promise.all([workstation, other].map((each) => each.run(...words)));
  const won = ends.filter(({ exitCode }) => exitCode === 0);
  const lost = ends.filter(({ exitCode }) => exitCode !== 0);
  const all = ends.map(({ exitCode, stderr }) => `${String(exitCode)}: ${stderr}`).join('\n');
  must(won.length === 1, `${won.length} of two got on with it\n${all}`);
  must(
    lost.every(({ exitCode }) => [3, 8].includes(exitCode)),
    `the other was not refused\n${all}`,
  );
  const winner = ends[0]?.exitCode === 0 ? workstation : other;
  const end = await winner.run('confirm', id, '--json');
  must(told(end).phase === 'confirmed', `it is ${told(end).phase}`, end);
  const problems = await untidy(caller, id, to);
  must(problems.length === 0, problems.join('\n'), end);
  await bootsWhole(stage, id, to, 2);
  return [];
}
