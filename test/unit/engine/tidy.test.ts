import { expect, test } from 'vitest';
import type { Fact } from '../../../main/domain/facts.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { LogLine, Ports } from '../../../main/domain/ports.ts';
import type { StepContext } from '../../../main/engine/context.ts';
import { tidy } from '../../../main/engine/steps/tidy.ts';
import { migration, plan, server } from '../../support/samples.ts';

interface Bench {
  readonly done: ReturnType<typeof tidy>;
  readonly acts: readonly string[];
  readonly warnings: readonly string[];
  readonly seconds: () => number;
}

/** Two hosts, of which hostA answers as `fails` says, and a clock that moves with every wait. */
function begin(fails: (nowMs: number) => Failure | undefined): Bench {
  let nowMs = 0;
  const acts: string[] = [];
  const warnings: string[] = [];
  const on = (act: string, host: string): Promise<readonly string[]> => {
    const failure = host === 'hostA' ? fails(nowMs) : undefined;
    if (failure !== undefined) return Promise.reject(failure);
    acts.push(`${act} ${host}`);
    return Promise.resolve(act === 'release' ? ['/kept'] : []);
  };
  const ports: Pick<Ports<Fact>, 'clock' | 'log'> & Record<'cloud' | 'hypervisors' | 'transfer', object> = {
    clock: {
      nowMs: () => nowMs,
      elapsedMs: () => nowMs,
      wait: (ms) => {
        nowMs += ms;
        return Promise.resolve();
      },
    },
    log: ({ level, message }: LogLine) => {
      if (level === 'warn') warnings.push(message);
    },
    cloud: { server: () => Promise.resolve(server({ host: 'hostB' })) },
    transfer: { forget: (host: string) => on('forget', host) },
    hypervisors: {
      releaseStage: (host: string) => on('release', host),
      unlock: (host: string) => on('unlock', host),
    },
  };
  const context = {
    ports,
    state: migration([{ type: 'locked' }], plan()),
    signal: new AbortController().signal,
    who: 'a test',
  } as unknown as StepContext;
  return { done: tidy(context), acts, warnings, seconds: () => nowMs / 1000 };
}

const away = (passing: boolean): Failure =>
  new Failure('host.unreachable', 'no SSH to hostA: nothing listens there', { passing });
const WHOLE = ['hostA', 'hostB'].flatMap((host) =>
  ['forget', 'release', 'unlock'].map((act) => `${act} ${host}`),
);

test('a host whose sshd is only restarted is tidied, too', async () => {
  const { done, acts } = begin((nowMs) => (nowMs < 3_000 ? away(true) : undefined));
  expect(await done).toEqual({ type: 'tidied', kept: ['hostA:/kept', 'hostB:/kept'] });
  expect(acts).toEqual(WHOLE);
});

test('a host that is gone is waited for half a minute at the most; what it keeps is told, the other is tidied', async () => {
  const { done, acts, warnings, seconds } = begin(() => away(true));
  expect(await done).toEqual({ type: 'tidied', kept: ['hostB:/kept'] });
  expect(acts).toEqual(WHOLE.slice(3));
  expect(seconds()).toBeGreaterThan(10);
  expect(seconds()).toBeLessThan(40);
  expect(warnings).toContainEqual(expect.stringMatching(/^hostA cannot be used .*stay until it boots$/));
});

test('a host that refuses us for good is not asked twice', async () => {
  const { done, acts, seconds } = begin(() => away(false));
  await done;
  expect([acts, seconds()]).toEqual([WHOLE.slice(3), 0]);
});
