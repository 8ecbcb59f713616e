import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { closeLook } from '../../../support/close-look.ts';
import { said, traitsOf } from '../../../support/host-evidence.ts';
import { good } from '../../../support/plan-evidence.ts';

function having(machineType: string | undefined): MoveEvidence {
  const instance = { ...good.source.instance, close: closeLook({ machineType }) };
  return { ...good, source: { ...good.source, instance } };
}

test.each<[string, MoveEvidence, string, RegExp]>([
  ['known there', having('pc-i440fx-7.2'), 'pass', /hostB knows the machine type pc-i440fx-7\.2/],
  ['not known there', having('pc-i440fx-9.0'), 'warn', /hostB does not know the machine type pc-i440fx-9\.0/],
  ['not read', having(undefined), 'note', /could not be read on hostA/],
  [
    'libvirt is silent',
    traitsOf('destination', { libvirt: undefined }),
    'note',
    /libvirt on hostB does not tell/,
  ],
  ['a host that was not read', traitsOf('destination', undefined), 'note', /was not read/],
])('machine type: %s', (_what, evidence, verdict, says) => {
  expect(said('destination.machine-type', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});
