import { expect, test } from 'vitest';
import type { LibvirtTraits } from '../../../../main/domain/host-traits.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { judged, sourceWith, unread } from '../../../support/judged.ts';
import { good, home } from '../../../support/plan-evidence.ts';
import { directory, diskFile, server } from '../../../support/samples.ts';

/** The destination's QEMU knows these machine types; what else it is does not matter here. */
function knowing(machineType: string | undefined, machineTypes: readonly string[]): MoveEvidence {
  const { traits } = good.destination.facts;
  if (traits === undefined) throw new Error('the sample host has no traits');
  const libvirt = { ...traits.libvirt, machineTypes } as LibvirtTraits;
  const facts = { ...good.destination.facts, traits: { ...traits, libvirt } };
  const evidence = sourceWith({}, { machineType });
  return { ...evidence, destination: { ...evidence.destination, facts } };
}

test.each([
  ['pc-i440fx-7.2', ['pc', 'pc-i440fx-7.2'], 'pass', /knows its machine type/],
  ['pc-i440fx-9.0', ['pc', 'pc-i440fx-7.2'], 'note', /but its family, pc:/],
  ['pc-q35-rhel9.2.0', ['q35', 'pc'], 'note', /but its family, q35:/],
  ['pc-q35-9.0', ['pc'], 'warn', /nor another of its family/],
  ['pc-i440fx-7.2', [], 'note', /did not say whether it knows/],
  [undefined, ['pc'], 'note', /did not say which machine type/],
] as const)('machine type %s where there are %j: %s', (machineType, known, verdict, says) => {
  expect(judged('hosts.machine-type', knowing(machineType, known))).toMatchObject({
    verdict,
    message: expect.stringMatching(says) as string,
  });
});

test('a TPM is told with the place of its state', () => {
  expect(judged('source.tpm', good).verdict).toBe('pass');
  const tpmPath = '/var/lib/libvirt/swtpm/u';
  expect(judged('source.tpm', sourceWith({}, { hasTpm: true, tpmPath }))).toMatchObject({
    verdict: 'warn',
    message: expect.stringContaining(`lies in ${tpmPath}`) as string,
  });
  expect(judged('source.tpm', sourceWith({}, { hasTpm: true })).message).toContain('was not found');
});

test('a config drive of either kind travels; one that is missing or unknown is told', () => {
  expect(judged('source.config-drive', good).verdict).toBe('pass');
  const at = { directory: directory(home, { disks: [diskFile('disk.config', { sizeBytes: 491_520 })] }) };
  for (const kind of ['iso9660', 'vfat'] as const) {
    const found = judged('source.config-drive', sourceWith(at, { configDrive: kind }));
    expect(found).toMatchObject({ verdict: 'pass', message: expect.stringContaining(kind) as string });
  }
  expect(judged('source.config-drive', sourceWith(at, { configDrive: 'unknown' })).verdict).toBe('note');
  const promised = { server: server({ configDrive: true }) };
  expect(judged('source.config-drive', sourceWith({}, {}, promised)).verdict).toBe('warn');
});

test('what was not read is no pass', () => {
  for (const id of ['hosts.machine-type', 'source.tpm', 'source.config-drive'])
    expect(judged(id, unread(good)).verdict).toBe('note');
});
