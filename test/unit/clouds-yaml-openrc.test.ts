import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import { loadOpenrc, parseOpenrc } from '../../main/services/clouds-yaml/openrc.ts';

/** As the dashboard writes it, but for the question about the password. */
const DASHBOARD = `#!/usr/bin/env bash
# To use an OpenStack cloud …
export OS_AUTH_URL=https://cloud.example:5000/v3/
export OS_PROJECT_ID=aefac6ba38314c4abae83e185a94e6c0
export OS_PROJECT_NAME="admin"
export OS_USER_DOMAIN_NAME="Default"
if [ -z "$OS_USER_DOMAIN_NAME" ]; then unset OS_USER_DOMAIN_NAME; fi
export OS_PROJECT_DOMAIN_ID="default"
if [ -z "$OS_PROJECT_DOMAIN_ID" ]; then unset OS_PROJECT_DOMAIN_ID; fi
# unset v2.0 items in case set
unset OS_TENANT_ID
unset OS_TENANT_NAME
export OS_USERNAME="admin"
echo "Please enter your OpenStack Password for project $OS_PROJECT_NAME as user $OS_USERNAME: "
PASSWORD
export OS_REGION_NAME="RegionOne"
if [ -z "$OS_REGION_NAME" ]; then unset OS_REGION_NAME; fi
export OS_INTERFACE=public
export OS_IDENTITY_API_VERSION=3
`;

/** As deployment tools write it. */
const DEPLOYMENT = `for key in $( set | awk '{FS="="}  /^OS_/ {print $1}' ); do unset $key ; done
export OS_USERNAME='admin'; export OS_PASSWORD='a b$c"d'   # not a secret
OS_AUTH_URL=http://127.0.0.1:5000
export OS_AUTH_URL OS_PROJECT_NAME=admin OS_CACERT=$HOME/ca.pem \\
  OS_ENDPOINT_TYPE=internalURL
export PS1='[\\u@\\h \\W(admin)]\\$ '
export PATH="$PATH:$(dirname x)"
`;

function parse(text: string): Readonly<Record<string, string>> {
  return parseOpenrc('admin-openrc.sh', text, '/home/me');
}

function failureIn(text: string): Failure {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('expected a Failure');
}

test('the file of the dashboard, with its password filled in', () => {
  expect(parse(DASHBOARD.replace('PASSWORD', 'export OS_PASSWORD=s3cret'))).toEqual({
    OS_AUTH_URL: 'https://cloud.example:5000/v3/',
    OS_PROJECT_ID: 'aefac6ba38314c4abae83e185a94e6c0',
    OS_PROJECT_NAME: 'admin',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_ID: 'default',
    OS_USERNAME: 'admin',
    OS_PASSWORD: 's3cret',
    OS_REGION_NAME: 'RegionOne',
    OS_INTERFACE: 'public',
    OS_IDENTITY_API_VERSION: '3',
  });
});

test('the file of a deployment tool', () => {
  expect(parse(DEPLOYMENT)).toEqual({
    OS_USERNAME: 'admin',
    OS_PASSWORD: 'a b$c"d',
    OS_AUTH_URL: 'http://127.0.0.1:5000',
    OS_PROJECT_NAME: 'admin',
    OS_CACERT: '/home/me/ca.pem',
    OS_ENDPOINT_TYPE: 'internalURL',
  });
});

test('a question for the password is told with its line and the way out', () => {
  const question = 'read -sr OS_PASSWORD_INPUT\nexport OS_PASSWORD=$OS_PASSWORD_INPUT';
  const failure = failureIn(DASHBOARD.replace('PASSWORD', question));
  expect(failure.code).toBe('profile.malformed');
  expect(failure.message).toContain('admin-openrc.sh:15 asks for something');
  expect(failure.hint).toContain('export OS_PASSWORD=');
});

test.each([
  ['OS_A=1\nOS_B=$(cat /etc/passwd)', 2],
  ['OS_B=`id`', 1],
  ['OS_B=${OS_A:-x}', 1],
  ['OS_B="$UNSET"', 1],
  ['. /etc/profile', 1],
  ['OS_A=1 openstack token issue', 1],
  ['export OS_A=1 | tee x', 1],
  ['if true; then\nOS_A=1\nfi', 1],
  ["OS_A=1\n\nOS_B='never closed\n", 3],
  ['rm -rf "$HOME"', 1],
])('%j is not run, but told with its line', (text, line) => {
  expect(failureIn(text).message).toMatch(new RegExp(`^admin-openrc\\.sh:${line} `));
});

test('a failure shows no value', () => {
  expect(failureIn('export OS_PASSWORD="s3cret$(id)"').message).not.toContain('s3cret');
  expect(failureIn('s3cret$(id)').message).not.toContain('s3cret');
});

/** What bash, a real one, says that the variable is after sourcing. */
function sourced(text: string): string {
  return execFileSync('bash', ['-c', 'eval "$1"; printf %s "$OS_X"', 'bash', text], { encoding: 'utf8' });
}

const Piece = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '1', '-', '/', ':', '=', '#', '.'), minLength: 1 }),
  fc
    .string({ unit: fc.constantFrom('a', ' ', '"', '$', '\\', '#', ';', '`', '\n') })
    .map((text) => `'${text}'`),
  fc
    .string({
      unit: fc.constantFrom('a', ' ', "'", '#', ';', '\\\\', '\\"', '\\$', '\\`', '\\a', '\n', '$A-', '${A}'),
    })
    .map((text) => `"${text}"`),
  fc.constantFrom('\\ ', "\\'", '\\"', '\\\\', '\\$', '\\#', '$A-', '${A}'),
);

test('values are read as bash reads them', () => {
  fc.assert(
    fc.property(fc.array(Piece, { minLength: 1, maxLength: 5 }), (pieces) => {
      const text = `A='v w'\nexport OS_X=x${pieces.join('')}\n`;
      expect(parse(text)['OS_X']).toBe(sourced(text));
    }),
    { numRuns: 150 },
  );
});

test('any text either parses or fails as a Failure', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', 'export OS_A=', 'OS_A="'),
      (text, start) => {
        try {
          parse(start + text);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      },
    ),
  );
});

test('a file becomes a profile named after it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coldhaul-openrc-'));
  try {
    const path = join(folder, 'admin-openrc.sh');
    await writeFile(path, DEPLOYMENT);
    expect(await loadOpenrc(path, '/home/me')).toMatchObject({
      name: 'admin',
      source: path,
      interface: 'internal',
      tls: { caFile: '/home/me/ca.pem' },
    });
    await writeFile(path, 'export A=1\n');
    await expect(loadOpenrc(path, '/home/me')).rejects.toMatchObject({ code: 'profile.malformed' });
    await expect(loadOpenrc(join(folder, 'none'), '/home/me')).rejects.toMatchObject({
      code: 'profile.not-found',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
