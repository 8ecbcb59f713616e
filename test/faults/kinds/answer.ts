import type { ApiFault } from '../../lab/cloud/api/misbehave.ts';
import type { Kind } from '../fault-case.ts';
import { drawMoment, drawTravel, tellMoment, tellTravel } from '../journeys.ts';

const ILLS = [500, 502, 503, 429, 'garbage', 'half', 'reset', 'hang'] as const;

/** Calls that name the instance, so that no other case meets what is meant for this one. */
const CALLS = [
  { words: 'looks', method: 'GET', end: '' },
  { words: 'acts', method: 'POST', end: '/action' },
  { words: 'calls', method: undefined, end: '' },
] as const;

export const answer: Kind = {
  name: 'answer',
  title: 'Nova answers with an error, garbage, half an answer, or never',
  share: 36,
  draw(random, index) {
    const travel = drawTravel(random);
    const moment = drawMoment(random, travel);
    const kind = ILLS[index % ILLS.length] ?? 500;
    const call = random.pick(CALLS);
    // One that is never answered is given up after a time that the app chooses: one of those is enough.
    const times = kind === 'hang' ? 1 : random.integer(1, 6);
    const retryAfterSeconds = kind === 429 || kind === 503 ? random.integer(1, 2) : undefined;
    return {
      title: `${String(times)} ${call.words} meet ${String(kind)}, ${tellMoment(moment)}; ${tellTravel(travel)}`,
      travel,
      moment,
      disturb({ field, server }) {
        const fault: ApiFault = {
          service: 'compute',
          path: `/servers/${server.id}${call.end}`,
          kind,
          times,
          ...(call.method !== undefined && { method: call.method }),
          ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
        };
        field.lab.cloud.control.apiFault(fault);
        return Promise.resolve();
      },
    };
  },
};
