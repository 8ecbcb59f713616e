import { novaTimeMs } from '../confirm-window.ts';
import { openCase } from './case-file.ts';
import type { Evidence } from './evidence.ts';

/** Something that happens by itself if nobody acts. */
export interface Clock {
  readonly what: 'auto-confirm' | 'base-purge';
  readonly host: string;
  readonly atMs: number;
  readonly says: string;
}

/** Statuses in which the source's base is held by nothing but its age (nova/compute/manager.py:12022-12026). */
const UNDECIDED = new Set(['VERIFY_RESIZE', 'RESIZE', 'ERROR', 'REVERT_RESIZE']);

/** What runs while an instance waits in between: Nova's own confirm, and the image cache of the source. Soonest first. */
export function clocksOf(evidence: Evidence): readonly Clock[] {
  const { record, server, source, at } = openCase(evidence);
  const sinceMs = novaTimeMs(record?.updatedAt ?? record?.createdAt);
  if (record === undefined || sinceMs === undefined || !UNDECIDED.has(server.status)) return [];
  const clocks = evidence.sides.flatMap((side): readonly Clock[] => {
    if (!side.told.known) return [];
    const { nova, traits } = side.told.value.facts;
    const { name: host } = side;
    if (host === record.destCompute && server.status === 'VERIFY_RESIZE' && record.status === 'finished') {
      const seconds = nova.resizeConfirmWindowSeconds;
      if (seconds <= 0) return [];
      const says = `Nova on ${host} confirms by itself, without looking at the data.`;
      return [{ what: 'auto-confirm', host, atMs: sinceMs + seconds * 1000, says }];
    }
    // While Nova says that it is on the source, the cache there counts it; and where the base is gone, no clock runs.
    if (host !== record.sourceCompute || at === 'source' || !nova.removeUnusedBaseImages) return [];
    if ((traits?.nova.imageCacheIntervalSeconds ?? 0) < 0) return [];
    const bases = source?.instance.resizeDirectory?.disks.flatMap(({ chain }) => chain.slice(1)) ?? [];
    if (bases.length === 0) return [];
    const atMs = sinceMs + (traits?.nova.baseMinimumAgeSeconds ?? DAY_SECONDS) * 1000;
    const says = `The image cache of ${host} may remove the base that a way back needs.`;
    return [{ what: 'base-purge', host, atMs, says }];
  });
  return clocks.sort((left, right) => left.atMs - right.atMs);
}

/** nova/conf/imagecache.py:70. */
const DAY_SECONDS = 24 * 3600;
