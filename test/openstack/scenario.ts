import type { Route } from '../../main/domain/plan.ts';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN, callerFor, ROOT, type Caller } from './api.ts';
import { booted, INSTANCES, makeGuest, removeGuest, settled, type GuestOptions } from './guests.ts';
import { addImage, removeImage } from './images.ts';
import { ask, cloud, HOSTS, otherHost, type HostName } from './machines.ts';
import { createRecorder, type Recorder } from './record.ts';
import { openWorkstation, type Workstation } from './workstation.ts';

/** What Nova copies by. */
export type Transport = 'rsync' | 'ssh';

export interface Scenario {
  readonly name: string;
  readonly route: Route;
  readonly transport: Transport;
  /** One of those that a short run is made of. */
  readonly short?: boolean;
  /** Ends with the downtimes that were seen, in seconds. @throws with what is not as it should be. */
  readonly run: (stage: Stage) => Promise<readonly number[]>;
}

/** What a scenario has for itself. */
export interface Stage {
  readonly name: string;
  readonly caller: Caller;
  readonly workstation: Workstation;
  readonly recorder: Recorder;
  /** Where its guests begin, and where they go. */
  readonly from: HostName;
  readonly to: HostName;
  /** A guest of its own image, so that its base is on no other host; it is removed afterwards. */
  guest(options: Pick<GuestOptions, 'flavor' | 'configDrive' | 'port' | 'group'>): Promise<string>;
  /** The id of its guests' image. */
  readonly image: string;
  /** Takes the guest's image out of Glance. */
  deleteImage(): Promise<void>;
  /** Something to undo when the scenario is over, last first. */
  later(undo: () => Promise<unknown>): void;
}

/** How a scenario went. */
export interface Performance {
  /** Seconds that its guests were off. */
  readonly downtimes: readonly number[];
  readonly legs: Recorder['legs'];
}

/** Runs one scenario and leaves no guest of it. */
export async function perform(scenario: Scenario, from: HostName): Promise<Performance> {
  const undo: (() => Promise<unknown>)[] = [];
  const later = (act: () => Promise<unknown>): void => void undo.unshift(act);
  const caller = callerFor(ADMIN);
  await cloud('set', 'transport', scenario.transport);
  const image = await addImage(caller, scenario.name, await readFile(join(ROOT, 'guest/guest.qcow2')));
  later(() => removeImage(caller, image));
  const recorder = createRecorder(caller);
  const problems: string[] = [];
  let downtimes: readonly number[] = [];
  try {
    downtimes = await scenario.run({
      name: scenario.name,
      caller,
      workstation: await openWorkstation(scenario.name),
      recorder,
      from,
      to: otherHost(from),
      later,
      image,
      deleteImage: () => removeImage(caller, image),
      async guest(options) {
        const name = `${scenario.name}-guest`;
        const id = await makeGuest(caller, { name, image, host: from, ...options });
        later(() => removeGuest(caller, id));
        await settled(caller, id, 'ACTIVE');
        await booted(from, id);
        return id;
      },
    });
  } catch (error) {
    problems.push(words(error));
  }
  // One that fails keeps none of the others from being done, and hides nothing of what was wrong before.
  for (const act of [...undo, () => forgetBase(image)])
    await act().catch((error: unknown) => problems.push(`not undone: ${words(error)}`));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { downtimes, legs: recorder.legs };
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Takes the image's base from where Nova keeps it: a host that has had the guest is as one that never had it. */
export async function forgetBase(image: string, hosts: readonly HostName[] = HOSTS): Promise<void> {
  const base = createHash('sha1').update(image).digest('hex');
  for (const host of hosts) await ask(host, 'rm', '-f', `${INSTANCES}/_base/${base}`);
}
