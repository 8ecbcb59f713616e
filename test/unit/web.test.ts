import { CommanderError } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { createAccess } from '../../main/host/loopback/access.ts';
import { findSocket } from '../../main/host/loopback/same-user.ts';
import { browserCommand, openBrowser } from '../../main/web/browser.ts';
import { readWebOptions } from '../../main/web/options.ts';
import { goesOnWithoutUs, throughTunnel } from '../../main/web/words.ts';
import { temporaryDirectory } from '../support/temporary.ts';

describe('options', () => {
  test('are all optional; a browser is opened unless it is said not to', () => {
    expect(readWebOptions([], '1')).toEqual({ open: true });
    expect(readWebOptions(['--port', '8470', '--cloud', 'here', '--no-open'], '1')).toEqual({
      port: 8470,
      cloud: 'here',
      open: false,
    });
  });

  test.each([['--port', '80'], ['--port', 'x'], ['--port', '65536'], ['--prot', '8470'], ['8470']])(
    'a wrong one is named: %s %s',
    (...words) => {
      expect(() => readWebOptions(words, '1')).toThrow(CommanderError);
    },
  );
});

describe('a browser', () => {
  test.each([
    ['linux', { DISPLAY: ':0' }, 'xdg-open'],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
    ['linux', { DISPLAY: '' }, undefined],
    ['linux', {}, undefined],
    ['darwin', {}, 'open'],
    ['win32', {}, 'cmd'],
  ] as const)('on %s with %j is opened by %s', (platform, env, program) => {
    expect(browserCommand(platform, env)?.[0]).toBe(program);
  });
});

test('the browser that is started knows no secret of the cloud', async () => {
  const heard = join(temporaryDirectory(), 'heard');
  vi.stubEnv('OS_PASSWORD', 'planted');
  vi.stubEnv('OS_CLOUD', 'lab');
  // The address comes last, as it does for a browser.
  openBrowser(heard, ['sh', '-c', 'env >"$1.new" && mv "$1.new" "$1"', 'sh'], (why) => {
    expect.unreachable(why);
  });
  vi.unstubAllEnvs();
  await expect.poll(() => existsSync(heard), { timeout: 20_000 }).toBe(true);
  expect(readFileSync(heard, 'utf8')).toContain('OS_CLOUD=lab');
  expect(readFileSync(heard, 'utf8')).not.toContain('planted');
});

describe('at the end', () => {
  const migration = (name: string, active: boolean, running: boolean) => ({
    active,
    running,
    server: { id: name, name, running: true },
  });

  test('nothing is said where nothing is under way', () => {
    expect(goesOnWithoutUs([migration('done-1', false, true)])).toBeUndefined();
  });

  test('what is under way is named, and what is off, and how to go on', () => {
    const words = goesOnWithoutUs([
      migration('web-1', true, true),
      migration('db\n-1', true, false),
      migration('done-1', false, true),
    ]);
    expect(words).toContain('Under way: web-1, db');
    expect(words).toMatch(/^Off until then: db.*-1\.$/m);
    expect(words).not.toContain('done-1');
    expect(words).toContain('coldhaul resume');
  });

  test('a way through SSH is told to whoever came by SSH', () => {
    expect(throughTunnel({ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 8470)).toContain(
      '8470:127.0.0.1:8470',
    );
    expect(throughTunnel({}, 8470)).toBeUndefined();
  });
});

describe('cookies', () => {
  test('of the 33rd browser push out the first; a header of many is searched', () => {
    const access = createAccess('mine');
    const given = Array.from({ length: 33 }, () => access.exchange(access.newToken()) ?? 'none');
    expect(access.admits(`mine=${given[0] ?? ''}`)).toBe(false);
    expect(access.admits(`a=b; mine=wrong; mine=${given[1] ?? ''}`)).toBe(true);
    expect(access.admits(`other=${given[1] ?? ''}`)).toBe(false);
    expect(access.admits(undefined)).toBe(false);
  });
});

describe('the owner of a connection', () => {
  // As the kernel writes it; both ends of one connection, port 8080 (1F90) and 40000 (9C40).
  const LIST = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     7        0 100 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     7        0 101 1 0 20 4 30 10 -1
   2: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 102 1 0 20 4 30 10 -1`;

  test('is read from the client’s end of it', () => {
    expect(findSocket(LIST, 40_000, 8080)).toEqual({ state: '01', user: 1000 });
    expect(findSocket(LIST, 8080, 40_000)).toEqual({ state: '01', user: 7 });
    expect(findSocket(LIST, 40_001, 8080)).toBeUndefined();
    expect(findSocket('', 40_000, 8080)).toBeUndefined();
  });
});
