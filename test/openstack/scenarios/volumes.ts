import { booted } from '../guests.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { attachVolume, makeVolume, removeVolume, untidyVolume } from '../volumes.ts';
import { move, type Journey } from './there-and-back.ts';
import { must } from './words.ts';

/** Guests with a volume of Cinder's, which both hosts see and nobody copies. */
export const VOLUMES: readonly Scenario[] = [
  { name: 'seed-volume', route: 'seed', transport: 'rsync', run: reattached },
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
