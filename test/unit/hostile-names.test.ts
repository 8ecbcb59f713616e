import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { normalize, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import { printable, showCommand } from '../../main/domain/naming.ts';
import { below, checkName } from '../../main/services/hypervisor/changes.ts';
import {
  checkAddress,
  checkId,
  checkPath,
  checkServerId,
  checkUser,
  jobName,
} from '../../main/services/jobs/ids.ts';
import { runScript } from '../../main/services/jobs/run-script.ts';
import { elevate } from '../../main/services/ssh/become.ts';
import { quote, quoteAll } from '../../main/services/ssh/quote.ts';
import { readHostConfig } from '../../main/services/ssh/ssh-config.ts';
import { rsyncCommand } from '../../main/services/transfer/rsync-options.ts';
import { hostileFileName, hostileName } from '../support/hostile-names.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** Ten thousand names that want to be something else, on every way from the cloud or a host into a command. */

const AT_A_TIME = 100;
/** Of what may be a word of a command without any quotes. */
const PLAIN = /^[A-Za-z0-9_:][A-Za-z0-9_.:%-]*$/;
/** What drives a terminal, or makes a second line. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Not made smaller where they fail: that would be a shell for each of some hundred tries, and the difference is told anyway. */
const names = fc.noShrink(fc.array(hostileName, { minLength: AT_A_TIME, maxLength: AT_A_TIME }));

/** What a real shell makes of these words, in a directory that must stay empty. */
function heard(shell: string, line: string): readonly string[] {
  const cwd = temporaryDirectory();
  // Without a path nothing is found but what is built in: what gets loose can do no more than set off the trap.
  const said = execFileSync(shell, ['-s'], {
    cwd,
    input: line,
    env: { PATH: '/nonexistent' },
    stdio: 'pipe',
  });
  expect(readdirSync(cwd)).toEqual([]);
  return said.toString('utf8').split('\0').slice(0, -1);
}

describe('10,000 names, as arguments', () => {
  test.each([
    ['sh', 30],
    ['dash', 30],
    ['bash', 40],
  ])('%s gives each to the program as it was, quoted to be run and quoted to be read', (shell, runs) => {
    fc.assert(
      fc.property(names, (given) => {
        const words = ['%s\\0', ...given];
        const run = `printf ${words.map(quote).join(' ')}\n`;
        const shown = `${showCommand(['printf', ...words])}\n`;
        expect(heard(`/bin/${shell}`, run + shown)).toEqual([...given, ...given]);
      }),
      { numRuns: runs },
    );
  });

  test('a script on a host has them as its parameters, whoever runs it', async () => {
    const login = { uid: 1000, name: 'operator', hasRunuser: false };
    // What `runuser`, `sudo` and `env` would do with words that are not for them: hand them on.
    const shell = {
      host: 'compute-1',
      run: (argv: readonly string[]) => {
        const elevated = elevate(argv, { user: 'nova' }, login).argv;
        const handed = elevated.slice(elevated.indexOf('--') + 1);
        const said = execFileSync('sh', ['-c', quoteAll(handed)], {
          cwd: temporaryDirectory(),
          stdio: 'pipe',
        });
        return Promise.resolve({
          kind: 'exited' as const,
          code: 0,
          stdout: said.toString('utf8'),
          stderr: '',
        });
      },
    };
    await fc.assert(
      fc.asyncProperty(names, async (given) => {
        const said = await runScript(shell, 'echo', `printf '%s\\0' "$@"`, given);
        expect(said.split('\0').slice(0, -1)).toEqual(given);
      }),
      { numRuns: 10 },
    );
  });
});

describe('10,000 names, where not every name may pass', () => {
  /** What the check lets through, or nothing where it refuses. */
  function passed(check: (name: string) => string, name: string): string | undefined {
    try {
      return check(name);
    } catch (error) {
      if (error instanceof Failure && error.code === 'bad-request') return undefined;
      throw error;
    }
  }

  /** What is wrong with what passed; nothing should be. */
  function* wrong(name: string, odd: string): Generator<string> {
    for (const check of [checkId, checkServerId, checkAddress, checkUser]) {
      const id = passed(check, name);
      if (id !== undefined && (id !== name || !PLAIN.test(id))) yield `${check.name} ${id}`;
    }
    const file = passed(checkName, name);
    if (file !== undefined && resolve('/i', `./${file}`) !== `/i/${name}`) yield `checkName ${file}`;
    for (const path of [name, `/${name}`, `/i/${name}`, `/i/../${name}`, `/i/${odd}/${name}`]) {
      const plain = passed(checkPath, path);
      if (plain !== undefined && (plain !== path || normalize(`/${plain.slice(1)}`) !== path))
        yield `checkPath ${plain}`;
      const inside = passed((one) => below('/i', one), path);
      if (inside !== undefined && !resolve(inside).startsWith('/i/')) yield `below ${inside}`;
    }
    const job = jobName('copy', name);
    if (passed(checkId, job) !== job) yield `jobName ${job}`;
    if (CONTROL.test(printable(name))) yield `printable ${name}`;
  }

  test('ids, addresses, users, files and paths are what they are called, or refused', () => {
    fc.assert(
      fc.property(names, hostileFileName, (given, odd) => {
        expect(given.flatMap((name) => [...wrong(name, odd)])).toEqual([]);
      }),
      { numRuns: 100 },
    );
    // Not by refusing everything.
    expect(passed(checkName, `it's $(x)\n-rf`)).toBeDefined();
    expect(passed(checkAddress, 'fe80::1%eth0')).toBeDefined();
  });

  test('a NUL is refused wherever it stands', () => {
    fc.assert(
      fc.property(hostileName, hostileName, (one, other) => {
        const name = `${one}\0${other}`;
        for (const check of [quote, checkId, checkServerId, checkAddress, checkUser, checkName])
          expect(() => check(name)).toThrow(Failure);
        expect(() => checkPath(`/i/${name.replaceAll('/', '')}`)).toThrow(Failure);
        expect(() => quoteAll(['true', name])).toThrow(Failure);
      }),
      { numRuns: 100 },
    );
  });

  test('rsync: a path changes its own word and no other', () => {
    const rsyncVersion = { source: '3.2.7', dest: '3.2.7' };
    const rest = {
      migrationId: 'm',
      sourceHost: 'a',
      destHost: 'b',
      disk: 'disk',
      user: 'nova',
      rsyncVersion,
    };
    const order = { ...rest, destAddress: '10.0.0.2', keepMtime: true, limitKibPerSecond: 5, aes: true };
    const plain = rsyncCommand({ ...order, fromPath: '/from', toPath: '/to' }, true);
    expect(plain.slice(-3)).toEqual(['--', '/from', 'nova@10.0.0.2:/to']);
    // The far side's shell is not asked to take the path apart (rsync(1), --protect-args).
    expect(plain).toContain('--protect-args');
    fc.assert(
      fc.property(hostileFileName, hostileFileName, (from, to) => {
        const odd = rsyncCommand({ ...order, fromPath: `/${from}`, toPath: `/${to}` }, true);
        expect(odd).toEqual([...plain.slice(0, -2), `/${from}`, `nova@10.0.0.2:/${to}`]);
      }),
    );
  });

  test('ssh: the name of a host that is none never reaches the user’s ssh, whose settings may run commands', async () => {
    const options = { env: { PATH: '/nonexistent' }, home: '/home/none', log: () => undefined };
    await fc.assert(
      fc.asyncProperty(hostileName, async (name) => {
        for (const target of [{ alias: name }, { alias: 'h', address: name }, { alias: 'h', user: name }]) {
          const config = await readHostConfig(target, options).catch((error: unknown) => error as Failure);
          if (config instanceof Failure) expect(config.message).toContain('cannot be the name of');
          else expect(name).toMatch(/^[A-Za-z0-9_:.][A-Za-z0-9_.:%@$+-]*$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
