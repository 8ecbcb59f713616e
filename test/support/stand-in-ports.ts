import type { Cloud } from '../../main/domain/cloud.ts';
import type { Fact, NewFact } from '../../main/domain/facts.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { Clock, Journals, LogLine, Ports } from '../../main/domain/ports.ts';
import { readFact } from '../../main/engine/read-fact.ts';
import { openJournals } from '../../main/services/journal/journals.ts';
import { plan, server } from './samples.ts';

/** Ports of a cloud and of hosts that agree to everything; the journals are real files. */
export interface StandIn {
  readonly ports: Ports<Fact>;
  readonly lines: readonly LogLine[];
  readonly journals: Journals<Fact>;
}

/** @param cloud - What it is asked, and answers otherwise. */
export function standInPorts(directory: string, clock: Clock, cloud: Partial<Cloud> = {}): StandIn {
  const lines: LogLine[] = [];
  const journals = openJournals(directory, readFact);
  const done = (): Promise<void> => Promise.resolve();
  const ports = {
    cloud: {
      hypervisors: () => Promise.resolve([{ host: 'hostA' }, { host: 'hostB' }]),
      server: () => Promise.resolve(server()),
      migrationRecords: () => Promise.resolve([]),
      ...cloud,
    },
    hosts: {},
    hypervisors: { releaseStage: () => Promise.resolve([]), unlock: done },
    transfer: { forget: done },
    journals,
    clock,
    log: (line: LogLine) => lines.push(line),
  } as unknown as Ports<Fact>;
  return { ports, lines, journals };
}

/** Writes the journal of a migration of the sample plan, one second between two facts. */
export async function writeJournal(
  journals: Journals<Fact>,
  id: string,
  facts: readonly NewFact[],
): Promise<void> {
  const journal = await journals.create(id, {
    type: 'planned',
    plan: plan({ id }),
    by: 'a test',
    atMs: 1000,
  });
  let atMs = 1000;
  for (const fact of facts) await journal.append({ ...fact, atMs: (atMs += 1000) });
  await journal.close();
}

/** A clock whose waits end when the test says so. */
export function steppedClock(): Clock & { readonly waiting: () => number; readonly step: () => void } {
  let nowMs = 1_000_000;
  const waits = new Map<() => void, number>();
  return {
    nowMs: () => nowMs,
    elapsedMs: () => nowMs,
    waiting: () => waits.size,
    step() {
      for (const [end, ms] of [...waits]) {
        nowMs += ms;
        end();
      }
    },
    wait(ms, signal) {
      return new Promise((resolve, reject) => {
        const end = (): void => {
          waits.delete(end);
          resolve();
        };
        waits.set(end, ms);
        signal?.addEventListener('abort', () => {
          waits.delete(end);
          reject(new Failure('cancelled', 'stopped waiting'));
        });
      });
    },
  };
}
