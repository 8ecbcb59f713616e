import type { Output } from '../../contract/ipc.ts';
import type { CaseView, OfferView, StepDoneView, StuckView } from '../../contract/recovery-views.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { printable } from '../../domain/naming.ts';
import type { Journal, Ports } from '../../domain/ports.ts';
import type { CaseFact } from '../../contract/recovery-record.ts';
import type { Action } from '../../domain/recovery/action.ts';
import { diagnose, whyNot } from '../../domain/recovery/diagnose.ts';
import type { Evidence } from '../../domain/recovery/evidence.ts';
import { findServer } from '../planning/find.ts';
import { act, type Done } from './act.ts';
import { gatherEvidence } from './gather.ts';
import { beginStep, readPast, type CaseRecords, type Past } from './record.ts';
import { scanForStuck } from './scan.ts';
import { caseView, keyOf } from './views.ts';

export interface RecoveryOptions {
  readonly ports: Ports<Fact>;
  readonly records: CaseRecords;
  /** `user@workstation`. */
  readonly who: string;
  readonly pollMs: number;
  readonly signal: AbortSignal;
  readonly tell: (message: string) => void;
}

/** Stuck instances: found, understood, and led out step by step. */
export interface Recovery {
  stuck(): Promise<StuckView>;
  /** @param server - Id or name. */
  diagnose(server: string): Promise<CaseView>;
  /**
   * Does one step, after everything was read and diagnosed anew. That it begins is written down before, with all that was
   * seen, and how it ended afterwards.
   *
   * @throws Failure `migration.changed` if the diagnosis no longer has that step, or an interlock refuses it now;
   * `journal.…` if it cannot be written down.
   */
  step(server: string, key: string): Promise<StepDoneView>;
  /** What was written down, as a file. @throws Failure `migration.not-found` if nothing was ever done with it. */
  recordFile(server: string): Promise<Output<'recovery.record-file'>>;
}

interface Read {
  readonly evidence: Evidence;
  readonly view: CaseView;
}

export function createRecovery({ ports, records, who, pollMs, signal, tell }: RecoveryOptions): Recovery {
  const idOf = async (server: string): Promise<string> => (await findServer(ports.cloud, server, signal)).id;
  const read = async (id: string): Promise<Read> => {
    const past = await readPast(records, id);
    const evidence = await gatherEvidence(ports, id, past.comparisons, signal);
    return { evidence, view: caseView(evidence, past) };
  };
  const perform = async (record: Journal<CaseFact>, evidence: Evidence, action: Action): Promise<Done> => {
    const { clock, log } = ports;
    try {
      const done = await act({ ports, signal, who, pollMs }, evidence, action);
      await record.append({ type: 'step-ended', atMs: clock.nowMs(), ...done });
      log({ level: 'info', message: `recovery of ${evidence.server.name}: ${done.said}` });
      return done;
    } catch (error) {
      // One that was broken off may have been done: it stays without an end.
      if (error instanceof Failure && error.code !== 'cancelled') {
        const { code, message, requestId } = error;
        await record.append({ type: 'step-failed', atMs: clock.nowMs(), code, said: message, requestId });
      }
      throw error;
    }
  };
  return {
    stuck: () => scanForStuck(ports, async (id) => (await readPast(records, id)).comparisons, tell, signal),
    diagnose: async (server) => (await read(await idOf(server))).view,
    async step(server, key) {
      const id = await idOf(server);
      const { evidence, view } = await read(id);
      const { action, offer } = allowed({ evidence, view }, key);
      const atMs = ports.clock.nowMs();
      const record = await beginStep(records, id, { type: 'step-began', atMs, who, step: offer, seen: view });
      try {
        const { said, requestId } = await perform(record, evidence, action);
        const now = (await read(id)).view;
        await record.append({ type: 'looked-again', atMs: now.readAtMs, seen: now });
        return { said, ...(requestId !== undefined && { requestId }), now };
      } finally {
        await record.close();
      }
    },
    async recordFile(server) {
      const id = await idOf(server);
      return recordFile(id, await readPast(records, id));
    },
  };
}

/** The step of that key, if it may be done now. */
function allowed(
  { evidence, view }: Read,
  key: string,
): { readonly action: Action; readonly offer: OfferView } {
  const all = diagnose(evidence);
  const action = all.flatMap(({ steps }) => steps).find((each) => keyOf(each) === key);
  const offer = view.diagnoses.flatMap(({ steps }) => steps).find((each) => each.key === key);
  if (action === undefined || offer === undefined) {
    throw new Failure('migration.changed', 'what was seen no longer asks for this step', {
      hint: `Nothing was done. Look again: coldhaul diagnose ${evidence.server.id}`,
    });
  }
  const refusals = whyNot(evidence, action, all);
  if (refusals.length > 0) {
    throw new Failure('migration.changed', `the step is refused: ${refusals.join('; ')}`, {
      hint: 'Nothing was done.',
    });
  }
  return { action, offer };
}

function recordFile(id: string, { facts, problem }: Past): Output<'recovery.record-file'> {
  if (problem !== undefined)
    throw new Failure('journal.damaged', `the record of ${printable(id)} cannot be read: ${problem}`);
  if (facts.length === 0)
    throw new Failure('migration.not-found', `nothing was done with ${printable(id)} from this workstation`);
  const fileName = `coldhaul-recovery-${id.slice(0, 8)}.json`;
  return { fileName, mediaType: 'application/json', text: `${JSON.stringify(facts, undefined, 2)}\n` };
}
