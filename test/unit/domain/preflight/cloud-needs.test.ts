import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import { needsOf } from '../../../../main/domain/preflight/needs.ts';
import type { Offers, Surroundings } from '../../../../main/domain/surroundings.ts';
import { findingOf, without } from '../../../support/findings-of.ts';
import { flavor, good } from '../../../support/plan-evidence.ts';

type Words = Readonly<Record<string, string>>;
const silent = { known: false, why: 'Placement 1.10 does not show it.' } as const;

/** An instance whose flavor asks for this, and a destination that has that. */
function asks(
  extraSpecs: Words,
  has: Partial<Offers> | typeof silent = {},
  properties: Words = {},
): MoveEvidence {
  const offers: Surroundings['offers'] =
    'known' in has ? has : { known: true, value: { traits: [], classes: {}, ...has } };
  return {
    ...good,
    server: { ...good.server, flavor: { ...flavor, extraSpecs } },
    image: good.image === undefined ? undefined : { ...good.image, properties },
    surroundings: { ...good.surroundings, offers },
  };
}

const one = (name: string, used = 0): Partial<Offers> => ({ classes: { [name]: { capacity: 1, used } } });

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['server.devices', asks({ 'hw:cpu_policy': 'dedicated' }), 'pass', /no devices/],
  ['server.devices', asks({ 'resources:VGPU': '1' }, one('VGPU')), 'pass', /1 VGPU/],
  ['server.devices', asks({ 'resources:VGPU': '1' }, one('VGPU', 1)), 'block', /0 of 1 free/],
  ['server.devices', asks({ 'resources1:CUSTOM_FPGA': '2' }), 'block', /has none by Placement/],
  ['server.devices', asks({ 'resources:VGPU': '1' }, silent), 'warn', /1\.10/],
  ['server.devices', asks({ 'resources:VGPU': '0' }), 'pass', /no devices/],
  ['server.devices', asks({ 'pci_passthrough:alias': 'nic:1' }), 'warn', /PCI devices \(nic:1\)/],
  ['server.devices', asks({ 'accel:device_profile': 'gzip' }), 'warn', /accelerator/],
  ['destination.traits', asks({}), 'pass', /demand no traits/],
  [
    'destination.traits',
    asks({ 'trait:CUSTOM_GOLD': 'required' }, { traits: ['CUSTOM_GOLD'] }),
    'pass',
    /CUSTOM_GOLD/,
  ],
  ['destination.traits', asks({ 'trait:CUSTOM_GOLD': 'required' }), 'block', /lacks CUSTOM_GOLD/],
  ['destination.traits', asks({}, {}, { 'trait:CUSTOM_GOLD': 'required' }), 'block', /lacks CUSTOM_GOLD/],
  [
    'destination.traits',
    asks({ 'trait:CUSTOM_BAD': 'forbidden' }, { traits: ['CUSTOM_BAD'] }),
    'block',
    /forbidden/,
  ],
  ['destination.traits', asks({ 'trait:CUSTOM_BAD': 'forbidden' }), 'pass', /not CUSTOM_BAD/],
  ['destination.traits', asks({ 'trait:CUSTOM_GOLD': 'required' }, silent), 'warn', /1\.10/],
  ['server.tpm', asks({}), 'pass', /no virtual TPM/],
  ['server.tpm', asks({ 'hw:tpm_version': '2.0' }), 'block', /COMPUTE_SECURITY_TPM_2_0/],
  ['server.tpm', asks({ 'hw:tpm_version': '2.0' }, silent), 'warn', /do not prove it/],
  [
    'server.tpm',
    asks({}, { traits: ['COMPUTE_SECURITY_TPM_1_2'] }, { hw_tpm_version: '1.2' }),
    'warn',
    /owner/,
  ],
  ['server.secure', asks({}), 'pass', /neither/],
  ['server.secure', asks({ 'hw:mem_encryption': 'True' }), 'block', /MEM_ENCRYPTION_CONTEXT/],
  [
    'server.secure',
    asks({ 'hw:mem_encryption': 'True' }, one('MEM_ENCRYPTION_CONTEXT')),
    'pass',
    /has encrypted/,
  ],
  ['server.secure', asks({}, {}, { os_secure_boot: 'required' }), 'block', /SECURE_BOOT/],
  ['server.secure', asks({ 'os:secure_boot': 'optional' }), 'pass', /neither/],
  [
    'server.secure',
    asks({ 'os:secure_boot': 'required' }, { traits: ['COMPUTE_SECURITY_UEFI_SECURE_BOOT'] }),
    'pass',
    /secure boot/,
  ],
  ['server.secure', asks({ 'os:secure_boot': 'required' }, silent), 'warn', /1\.10/],
  ['server.needs', asks({}), 'pass', /was read/],
])('%s', (id, evidence, verdict, message) => {
  expect(findingOf(evidence, id)).toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
});

test('what flavor and image ask is not passed over where it is not shown', () => {
  const bare = without(flavor, 'extraSpecs');
  const evidence = { ...good, server: { ...good.server, flavor: bare }, image: undefined };
  expect(findingOf(evidence, 'server.needs')).toMatchObject({
    verdict: 'note',
    message: expect.stringMatching(/extra specs of its flavor and the properties of its image/) as string,
  });
});

test('amounts of numbered groups are added up, and the flavor has the first word', () => {
  const needs = needsOf(
    asks(
      { 'resources1:VF': '1', 'resources2:VF': '2', 'hw:cpu_policy': 'shared' },
      {},
      { hw_cpu_policy: 'dedicated' },
    ),
  );
  expect(needs.classes).toEqual({ VF: 3 });
  expect(needs.of('hw:cpu_policy')).toBe('shared');
});

const changed = (of: MoveEvidence, updatedAt: string): MoveEvidence => ({
  ...of,
  server: { ...of.server, createdAt: '2026-03-01T10:00:00Z' },
  image: of.image === undefined ? undefined : { ...of.image, updatedAt },
});
const BEFORE = '2026-03-01T09:59:59Z';
const AFTER = '2026-03-01T10:00:01Z';
const byImage = asks({}, {}, { hw_numa_nodes: '9', os_secure_boot: 'required', hw_tpm_version: '2.0' });
const byFlavor = asks({ 'os:secure_boot': 'required' }, {}, { os_secure_boot: 'required' });

test.each<[string, MoveEvidence, Verdict]>([
  ['server.secure', changed(byImage, BEFORE), 'block'],
  ['server.secure', changed(byImage, AFTER), 'warn'],
  ['server.tpm', changed(byImage, AFTER), 'warn'],
  ['server.secure', changed(byFlavor, AFTER), 'block'],
  ['server.needs', changed(asks({}), BEFORE), 'pass'],
  ['server.needs', changed(asks({}), AFTER), 'note'],
])('%s: Nova goes by the image as it was', (id, evidence, verdict) => {
  const found = findingOf(evidence, id);
  expect(found.verdict).toBe(verdict);
  if (verdict === 'warn') expect(found.message).toContain(`changed at ${AFTER}`);
});
