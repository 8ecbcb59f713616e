import { create } from 'zustand';
import type { CheckView } from '@contract/views.ts';

interface DoctorState {
  readonly checks: readonly CheckView[];
  readonly hostsDone: number;
  readonly hostsTotal: number;
}

/** The connection test that runs, or ran last, check by check as they end. */
export const useDoctor = create<DoctorState>(() => ({ checks: [], hostsDone: 0, hostsTotal: 0 }));

export function forgetDoctor(): void {
  useDoctor.setState({ checks: [], hostsDone: 0, hostsTotal: 0 });
}

export function takeDoctor(progress: {
  readonly check: CheckView;
  readonly hostsDone: number;
  readonly hostsTotal: number;
}): void {
  useDoctor.setState(({ checks }) => ({
    checks: [...checks, progress.check],
    hostsDone: progress.hostsDone,
    hostsTotal: progress.hostsTotal,
  }));
}
