import { expect, test } from 'vitest';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import { findingOf } from '../../../support/findings-of.ts';
import { good } from '../../../support/plan-evidence.ts';

test.each<[string, boolean, Verdict, RegExp]>([
  ['active', false, 'pass', /would give/],
  ['deactivated', false, 'warn', /admins alone/],
  ['deactivated', true, 'note', /need not ask/],
  ['queued', false, 'block', /gives no bytes/],
  ['queued', true, 'note', /need not ask/],
])('image.state: %s, base at the destination: %s', (status, imageBaseAtDestination, verdict, message) => {
  const image = good.image === undefined ? undefined : { ...good.image, status };
  expect(findingOf({ ...good, image, imageBaseAtDestination }, 'image.state')).toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
});

test('image.state: one that is gone is the business of another check', () => {
  expect(findingOf({ ...good, image: undefined }, 'image.state').verdict).toBe('pass');
});

test('image.state: format, size and hash are in the evidence', () => {
  expect(findingOf(good, 'image.state').evidence?.[0]).toMatch(/active, public, qcow2, 1 B, sha512 abc/);
});
