import { create } from 'zustand';
import type { FailureView } from '@contract/desk-views.ts';
import type { CaseView, StuckView } from '@contract/recovery-views.ts';
import { call } from '../engine.ts';

/** One line of the list of what is stuck. */
export type StuckCase = StuckView['cases'][number];

interface RecoveryState {
  /** `undefined` until somebody looked; kept while it is looked again. */
  readonly stuck: StuckView | undefined;
  readonly looking: boolean;
  /** What the look is at now. */
  readonly progress: string | undefined;
  readonly failure: FailureView | undefined;
}

const NOTHING: RecoveryState = { stuck: undefined, looking: false, progress: undefined, failure: undefined };

/** What was found stuck in the open cloud. */
export const useRecovery = create<RecoveryState>(() => NOTHING);

/** Counts the looks; what one at another cloud brings late is not wanted any more. */
let current = 0;

export function forgetRecovery(): void {
  current += 1;
  useRecovery.setState(NOTHING, true);
}

/** Has the whole cloud and all hosts looked at. Reads only. */
export async function lookForStuck(): Promise<void> {
  if (useRecovery.getState().looking) return;
  const mine = (current += 1);
  useRecovery.setState({ looking: true, progress: undefined, failure: undefined });
  const reply = await call('recovery.stuck', {});
  if (mine !== current) return;
  useRecovery.setState({
    looking: false,
    progress: undefined,
    ...(reply.ok ? { stuck: reply.value } : { failure: reply }),
  });
}

/** Another page may look as well; what is told then is not about ours. */
export function takeRecoveryProgress({ message }: { readonly message: string }): void {
  if (useRecovery.getState().looking) useRecovery.setState({ progress: message });
}

/** Instances that want somebody now. */
export function countUrgent(stuck: StuckView | undefined): number {
  return stuck?.cases.filter(({ urgency }) => urgency === 'danger' || urgency === 'stuck').length ?? 0;
}

/** Brings the line of one instance to what was just read of it; one that is in order leaves the list. */
export function renewStuckCase(view: CaseView): void {
  useRecovery.setState(({ stuck }) =>
    stuck === undefined || stuck.readAtMs > view.readAtMs
      ? {}
      : { stuck: { ...stuck, cases: stuck.cases.flatMap((line) => renewed(line, view)) } },
  );
}

function renewed(line: StuckCase, { server, diagnoses, clocks }: CaseView): readonly StuckCase[] {
  if (line.id !== server.id) return [line];
  const [worst] = diagnoses;
  if (worst === undefined || worst.urgency === 'fine') return [];
  const { id, name, projectId, status, host, updatedAt } = server;
  const { rule, title, urgency, verdict } = worst;
  const [clock] = clocks;
  return [
    {
      ...{ id, name, projectId, status, updatedAt, rule, title, urgency, verdict },
      ...(host !== undefined && { host }),
      bytesAtStake: line.bytesAtStake,
      ...(clock !== undefined && { nextClock: { says: clock.says, atMs: clock.atMs } }),
    },
  ];
}
