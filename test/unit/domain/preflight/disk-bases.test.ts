import { expect, test } from 'vitest';
import type { BaseElsewhere, MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { judged } from '../../../support/judged.ts';
import { good } from '../../../support/plan-evidence.ts';
import { diskPlan, IMAGE_BASE, INSTANCES } from '../../../support/samples.ts';

const BASE = `${INSTANCES}/_base/ephemeral_1_0706d66`;
const ephemeral = (strategy: 'overlay' | 'flatten' | 'stream', staged = false): MoveEvidence => ({
  ...good,
  disks: [diskPlan('disk.eph0', { role: 'ephemeral', strategy, chain: [BASE], bytesToMove: 5 * 1024 ** 2 })],
  bases: staged
    ? [{ path: BASE, sizeBytes: 1, allocatedBytes: 1, format: 'raw', action: 'stage', reason: 'a test' }]
    : [],
});

test('an ephemeral disk on a base that the destination has otherwise is flattened, and that is told', () => {
  expect(judged('bases.ephemeral', good).verdict).toBe('pass');
  expect(judged('bases.ephemeral', ephemeral('overlay')).message).toContain('byte for byte');
  expect(judged('bases.ephemeral', ephemeral('overlay', true))).toMatchObject({
    verdict: 'pass',
    message: expect.stringContaining('has no ephemeral_1_0706d66 yet') as string,
  });
  for (const strategy of ['flatten', 'stream'] as const) {
    expect(judged('bases.ephemeral', ephemeral(strategy))).toMatchObject({
      verdict: 'note',
      message: expect.stringContaining('at most 5.00 MiB') as string,
    });
  }
});

const gone = (imageBaseElsewhere: BaseElsewhere): MoveEvidence => ({
  ...good,
  image: undefined,
  imageBaseElsewhere,
});
const at = { host: 'hostC', path: `${INSTANCES}/_base/${IMAGE_BASE}`, sizeBytes: 3 * 1024 ** 3 };

test('a base that only a third host has is named, with the command that brings it', () => {
  expect(judged('image', gone({ found: [at], silent: ['hostD'], asked: 2 }))).toMatchObject({
    verdict: 'block',
    message: expect.stringMatching(/It lies on hostC \(3\.00 GiB\)\. hostD did not answer\.$/) as string,
    fix: `On hostC: sudo -u nova rsync --sparse --perms ${at.path} nova@127.0.0.12:${INSTANCES}/_base/`,
  });
});

test('a base that nobody has is gone', () => {
  expect(judged('image', gone({ found: [], silent: [], asked: 3 })).message).toContain(
    'None of 3 other hosts has it.',
  );
});
