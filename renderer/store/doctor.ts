import { create } from 'zustand';
import type { FailureView } from '@contract/desk-views.ts';
import type { CheckView } from '@contract/views.ts';
import { call } from '../engine.ts';

interface DoctorState {
  readonly checks: readonly CheckView[];
  readonly hostsDone: number;
  /** 0 until the hosts are known. */
  readonly hostsTotal: number;
  /** Hosts that this page tests right now, an empty list for all; `undefined` if it tests nothing. */
  readonly running: readonly string[] | undefined;
  readonly endedAtMs: number | undefined;
  readonly failure: FailureView | undefined;
}

const NOTHING: DoctorState = {
  checks: [],
  hostsDone: 0,
  hostsTotal: 0,
  running: undefined,
  endedAtMs: undefined,
  failure: undefined,
};

/** The connection test that runs, or ran last, check by check as they end. */
export const useDoctor = create<DoctorState>(() => NOTHING);

/** Counts the tests; what an earlier one brings late is not wanted any more. */
let current = 0;

export function forgetDoctor(): void {
  current += 1;
  useDoctor.setState(NOTHING, true);
}

/** Tests the cloud and all hosts, or only those named; what is known of the other hosts stays. */
export async function runDoctor(hosts: readonly string[] = []): Promise<void> {
  if (useDoctor.getState().running !== undefined) return;
  current += 1;
  const mine = current;
  useDoctor.setState(({ checks }) => ({
    ...NOTHING,
    checks: others(checks, hosts),
    running: hosts,
  }));
  const reply = await call('doctor.run', { hosts: [...hosts] });
  if (mine !== current) return;
  if (!reply.ok) {
    useDoctor.setState({ running: undefined, failure: reply });
    return;
  }
  useDoctor.setState(({ checks }) => ({
    checks: [...others(checks, hosts), ...reply.value.checks],
    running: undefined,
    endedAtMs: Date.now(),
  }));
}

/** Without the cloud and the hosts that are tested (again). */
function others(checks: readonly CheckView[], hosts: readonly string[]): readonly CheckView[] {
  return hosts.length === 0
    ? []
    : checks.filter(({ subject }) => subject !== 'cloud' && !hosts.includes(subject));
}

export function takeDoctor(progress: {
  readonly check: CheckView;
  readonly hostsDone: number;
  readonly hostsTotal: number;
}): void {
  const { check, hostsDone, hostsTotal } = progress;
  useDoctor.setState((state) => {
    // Another page began a test: the hosts are counted anew.
    const anew = state.running === undefined && hostsTotal === 0 && state.hostsTotal > 0;
    const checks = anew ? [] : state.checks.filter((known) => !isSame(known, check));
    return { checks: [...checks, check], hostsDone, hostsTotal };
  });
}

function isSame(left: CheckView, right: CheckView): boolean {
  return left.subject === right.subject && left.message === right.message;
}
