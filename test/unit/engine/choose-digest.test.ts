import { expect, test } from 'vitest';
import { digestCommand, type DigestAlgorithm } from '../../../main/domain/digest.ts';
import type { HostFacts } from '../../../main/domain/host.ts';
import { chooseDigest } from '../../../main/engine/planning/choose-digest.ts';
import { hostFacts } from '../../support/samples.ts';

function host(name: string, ...tools: readonly DigestAlgorithm[]) {
  const has = Object.fromEntries(tools.map((tool) => [tool, '9.1']));
  const facts: HostFacts = { ...hostFacts(), tools: has };
  return { name, facts };
}
const both = host('a', 'b2sum', 'sha256sum');
const newest = host('c', 'xxh128', 'b2sum', 'sha256sum');
const old = host('b', 'sha256sum');

test('the fastest that both hosts have, unless another is asked for', () => {
  expect(chooseDigest(undefined, [newest, newest])).toBe('xxh128');
  expect(chooseDigest(undefined, [newest, both])).toBe('b2sum');
  expect(chooseDigest(undefined, [both, both])).toBe('b2sum');
  expect(chooseDigest(undefined, [both, old])).toBe('sha256sum');
  expect(chooseDigest('sha256sum', [both, both])).toBe('sha256sum');
});

test('one that a host lacks is refused by name, with what both have', () => {
  expect(() => chooseDigest('b2sum', [both, old])).toThrow('b2sum is not on b');
  expect(() => chooseDigest('b2sum', [both, old])).toThrow(
    expect.objectContaining({ code: 'plan.blocked', hint: expect.stringContaining('sha256sum') as string }),
  );
});

test('the admin can make each by hand', () => {
  expect(digestCommand('b2sum', '/a b')).toBe("b2sum '/a b'");
  expect(digestCommand('xxh128', '/a b')).toBe(
    "rsync --dry-run --checksum --checksum-choice=xxh128 --out-format=%C -- '/a b' /nonexistent/coldhaul/",
  );
});
