import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLoopbackBench, type LoopbackBench } from '../support/loopback-bench.ts';

// Becoming somebody else takes root: of the machine, or of the user namespace in which the tests of a user run.
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

let bench: LoopbackBench;
beforeAll(async () => {
  bench = await openLoopbackBench({});
});
afterAll(() => bench.close());

const FETCH = `
const [address, cookie] = process.argv.slice(1);
const answer = await fetch(address, { headers: { cookie } });
console.log(JSON.stringify({ status: answer.status, text: await answer.text() }));`;

/** Fetches in a process of its own, as this user id. */
async function fetchAs(user: number, address: string, cookie: string): Promise<unknown> {
  const identity = ['--reuid', String(user), '--regid', String(user), '--clear-groups'];
  const node = [process.execPath, '--input-type=module', '--eval', FETCH, address, cookie];
  const { stdout } = await execa('setpriv', [...identity, '--', ...node], { cwd: '/' });
  return JSON.parse(stdout);
}

test.skipIf(!isRoot)(
  `a new address and a cookie are worth nothing in the hands of another user of this machine${isRoot ? '' : ' (skipped: not root)'}`,
  async () => {
    const cookie = await bench.cookie();
    const address = bench.host.newAddress();
    const refused = { status: 403, text: expect.stringContaining('another user') as string };
    expect(await fetchAs(12_345, address, '')).toEqual(refused);
    expect(await fetchAs(12_345, `http://${bench.name}/`, cookie)).toEqual(refused);
    expect(await fetchAs(0, `http://${bench.name}/`, cookie)).toMatchObject({ status: 200 });
    // It was not used up by the attempt.
    expect(await fetchAs(0, address, '')).toMatchObject({ status: 200 });
  },
);
