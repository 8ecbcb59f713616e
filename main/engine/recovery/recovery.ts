import type { CaseView, StepDoneView, StuckView } from '../../contract/recovery-views.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { Ports } from '../../domain/ports.ts';
import { diagnose, whyNot } from '../../domain/recovery/diagnose.ts';
import { findServer } from '../planning/find.ts';
import { act } from './act.ts';
import { gatherEvidence, type MadeComparison } from './gather.ts';
import { scanForStuck } from './scan.ts';
import { caseView, keyOf } from './views.ts';

export interface RecoveryOptions {
  readonly ports: Ports<Fact>;
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
   * Does one step, after everything was read and diagnosed anew.
   *
   * @throws Failure `migration.changed` if the diagnosis no longer has that step, or an interlock refuses it now.
   */
  step(server: string, key: string): Promise<StepDoneView>;
}

export function createRecovery({ ports, who, pollMs, signal, tell }: RecoveryOptions): Recovery {
  /** What this process has compared; a comparison is dropped as soon as a file has changed. */
  const compared = new Map<string, readonly MadeComparison[]>();
  const read = async (server: string) => {
    const { id } = await findServer(ports.cloud, server, signal);
    return gatherEvidence(ports, id, compared.get(id) ?? [], signal);
  };
  return {
    stuck: () => scanForStuck(ports, tell, signal),
    diagnose: async (server) => caseView(await read(server)),
    async step(server, key) {
      const evidence = await read(server);
      const { id } = evidence.server;
      const all = diagnose(evidence);
      const action = all.flatMap(({ steps }) => steps).find((each) => keyOf(each) === key);
      if (action === undefined) {
        throw new Failure('migration.changed', 'what was seen no longer asks for this step', {
          hint: `Nothing was done. Look again: coldhaul diagnose ${id}`,
        });
      }
      const refusals = whyNot(evidence, action, all);
      if (refusals.length > 0) {
        throw new Failure('migration.changed', `the step is refused: ${refusals.join('; ')}`, {
          hint: 'Nothing was done.',
        });
      }
      const done = await act({ ports, signal, who, pollMs }, evidence, action);
      if (done.comparisons !== undefined) compared.set(id, done.comparisons);
      ports.log({ level: 'info', message: `recovery of ${evidence.server.name}: ${done.said}` });
      return {
        said: done.said,
        ...(done.requestId !== undefined && { requestId: done.requestId }),
        now: caseView(await read(id)),
      };
    },
  };
}
