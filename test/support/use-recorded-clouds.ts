import { afterEach } from 'vitest';
import type { Cloud } from '../../main/domain/cloud.ts';
import type { LogLine } from '../../main/domain/ports.ts';
import { openCloud } from '../../main/services/openstack/open-cloud.ts';
import type { ManualClock } from './manual-clock.ts';
import { manualClock } from './manual-clock.ts';
import type { RecordedCloud, RecordedCloudOptions } from './recorded-cloud.ts';
import { startRecordedCloud } from './recorded-cloud.ts';

export interface Started {
  readonly server: RecordedCloud;
  readonly cloud: Cloud;
  readonly clock: ManualClock;
  readonly lines: readonly LogLine[];
}

/** Gives a function that starts a recorded cloud and opens it; all are closed after each test. */
export function useRecordedClouds(): (
  options?: RecordedCloudOptions & { readonly timeoutMs?: number },
) => Promise<Started> {
  const running: RecordedCloud[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });
  return async (options = {}) => {
    const clock = manualClock();
    const server = await startRecordedCloud({ nowMs: () => clock.nowMs(), ...options });
    running.push(server);
    const lines: LogLine[] = [];
    const { timeoutMs = 5_000 } = options;
    const cloud = openCloud(server.profile(), { clock, timeoutMs, log: (line) => lines.push(line) });
    return { server, cloud, clock, lines };
  };
}
