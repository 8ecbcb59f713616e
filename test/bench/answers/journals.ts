import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { NewFact } from '../../../main/domain/facts.ts';
import { plan } from '../../support/samples.ts';

const DIGEST = 'ab'.repeat(64);
const PROOFS = [
  'content',
  'files of the source',
  'domain at the destination',
  'domain at the source',
  'Nova',
];
const MINUTE_MS = 60_000;

/** Everything that happens to a migration that is confirmed at the end. */
const FACTS: readonly NewFact[] = [
  { type: 'locked' },
  { type: 'base-staged', path: '/var/lib/nova/instances/_base/a', bytes: 1024, seconds: 2, digest: DIGEST },
  { type: 'stop-begun' },
  { type: 'stopped', how: 'graceful' },
  { type: 'frozen', files: [] },
  ...['disk', 'disk.eph0'].flatMap((disk): readonly NewFact[] => [
    { type: 'disk-copied', disk, bytes: 52_000_000, seconds: 30 },
    { type: 'disk-verified', disk, seconds: 3, algorithm: 'b2sum', source: DIGEST, destination: DIGEST },
  ]),
  { type: 'placed' },
  { type: 'hand-over-begun', lastRecordId: undefined },
  { type: 'handed-over', requestId: 'req-1', running: true, novaCopiedBytes: 0, recordId: 1 },
  { type: 'proven', proofs: PROOFS.map((name) => ({ name, ok: true, said: 'equal on both hosts' })) },
  { type: 'verdict', choice: 'confirm', by: 'admin@desk' },
  { type: 'confirmed', running: true },
  { type: 'tidied', kept: [] },
];

/**
 * Writes the journals of migrations that are over, as the app of some busy months would have left them.
 *
 * @param state - Coldhaul's own directory below XDG_STATE_HOME.
 */
export async function writeOldJournals(state: string, count: number, nowMs: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const id = randomUUID();
    const name = `old-${String(index).padStart(3, '0')}`;
    const begunMs = nowMs - (count - index) * 30 * MINUTE_MS;
    const of = plan({ id, server: { ...plan().server, id: randomUUID(), name } });
    const facts = [{ type: 'planned', plan: of, by: 'admin@desk' }, ...FACTS];
    const timed = facts.map((fact, number) => ({ ...fact, atMs: begunMs + number * MINUTE_MS }));
    const folder = join(state, 'migrations', id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const text = timed.map((fact) => `${JSON.stringify(fact)}\n`).join('');
    await writeFile(join(folder, 'facts.jsonl'), text, { mode: 0o600 });
  }
}
