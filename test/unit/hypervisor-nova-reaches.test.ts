import { expect, test } from 'vitest';
import type { Hosts, RunResult } from '../../main/domain/ports.ts';
import { novaReaches } from '../../main/services/hypervisor/nova-reaches.ts';

const BOOT_ID = '3f25b0de-5783-481d-aa5c-96cb9767bf51';
const BUSY = 'kex_exchange_identification: Connection closed by remote host\n';

/** Hosts whose ssh ends as listed, then well; and the waits between. */
function answering(...complaints: readonly string[]) {
  const waits: number[] = [];
  const left = [...complaints];
  const asked: (readonly string[])[] = [];
  const run = (argv: readonly string[]): Promise<RunResult> => {
    asked.push(argv);
    const stderr = left.shift();
    const ended =
      stderr === undefined
        ? { code: 0, stdout: `${BOOT_ID}\n`, stderr: '' }
        : { code: 255, stdout: '', stderr };
    return Promise.resolve({ kind: 'exited', ...ended });
  };
  const hosts: Hosts = { shell: (host) => ({ host, run }), close: () => Promise.resolve() };
  const clock = {
    nowMs: () => 0,
    elapsedMs: () => 0,
    wait: (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
  /** Values of `-o` in each call. */
  const options = (): readonly (readonly string[])[] =>
    asked.map((argv) => argv.filter((_word, index) => argv[index - 1] === '-o'));
  return { tools: { hosts, clock, novaUser: 'nova' }, waits, options };
}

test('an sshd that is only busy is asked again, a little later each time', async () => {
  const { tools, waits } = answering(BUSY, 'Connection reset by 10.0.0.2 port 22\n');
  expect(await novaReaches(tools, 'a', '10.0.0.2')).toEqual({
    ok: true,
    said: '',
    bootId: BOOT_ID,
    acceptsAnyKey: false,
  });
  expect(waits).toEqual([500, 1_000]);
});

test('one that stays busy is given up, with its own words', async () => {
  const { tools, waits } = answering(BUSY, BUSY, BUSY, BUSY, BUSY);
  expect(await novaReaches(tools, 'a', '10.0.0.2')).toMatchObject({ ok: false, said: BUSY.trim() });
  expect(waits).toHaveLength(3);
});

test('a refused login is not tried again', async () => {
  const { tools, waits } = answering('nova@10.0.0.2: Permission denied (publickey).\n');
  expect(await novaReaches(tools, 'a', '10.0.0.2')).toMatchObject({ ok: false });
  expect(waits).toEqual([]);
});

const UNKNOWN = 'No ED25519 host key is known for 10.0.0.2.\r\nHost key verification failed.\n';
const CHANGED = `@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n${'-'.repeat(700)}\n${UNKNOWN}`;

test('a key that is not known there is never taken in silence', async () => {
  const taken = answering(UNKNOWN);
  expect(await novaReaches(taken.tools, 'a', '10.0.0.2')).toMatchObject({ ok: true, acceptsAnyKey: true });
  // First strictly, then as Nova's settings say, with nothing to write the key to.
  expect(taken.options()).toEqual([
    ['BatchMode=yes', 'ConnectTimeout=10', 'StrictHostKeyChecking=yes'],
    ['BatchMode=yes', 'ConnectTimeout=10', 'UserKnownHostsFile=/dev/null'],
  ]);
  const refused = answering(UNKNOWN, UNKNOWN);
  expect(await novaReaches(refused.tools, 'a', '10.0.0.2')).toMatchObject({
    ok: false,
    acceptsAnyKey: false,
  });
});

test('a key that has changed is refused, whatever the settings there would take', async () => {
  const { tools, options } = answering(CHANGED);
  expect(await novaReaches(tools, 'a', '10.0.0.2')).toMatchObject({ ok: false, acceptsAnyKey: false });
  expect(options()).toHaveLength(1);
});
