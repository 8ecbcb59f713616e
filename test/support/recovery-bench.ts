import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { CaseView, DiagnosisView, OfferView, StepDoneView } from '../../main/contract/recovery-views.ts';
import { login, type Caller } from '../conformance/caller.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { domainState } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { guestContent } from './instance-files.ts';
import { openLabEngine, type LabEngine } from './lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from './lab.ts';

/** A lab whose instances get into trouble, and Coldhaul's recovery on it. */
export interface RecoveryBench extends LabWithImage {
  readonly engine: LabEngine;
  readonly source: RunningHost;
  readonly destination: RunningHost;
  /** Somebody who talks to Nova without Coldhaul. */
  readonly admin: Caller;
  /** On the source; off unless it says otherwise. With ephemeral disk and swap if `full`. */
  readonly instance: (
    name: string,
    more?: { readonly running?: boolean; readonly full?: boolean },
  ) => Promise<LabServer>;
  /** Asks Nova, and waits until no compute has anything to do. */
  readonly ask: (server: LabServer, body: unknown) => Promise<number>;
  readonly migrate: (server: LabServer) => Promise<number>;
  readonly look: (server: LabServer) => Promise<CaseView>;
  /** Does the step whose key begins so, of a case that must offer it. */
  readonly step: (server: LabServer, key: string) => Promise<StepDoneView>;
  /** Everything that may be done by the app, one after the other, until nothing is left of it. @returns the keys. */
  readonly recover: (server: LabServer) => Promise<readonly string[]>;
}

export function useRecoveryBench(): () => RecoveryBench {
  // A bound against hanging, not a measure: whole migrations on a busy machine.
  vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });
  let bench: RecoveryBench | undefined;
  beforeAll(async () => {
    bench = await openRecoveryBench();
  });
  afterAll(async () => {
    await bench?.engine.close();
    await bench?.lab.down();
  });
  return () => {
    if (bench === undefined) throw new Error('the lab is not up');
    return bench;
  };
}

async function openRecoveryBench(): Promise<RecoveryBench> {
  const made = await labWithImage();
  const { cloud } = made.lab;
  const engine = await openLabEngine(made.lab);
  const admin = await login(cloud);
  const ask = async (server: LabServer, body: unknown): Promise<number> => {
    const { status } = await admin.act(server.id, body);
    await cloud.idle();
    return status;
  };
  const look = (server: LabServer): Promise<CaseView> =>
    engine.call('recovery.diagnose', { server: server.id });
  const doStep = async (server: LabServer, { key }: OfferView): Promise<StepDoneView> => {
    const done = await engine.call('recovery.step', { server: server.id, key });
    await cloud.idle();
    return done;
  };
  return {
    ...made,
    engine,
    admin,
    source: made.lab.host(SOURCE),
    destination: made.lab.host(DESTINATION),
    instance: (name, { running = false, full = false } = {}) =>
      cloud.createServer({
        ...{ name, host: SOURCE, image: made.image, running, payloadMib: 16 },
        ...(full && { flavor: 'lab.data' }),
      }),
    ask,
    migrate: (server) => ask(server, { migrate: { host: DESTINATION } }),
    look,
    async step(server, key) {
      const view = await look(server);
      const offer = view.diagnoses.flatMap(({ steps }) => steps).find((each) => each.key.startsWith(key));
      if (offer === undefined)
        throw new Error(`there is no step ${key}:\n${JSON.stringify(view.diagnoses, null, 1)}`);
      return doStep(server, offer);
    },
    async recover(server) {
      const keys: string[] = [];
      for (let view = await look(server); keys.length < 12;) {
        const next = view.diagnoses
          .filter(({ urgency }) => urgency !== 'fine')
          .flatMap(({ steps }) => steps)
          .find(({ isDoneByUs, refusals }) => isDoneByUs && refusals.length === 0);
        if (next === undefined) return keys;
        keys.push(next.key);
        view = (await doStep(server, next)).now;
      }
      throw new Error(`it does not come to an end: ${keys.join(', ')}`);
    },
  };
}

/** What is said first of a case, which must be of this rule. */
export function first(view: CaseView, rule: string): DiagnosisView {
  const [worst] = view.diagnoses;
  expect(view.diagnoses.map((each) => each.rule)[0], JSON.stringify(view.diagnoses, null, 1)).toBe(rule);
  if (worst === undefined) throw new Error('nothing is wrong');
  return worst;
}

/** The key of each step that may be done now, of one diagnosis. */
export function offered({ steps }: DiagnosisView): readonly string[] {
  return steps.filter(({ refusals }) => refusals.length === 0).map(({ key }) => key);
}

/**
 * Its disks are where they belong, under one name and in no domain but that of their host.
 *
 * @param content - What the root disk had; left out for a guest that has run and written since.
 */
export async function isHome(
  server: LabServer,
  host: RunningHost,
  other: RunningHost,
  content?: string,
): Promise<void> {
  expect(server.host).toBe(host.name);
  if (content !== undefined) expect(await guestContent(host, `${server.id}/disk`)).toBe(content);
  for (const each of [host, other]) {
    const { stdout } = await each.exec([
      'sh',
      '-c',
      'ls -d "$1"/"$2" "$1"/"$2"_resize 2>/dev/null',
      'test',
      INSTANCES_PATH,
      server.id,
    ]);
    expect(
      stdout
        .trim()
        .split('\n')
        .filter((line) => line !== ''),
    ).toEqual(each === host ? [`${INSTANCES_PATH}/${server.id}`] : []);
  }
  expect(await domainState(other, server.id)).toBe('absent');
}
