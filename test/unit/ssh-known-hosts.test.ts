import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostKeyOrder } from '../../main/services/ssh/dial.ts';
import {
  fingerprint,
  hostKeyOf,
  judge,
  parseFound,
  type KnownKey,
} from '../../main/services/ssh/known-hosts.ts';

let directory: string;
let base64: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'coldhaul-known-'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'k')]);
  base64 = readFileSync(join(directory, 'k.pub'), 'utf8').split(' ')[1] ?? '';
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const known = (key: string, type = 'ssh-ed25519', revoked = false): KnownKey => ({
  type,
  base64: key,
  file: 'f',
  line: 1,
  revoked,
});

test('type and fingerprint of a key are what ssh-keygen says', () => {
  const said = execFileSync('ssh-keygen', ['-lf', join(directory, 'k.pub')]).toString();
  const key = hostKeyOf(Buffer.from(base64, 'base64'));
  expect(key).toEqual({ type: 'ssh-ed25519', base64 });
  expect(said.split(' ')[1]).toBe(fingerprint(key));
});

test('what ssh-keygen -F finds is read with line, comment and marker; certificates prove nothing here', () => {
  const text = [
    ...[
      '# Host h found: line 3 ',
      'h,g ssh-ed25519 AAAA a comment',
      '# Host h found: line 5 REVOKED',
      '@revoked * ssh-rsa BBBB',
    ],
    ...['# Host h found: line 6 CA', '@cert-authority h ssh-rsa CCCC', ''],
  ].join('\n');
  expect(parseFound(text, 'f')).toEqual([
    { type: 'ssh-ed25519', base64: 'AAAA', file: 'f', line: 3, revoked: false },
    { type: 'ssh-rsa', base64: 'BBBB', file: 'f', line: 5, revoked: true },
  ]);
});

test.each([
  ['known', [known('A')]],
  ['unknown', []],
  ['changed', [known('B')]],
  ['changed', [known('B', 'ssh-rsa')]],
  ['known', [known('B', 'ssh-rsa'), known('A')]],
  ['revoked', [known('A'), known('A', 'ssh-ed25519', true)]],
  ['unknown', [known('B', 'ssh-ed25519', true)]],
] as const)('it is %s beside %o', (verdict, keys) => {
  expect(judge({ type: 'ssh-ed25519', base64: 'A' }, keys)).toBe(verdict);
});

test('types that are known come first, and none is lost', () => {
  const usual = hostKeyOrder([]);
  const order = hostKeyOrder([known('A', 'ssh-rsa'), known('B', 'ecdsa-sha2-nistp521', true)]);
  expect(order.slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']);
  expect([...order].sort()).toEqual([...usual].sort());
});
