import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { EXIT } from '../../main/cli/exit-codes.ts';
import { coldhaul } from '../lab/demo/coldhaul.ts';
import type { ApiFault } from '../lab/cloud/api/misbehave.ts';
import { internalContext } from '../lab/cloud/state.ts';
import { labWithImage, SOURCE, DESTINATION, type LabWithImage } from '../support/lab.ts';
import { expectRefusal, refused, type Expected } from '../support/refusal.ts';

const PLAN = ['plan', 'web', '--to', DESTINATION] as const;
const MIGRATE = ['migrate', 'web', '--to', DESTINATION] as const;

let bench: LabWithImage;
let files = 0;

beforeAll(async () => {
  bench = await labWithImage();
  await bench.lab.cloud.createServer({ name: 'web', host: SOURCE, image: bench.image, running: false });
});
afterEach(() => {
  bench.lab.cloud.control.clearApiFaults();
});
afterAll(async () => {
  await bench.lab.down();
});

/** Writes a file into a directory of its own, and tells where it is. */
async function written(name: string, text: string): Promise<string> {
  files += 1;
  const directory = join(bench.lab.directory, `input-${files}`);
  await mkdir(directory, { recursive: true });
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

/** A profile that differs from the lab's own, by the environment that names it. */
async function profile(change: {
  readonly auth?: Readonly<Record<string, unknown>>;
  readonly cloud?: Readonly<Record<string, unknown>>;
}): Promise<Readonly<Record<string, string>>> {
  const { authUrl, userName, password, projectName } = bench.lab.cloud.credentials.admin;
  const auth = {
    auth_url: authUrl,
    username: userName,
    password,
    project_name: projectName,
    user_domain_id: 'default',
    project_domain_id: 'default',
    ...change.auth,
  };
  const clouds = { mine: { auth, ...change.cloud } };
  return {
    OS_CLIENT_CONFIG_FILE: await written('clouds.yaml', stringify({ clouds })),
    OS_CLOUD: 'mine',
  };
}

describe('the login', () => {
  test('a wrong password', async () => {
    const env = await profile({ auth: { password: 'no-such-password' } });
    const told = await refused(
      bench.lab,
      MIGRATE,
      {
        exit: EXIT.cloud,
        code: 'cloud.credentials',
        says: [/log in to cloud "mine"/, '401', /Check user, password and project .*clouds\.yaml/],
        requestId: true,
      },
      { env },
    );
    expect(JSON.stringify(told)).not.toContain('no-such-password');
  });

  test('a token that has ended, in a profile that has nothing else', async () => {
    const { state, control } = bench.lab.cloud;
    const { token } = internalContext(state);
    token.expiresAtMs = state.now() + 3_600_000;
    state.tokens.set(token.id, token);
    const env = await profile({
      auth: { token: token.id, username: undefined, password: undefined, user_domain_id: undefined },
      cloud: { auth_type: 'v3token' },
    });
    expect(await coldhaul(bench.lab.paths, ['inventory', '--json'], { env })).toMatchObject({ exitCode: 0 });
    control.expireTokens();
    const told = await refused(
      bench.lab,
      MIGRATE,
      {
        exit: EXIT.cloud,
        code: 'cloud.credentials',
        says: [/token of cloud "mine" is not valid any more/, /Put a new token into .*clouds\.yaml/],
      },
      { env },
    );
    expect(JSON.stringify(told)).not.toContain(token.id);
  });

  test('a member instead of an admin', async () => {
    await refused(bench.lab, ['--cloud', 'lab-member', ...MIGRATE], {
      exit: EXIT.cloud,
      code: 'cloud.forbidden',
      says: ['403', /needs the admin role; it has: member, reader/],
      requestId: true,
    });
  });
});

describe('the API', () => {
  test('nobody listens there', async () => {
    const env = await profile({ auth: { auth_url: `http://127.0.0.1:${await closedPort()}/v3` } });
    await refused(
      bench.lab,
      PLAN,
      {
        exit: EXIT.cloud,
        code: 'cloud.unreachable',
        says: [
          /no answer from http:\/\/127\.0\.0\.1:\d+, because the connection was refused/,
          /Check the address/,
        ],
      },
      { env },
    );
  });

  test('it takes the question and never answers', async () => {
    await illness(
      { service: 'compute', method: 'GET', path: '/servers/detail', times: 2, kind: 'hang' },
      PLAN,
      {
        exit: EXIT.cloud,
        code: 'cloud.unreachable',
        says: [/Could not list servers: .* no whole answer within 30 s/, /Try again/],
      },
    );
  });

  test.each<readonly [string, Pick<ApiFault, 'kind' | 'times'>, Expected]>([
    [
      'a page that is no JSON',
      { kind: 'garbage', times: 1 },
      {
        exit: EXIT.cloud,
        code: 'cloud.bad-answer',
        says: [
          /Could not list servers: .*expected JSON, got \d+ characters of text\/html/,
          /not of a portal or proxy/,
        ],
      },
    ],
    [
      'half an answer, again and again',
      { kind: 'half', times: 99 },
      { exit: EXIT.cloud, code: 'cloud.unreachable', says: [/Could not list servers: .*connection was cut/] },
    ],
    [
      'a cut connection, again and again',
      { kind: 'reset', times: 99 },
      { exit: EXIT.cloud, code: 'cloud.unreachable', says: [/Could not list servers: .*connection was cut/] },
    ],
    [
      'status 500',
      { kind: 500, times: 99 },
      { exit: EXIT.cloud, code: 'cloud.broken', says: [/compute service answered 500: The server has/] },
    ],
    [
      'status 503 to every try',
      { kind: 503, times: 99 },
      { exit: EXIT.cloud, code: 'cloud.broken', says: ['503: Service Unavailable', /Try again in a minute/] },
    ],
  ])('%s', async (_, fault, expected) => {
    await illness({ service: 'compute', method: 'GET', path: '/servers/detail', ...fault }, PLAN, expected);
  });

  test.each([503, 500, 'reset', 'half'] as const)(
    '%s once is asked again, and nobody notices',
    async (kind) => {
      const { control, calls } = bench.lab.cloud;
      const before = calls.length;
      control.apiFault({ service: 'compute', method: 'GET', path: '/servers/detail', times: 1, kind });
      const end = await coldhaul(bench.lab.paths, ['inventory', '--json']);
      expect(end).toMatchObject({ exitCode: 0, stderr: '' });
      const asked = calls.slice(before).filter(({ path }) => path.includes('/servers/detail'));
      expect(asked).toHaveLength(2);
    },
  );

  async function illness(fault: ApiFault, words: readonly string[], expected: Expected): Promise<void> {
    bench.lab.cloud.control.apiFault(fault);
    await refused(bench.lab, words, expected);
  }
});

describe('profiles and settings', () => {
  test('a clouds.yaml that is not YAML: file, line and column, and no word of what stands there', async () => {
    const path = await written('clouds.yaml', 'clouds:\n  mine:\n    auth: {password: geheim\n');
    const told = await refused(
      bench.lab,
      MIGRATE,
      {
        exit: EXIT.usage,
        code: 'profile.malformed',
        says: [/clouds\.yaml:\d+:\d+ is not YAML/, /Correct the file/],
      },
      { env: { OS_CLIENT_CONFIG_FILE: path, OS_CLOUD: 'mine' } },
    );
    expect(JSON.stringify(told)).not.toContain('geheim');
  });

  test('a clouds.yaml of another shape', async () => {
    const path = await written('clouds.yaml', 'clouds:\n  mine:\n    auth: geheim\n');
    await refused(
      bench.lab,
      PLAN,
      {
        exit: EXIT.usage,
        code: 'profile.malformed',
        says: [/clouds\.yaml:3:\d+ does not fit at "mine\.auth"/],
      },
      { env: { OS_CLIENT_CONFIG_FILE: path, OS_CLOUD: 'mine' } },
    );
  });

  test('a cloud that nobody knows: the known ones are listed', async () => {
    await refused(bench.lab, ['--cloud', 'lap', ...PLAN], {
      exit: EXIT.usage,
      code: 'profile.not-found',
      says: [/no cloud "lap"/, '"lab", "lab-member"', 'OS_CLOUD'],
    });
  });

  test.each<readonly [string, string, readonly RegExp[]]>([
    ['settings that are not YAML', 'ssh:\n  user: a\nlimits: [\n', [/settings\.yaml:4:1: /]],
    [
      'settings with unknown names: each with its place, and what was meant',
      'ssh:\n  becomeroot: sudo\nlimit: 3\n',
      [
        /settings\.yaml:2:3: ssh\.becomeroot .* did you mean becomeRoot\?/,
        /:3:1: limit .* did you mean limits\?/,
      ],
    ],
    ['a setting out of bounds', 'limits:\n  total: 0\n', [/settings\.yaml:2:10: limits\.total: /]],
  ])('%s', async (_, text, says) => {
    const path = await written('settings.yaml', text);
    await refused(bench.lab, ['--settings', path, ...MIGRATE], {
      exit: EXIT.usage,
      code: 'settings.malformed',
      says: [...says, /Correct the file/],
    });
  });

  test('settings that are not there', async () => {
    await refused(bench.lab, ['--settings', '/nowhere/settings.yaml', ...PLAN], {
      exit: EXIT.usage,
      code: 'settings.malformed',
      says: ['/nowhere/settings.yaml does not exist', '--settings'],
    });
  });

  test('a state directory that cannot be made', async () => {
    const path = await written('a-file', '');
    await refused(
      bench.lab,
      MIGRATE,
      {
        exit: EXIT.failed,
        code: 'journal.unwritable',
        says: [/nothing can be written below/, 'XDG_STATE_HOME'],
      },
      { env: { XDG_STATE_HOME: path } },
    );
  });
});

describe('the words', () => {
  test.each<readonly [readonly string[], RegExp]>([
    [['plan', 'web', '--tow', 'x'], /required option '--to <host>' not specified/],
    [[...PLAN, '--slowly'], /unknown option '--slowly'/],
    [[...MIGRATE, '--bwlimit', '-3'], /'--bwlimit <MiB\/s>' argument '-3' is invalid/],
    [[...MIGRATE, '--bwlimit', 'fast'], /must be a number above 0/],
    [[...MIGRATE, '--route', 'air'], /Allowed choices are seed, thin, nova/],
    [[...MIGRATE, '--stop-timeout', '1e12'], /stopTimeoutSeconds: .*86400/],
    [['migrate', '--to', DESTINATION], /missing required argument 'server'/],
    [['plan', 'web', 'db', '--to', DESTINATION], /too many arguments/],
    [['plan', '', '--to', DESTINATION], /server: /],
    [['remove', 'web'], /unknown command 'remove'/],
    [[], /no command was given/],
  ])('%j', async (words, says) => {
    const end = await coldhaul(bench.lab.paths, [...words, '--json']);
    expectRefusal(end, { exit: EXIT.usage, code: 'bad-request', says: [says] });
  });

  test('a wrong option names the help', async () => {
    const end = await coldhaul(bench.lab.paths, [...PLAN, '--slowly']);
    expect(end).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
    expect(end.stderr).toContain('coldhaul --help');
  });
});

/** A port that nobody listens on: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
