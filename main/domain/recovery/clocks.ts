import { novaTimeMs } from '../confirm-window.ts';
import { fileName } from '../naming.ts';
import type { Action } from './action.ts';
import { openCase } from './case-file.ts';
import type { Evidence } from './evidence.ts';

/** Something that happens by itself if nobody acts. */
export interface Clock {
  readonly what: 'auto-confirm' | 'base-purge' | 'token';
  readonly host: string;
  readonly atMs: number;
  readonly says: string;
}

const COPYING = new Set(['RESIZE', 'MIGRATING']);
/** A record of these has nothing more to ask. */
const SETTLED = new Set(['finished', 'confirmed', 'reverted', 'completed', 'error', 'failed', 'cancelled']);
/** Statuses in which the source's base is held by nothing but its age (nova/compute/manager.py:12022-12026). */
const UNDECIDED = new Set(['VERIFY_RESIZE', 'RESIZE', 'ERROR', 'REVERT_RESIZE']);

/**
 * What runs while an instance is in between: Nova's own confirm, the image cache of the source, and the login with which
 * it was asked for. Soonest first.
 */
export function clocksOf(evidence: Evidence): readonly Clock[] {
  return [...tokenClock(evidence), ...ofHosts(evidence)].sort((left, right) => left.atMs - right.atMs);
}

/**
 * Nova goes on with the token of the request, and asks Neutron, Cinder and Glance with it after the copy (F01, F02), unless
 * it vouches for it ([service_user]). Whoever asked had a token as old as the record at least, so this is the latest end.
 */
function tokenClock(evidence: Evidence): readonly Clock[] {
  const { record, server } = openCase(evidence);
  const beganMs = novaTimeMs(record?.createdAt);
  const { tokenLifeMs } = evidence;
  if (record?.sourceCompute === undefined || beganMs === undefined || tokenLifeMs === undefined) return [];
  if (!COPYING.has(server.status) || SETTLED.has(record.status)) return [];
  const told = evidence.sides.flatMap((side) => (side.told.known ? [side.told.value.facts.nova] : []));
  if (told.length > 0 && told.every(({ sendsServiceToken }) => sendsServiceToken)) return [];
  const says =
    'The login with which it was asked for is over; what Nova still has to ask other services then fails, and leaves it in ERROR between both hosts.';
  return [{ what: 'token', host: record.sourceCompute, atMs: beganMs + tokenLifeMs, says }];
}

function ofHosts(evidence: Evidence): readonly Clock[] {
  const { record, server, source, at } = openCase(evidence);
  const sinceMs = novaTimeMs(record?.updatedAt ?? record?.createdAt);
  if (record === undefined || sinceMs === undefined || !UNDECIDED.has(server.status)) return [];
  return evidence.sides.flatMap((side): readonly Clock[] => {
    if (!side.told.known) return [];
    const { nova, traits } = side.told.value.facts;
    const { name: host } = side;
    if (host === record.destCompute && server.status === 'VERIFY_RESIZE' && record.status === 'finished') {
      const seconds = nova.resizeConfirmWindowSeconds;
      if (seconds <= 0) return [];
      const path = source?.instance.resizeDirectory?.path;
      const lost = path === undefined ? '' : `, and removes ${path} on ${source?.name ?? ''}`;
      const says = `Nova on ${host} confirms by itself, without looking at the data${lost}.`;
      return [{ what: 'auto-confirm', host, atMs: sinceMs + seconds * 1000, says }];
    }
    // While Nova says that it is on the source, the cache there counts it; and where the base is gone, no clock runs.
    if (host !== record.sourceCompute || at === 'source' || !nova.removeUnusedBaseImages) return [];
    if ((traits?.nova.imageCacheIntervalSeconds ?? 0) < 0) return [];
    const bases = source?.instance.resizeDirectory?.disks.flatMap(({ chain }) => chain.slice(1)) ?? [];
    if (bases.length === 0) return [];
    const atMs = sinceMs + (traits?.nova.baseMinimumAgeSeconds ?? DAY_SECONDS) * 1000;
    const names = [...new Set(bases.map(({ path }) => fileName(path)))].join(', ');
    const says = `The image cache of ${host} may remove the base ${names}, which a way back needs.`;
    return [{ what: 'base-purge', host, atMs, says }];
  });
}

/** nova/conf/imagecache.py:70. */
const DAY_SECONDS = 24 * 3600;

/** True if that step leaves nothing for the clock to do: the verdict is given, or another host has the base. */
export function settles(action: Action, { what, host }: Clock): boolean {
  switch (what) {
    case 'auto-confirm':
      return action.kind === 'revert' || action.kind === 'confirm';
    case 'base-purge':
      return (
        action.kind === 'revert' ||
        action.kind === 'confirm' ||
        (action.kind === 'bring-base' && action.from === host)
      );
    case 'token':
      return false;
  }
}
