import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteOf } from '../../main/services/openstack/answer-failure.ts';
import { networkFailure } from '../../main/services/openstack/network-failure.ts';
import { atLeast, formatVersion, older, parseVersion } from '../../main/services/openstack/version.ts';
import { exchange } from '../support/recorded-cloud.ts';

const Minor = fc.integer({ min: 0, max: 9999 });

test('versions are compared as numbers, not as text', () => {
  fc.assert(
    fc.property(Minor, Minor, (a, b) => {
      const [one, other] = [`2.${a}`, `2.${b}`].map((text) => parseVersion(text) ?? { major: 0, minor: 0 });
      if (one === undefined || other === undefined) throw new Error('unreachable');
      expect(formatVersion(one)).toBe(`2.${a}`);
      expect(atLeast(one, other)).toBe(a >= b);
      expect(older(one, other).minor).toBe(Math.min(a, b));
    }),
  );
  expect(['', '2', '2.', 'v2.1', '2.1.3', '2.-1'].map(parseVersion)).toEqual(Array(6).fill(undefined));
});

test.each([
  ['migrate-unknown-host-400', 'Compute host nosuch could not be found.'],
  ['auth-password-wrong-401', 'The request you have made requires authentication.'],
  ['glance-image-404', 'No image found with ID 00000000-0000-0000-0000-000000000000'],
])('the sentence of %s', (recording, sentence) => {
  const { body } = exchange(recording).response;
  expect(quoteOf({ text: JSON.stringify(body), contentType: 'application/json' })).toBe(sentence);
});

test.each([
  ['{"errors": [{"status": 409, "detail": "There was a conflict."}]}', 'There was a conflict.'],
  [
    '<html><head><title>503</title></head><body><h1>503</h1>\nNo server is available.</body>',
    '503 No server is available.',
  ],
  ['plain\u0007 text\u001b[31m', 'plain text [31m'],
  ['{"a": 1}', ''],
  ['', ''],
])('the sentence of %j', (text, sentence) => {
  expect(quoteOf({ text, contentType: '' })).toBe(sentence);
});

test('any body gives one short line without control characters', () => {
  const Body = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2_000 }),
    fc.json(),
    fc.string().map((text) => JSON.stringify({ e: { message: text } })),
  );
  fc.assert(
    fc.property(Body, (text) => {
      const line = quoteOf({ text, contentType: '' });
      expect(line.length).toBeLessThanOrEqual(500);
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

test('the innermost reason of a failed connection is told', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const both = new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) });
  expect(networkFailure('list servers', 'http://127.0.0.1:1', false, both)).toMatchObject({
    code: 'cloud.unreachable',
    message: 'Could not list servers: no answer from http://127.0.0.1:1, because the connection was refused.',
    passing: true,
  });
  const lookup = new TypeError('fetch failed', {
    cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }),
  });
  expect(networkFailure('list servers', 'http://nowhere', false, lookup).message).toContain(
    'its name does not resolve',
  );
});
