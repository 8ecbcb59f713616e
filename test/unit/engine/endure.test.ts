import { expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { endure, OUTAGE_MS, SHORT_MS, type Endurance, type Trouble } from '../../../main/engine/endure.ts';

const CUT = new Failure('host.disconnected', 'cut', { passing: true });
const BUSY = new Failure('job.failed', 'it was killed', { passing: true });
const MINUTE_MS = 60_000;

/** A clock that only waiting moves, and all that was said. */
function bench(outageMs: number) {
  let nowMs = 0;
  const pauses: number[] = [];
  const said: string[] = [];
  const troubles: (Trouble | undefined)[] = [];
  const endurance: Endurance = {
    clock: {
      nowMs: () => nowMs,
      elapsedMs: () => nowMs,
      wait(ms) {
        pauses.push(ms);
        nowMs += ms;
        return Promise.resolve();
      },
    },
    log: ({ message }) => void said.push(message),
    signal: new AbortController().signal,
    outageMs,
    troubled: (trouble) => void troubles.push(trouble),
  };
  return {
    endurance,
    pauses,
    said,
    troubles,
    nowMs: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test.each([
  ['an outage before the stop', CUT, SHORT_MS, SHORT_MS],
  ['an outage while the instance is off', CUT, OUTAGE_MS, OUTAGE_MS],
  ['what is no outage', BUSY, OUTAGE_MS, SHORT_MS],
])('%s is tried again with growing pauses, and then it is an end', async (_, failure, outageMs, limitMs) => {
  const at = bench(outageMs);
  await expect(endure('copy', at.endurance, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(at.pauses.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000]);
  expect(at.nowMs()).toBeGreaterThan(limitMs);
  expect(at.nowMs()).toBeLessThan(limitMs + MINUTE_MS);
});

test('an outage of an hour is waited for and told, in a few lines', async () => {
  const at = bench(OUTAGE_MS);
  const act = () => (at.nowMs() < 60 * MINUTE_MS ? Promise.reject(CUT) : Promise.resolve('copied'));
  expect(await endure('copy', at.endurance, act)).toBe('copied');
  expect(at.said[0]).toBe('copy: cut; trying again in 1 s');
  expect(at.said.at(-1)).toContain('for 5');
  expect(at.said.length).toBeLessThan(25);
  expect(at.troubles[0]).toEqual({ failure: CUT, sinceMs: 0 });
  expect(at.troubles.at(-1)).toBeUndefined();
});

test('what is not passing is told at once', async () => {
  const at = bench(OUTAGE_MS);
  const refused = new Failure('migration.failed', 'Nova said no');
  let tries = 0;
  const act = () => {
    tries += 1;
    return Promise.reject(refused);
  };
  await expect(endure('copy', at.endurance, act)).rejects.toBe(refused);
  expect(tries).toBe(1);
  expect(at.troubles).toEqual([]);
});

test('what went well for hours before it failed is tried again all the same', async () => {
  const at = bench(SHORT_MS);
  let tries = 0;
  const act = (): Promise<string> => {
    tries += 1;
    if (tries > 2) return Promise.resolve('copied');
    at.pass(180 * MINUTE_MS);
    return Promise.reject(CUT);
  };
  await expect(endure('copy', at.endurance, act)).resolves.toBe('copied');
  expect(at.troubles.map((trouble) => trouble?.sinceMs)).toEqual([
    180 * MINUTE_MS,
    360 * MINUTE_MS + 1000,
    undefined,
  ]);
});

test('who gives up is heard in the middle of a pause', async () => {
  const controller = new AbortController();
  const at = bench(OUTAGE_MS);
  const clock = {
    ...at.endurance.clock,
    wait() {
      controller.abort();
      return Promise.resolve();
    },
  };
  const endurance = { ...at.endurance, clock, signal: controller.signal };
  await expect(endure('copy', endurance, () => Promise.reject(CUT))).rejects.toBe(CUT);
});
