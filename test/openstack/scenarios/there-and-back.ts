import { EXIT } from '../../../main/cli/exit-codes.ts';
import type { MigrationView } from '../../../main/contract/views.ts';
import { listing, untidy } from '../check.ts';
import { booted, INSTANCES, settled, type Boot } from '../guests.ts';
import type { HostName } from '../machines.ts';
import type { Scenario, Stage, Transport } from '../scenario.ts';
import type { Route } from '../../../main/domain/plan.ts';

/** There and reverted, there and confirmed, and back. What a guest says of its disks is compared at each stop. */
export function thereAndBack(route: Route, transport: Transport): readonly Scenario[] {
  const name = route === 'seed' ? 'seed' : `${route}-${transport === 'ssh' ? 'scp' : transport}`;
  return [
    {
      name: `${name}-running`,
      route,
      transport,
      // One of our own copy, and one for each way that Nova copies.
      short: route === 'seed' || (route === 'nova' && transport === 'ssh'),
      async run(stage) {
        const id = await stage.guest({ flavor: 'full', configDrive: true, port: true });
        return tour(stage, route, id, true);
      },
    },
    {
      name: `${name}-stopped`,
      route,
      transport,
      async run(stage) {
        const id = await stage.guest({ flavor: 'plain', configDrive: false, port: false });
        // Its base is now nowhere but at the source, and nobody but the source can give it.
        await stage.deleteImage();
        await stop(stage, id);
        return tour(stage, route, id, false);
      },
    },
  ];
}

async function tour(stage: Stage, route: Route, id: string, running: boolean): Promise<readonly number[]> {
  const { from, to } = stage;
  const journey: Journey = { stage, route, id, running, problems: [], downtimes: [], boots: 1 };
  await move(journey, 'first', from, to, 'revert');
  await move(journey, 'again', from, to, 'confirm');
  await move(journey, 'back', to, from, 'confirm');
  if (journey.problems.length > 0) throw new Error(journey.problems.join('\n'));
  return journey.downtimes;
}

export interface Journey {
  readonly stage: Stage;
  readonly route: Route;
  readonly id: string;
  readonly running: boolean;
  readonly problems: string[];
  readonly downtimes: number[];
  /** Boots that are counted on the disk that counts. */
  boots: number;
}

/** A migration to a verdict; what is not as it should be is added to the problems of the journey. */
export async function move(
  journey: Journey,
  name: string,
  from: HostName,
  to: HostName,
  verdict: 'confirm' | 'revert',
): Promise<void> {
  const { stage, route, id, running, problems } = journey;
  const tell = (found: readonly string[]): void =>
    void problems.push(...found.map((problem) => `${from} to ${to}, ${verdict}: ${problem}`));
  const before = await listing(from, `${INSTANCES}/${id}`);
  const moved = await stage.recorder.leg(`${name}, migrate`, from, id, () =>
    coldhaul(stage, 'migrate', id, '--to', to, '--route', route),
  );
  if (moved.phase !== 'awaiting-verdict' || !moved.proven)
    throw new Error(`it is ${moved.phase}, not proven`);
  const copied = moved.novaCopiedBytes ?? Number.NaN;
  if (!isExpected(route, copied)) tell([`Nova copied ${String(copied)} bytes on route ${route}`]);
  // On these routes the guest runs before the verdict; what it does there is undone by a revert.
  if (running && route !== 'nova') tell(untrue(await booted(to, id, journey.boots + 1), journey.boots + 1));

  const done = await stage.recorder.leg(`${name}, ${verdict}`, from, id, () =>
    coldhaul(stage, verdict, moved.id),
  );
  const end = verdict === 'confirm' ? to : from;
  if (done.phase !== (verdict === 'confirm' ? 'confirmed' : 'reverted')) tell([`it is ${done.phase}`]);
  if (running) {
    journey.boots += 1;
    await settled(stage.caller, id, 'ACTIVE');
    tell(untrue(await booted(end, id, journey.boots), journey.boots));
    const { startMs, endMs } = done.downtime;
    if (startMs === undefined || endMs === undefined) tell(['no downtime is told']);
    else journey.downtimes.push((endMs - startMs) / 1000);
  }
  tell(await untidy(stage.caller, id, end));
  const after = await listing(end, `${INSTANCES}/${id}`);
  if (after !== before) tell([`owners and modes were\n${before ?? 'none'}\nand are\n${after ?? 'none'}`]);
  if (!running) {
    await stage.caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-start': null });
    journey.boots += 1;
    tell(untrue(await booted(end, id, journey.boots), journey.boots));
    await stop(stage, id);
  }
}

/** Whether Nova copied as much as it should: nothing, the empty overlays and the config drive, or all. */
function isExpected(route: Route, bytes: number): boolean {
  const most = { seed: 1_048_576, thin: 4 * 1_048_576 };
  return route === 'nova' ? bytes > 20_000_000 : bytes < most[route];
}

async function stop({ caller }: Stage, id: string): Promise<void> {
  await settled(caller, id, 'ACTIVE');
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-stop': null });
  await settled(caller, id, 'SHUTOFF');
}

/** @throws with all that it said if it did not end well. */
async function coldhaul({ workstation }: Stage, ...words: readonly string[]): Promise<MigrationView> {
  const yes = words[0] === 'migrate' ? ['--yes'] : [];
  let end = await workstation.run(...words, ...yes, '--json');
  // A cloud that did not answer in time: a verdict may be given again, as its admin would.
  for (let again = 0; again < 3 && end.exitCode === EXIT.cloud && words[0] !== 'migrate'; again += 1)
    end = await workstation.run(...words, '--json');
  if (end.exitCode === EXIT.done && end.migration !== undefined) return end.migration;
  throw new Error(`coldhaul ${words.join(' ')} ended with ${String(end.exitCode)}\n${end.stderr}`);
}

/** What a guest should not have said. `ephemeral` and the rest count only if it has them. */
function untrue(said: Boot, boots: number): readonly string[] {
  const problems: string[] = [];
  if (said.boot !== boots) problems.push(`boot ${String(said.boot)} instead of ${String(boots)}`);
  if (said.payload !== 'OK') problems.push(`its root disk is ${said.payload}`);
  const isFull = said.config === 'yes';
  if (isFull && said.ephemeral !== String(boots)) problems.push(`its ephemeral disk says ${said.ephemeral}`);
  if (isFull && said.swap !== 'yes') problems.push('it has no swap');
  return problems;
}
