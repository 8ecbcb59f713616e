import { expect, test } from 'vitest';
import type { Firmware } from '../../../../main/domain/host.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { factsOf, said, traitsOf } from '../../../support/host-evidence.ts';
import { good } from '../../../support/plan-evidence.ts';
import { hostFacts, hostTraits } from '../../../support/samples.ts';

const { nova } = hostTraits();
const silent = { nova: { ...hostFacts().nova, files: [] } };

test.each<[string, string, MoveEvidence, string, RegExp]>([
  ['there', 'destination.kvm', traitsOf('destination', {}), 'pass', /hostB has \/dev\/kvm/],
  ['missing', 'destination.kvm', traitsOf('destination', { hasKvm: false }), 'block', /no guest would start/],
  [
    'missing at the source',
    'source.kvm',
    traitsOf('source', { hasKvm: false }),
    'note',
    /hostA has no \/dev\/kvm/,
  ],
  [
    'missing, and only assumed to be needed',
    'destination.kvm',
    factsOf('destination', silent, traitsOf('destination', { hasKvm: false })),
    'warn',
    /by default; no nova\.conf was found/,
  ],
  [
    'not needed',
    'destination.kvm',
    traitsOf('destination', { hasKvm: false, nova: { ...nova, virtType: 'qemu' } }),
    'pass',
    /does not use KVM/,
  ],
  ['not read', 'source.kvm', traitsOf('source', undefined), 'note', /was not read/],
])('KVM: %s', (_what, id, evidence, verdict, says) => {
  expect(said(id, evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

function booting(firmware: Firmware | undefined, uefiFiles: readonly string[]): MoveEvidence {
  const { instance } = good.source;
  const source = { ...good.source, instance: firmware === undefined ? instance : { ...instance, firmware } };
  return traitsOf('destination', { uefiFiles }, { ...good, source });
}

test.each<[string, MoveEvidence, string, RegExp]>([
  ['not needed', booting('bios', []), 'pass', /does not boot by UEFI/],
  ['there', booting('uefi', ['/usr/share/OVMF/OVMF_CODE.fd']), 'pass', /hostB has UEFI firmware/],
  ['missing', booting('uefi', []), 'block', /boots by UEFI, and hostB has no firmware for it/],
  ['perhaps needed, and missing', booting('unknown', []), 'note', /could not be read, and hostB has no/],
  ['perhaps needed, and there', booting(undefined, ['/x']), 'pass', /should the instance need it/],
])('UEFI firmware: %s', (_what, evidence, verdict, says) => {
  expect(said('destination.uefi', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});
