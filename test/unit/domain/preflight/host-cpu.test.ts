import { expect, test } from 'vitest';
import type { HostTraits } from '../../../../main/domain/host-traits.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { findingOf, said, traitsOf } from '../../../support/host-evidence.ts';
import { hostTraits } from '../../../support/samples.ts';

const { cpu, nova } = hostTraits();

function withCpu(more: Partial<HostTraits['cpu']>): MoveEvidence {
  return traitsOf('destination', { cpu: { ...cpu, ...more } });
}

function withNova(more: Partial<HostTraits['nova']>, other: Partial<HostTraits> = {}): MoveEvidence {
  return traitsOf('destination', { ...other, nova: { ...nova, ...more } });
}

test.each<[string, MoveEvidence, string, RegExp]>([
  [
    'another',
    traitsOf('destination', { architecture: 'aarch64' }),
    'block',
    /hostA is x86_64, hostB is aarch64/,
  ],
  [
    'one that was not told',
    traitsOf('source', { architecture: '' }),
    'warn',
    /did not tell its architecture/,
  ],
  ['the same', traitsOf('source', {}), 'pass', /Both hosts are x86_64/],
  ['hosts that were not read', traitsOf('source', undefined), 'note', /What hostA is made of was not read/],
])('architecture: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.architecture', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

test.each<[string, MoveEvidence, string, RegExp]>([
  ['the same', traitsOf('source', {}), 'pass', /lacks no instructions/],
  [
    'fewer instructions',
    withCpu({ flags: ['fpu', 'sse4_2'] }),
    'warn',
    /without aes, avx, avx2, vmx\. Programs/,
  ],
  [
    'another vendor',
    withCpu({ vendor: 'AuthenticAMD', model: 'EPYC' }),
    'warn',
    /AuthenticAMD EPYC on hostB/,
  ],
  ['another model', withCpu({ model: 'Gold 6230' }), 'note', /will see GenuineIntel Gold 6230 in place of/],
  ['other flags of the kernel alone', withCpu({ flags: cpu.flags.slice(1) }), 'pass', /lacks no/],
  ['flags that were not told', withCpu({ flags: [] }), 'note', /does not tell the features/],
  ['an emulated one', withNova({ virtType: 'qemu' }), 'pass', /emulates the processor/],
  ['QEMU’s own', withNova({ cpuMode: 'none' }), 'pass', /QEMU’s own basic processor/],
  [
    'a model that the host can run',
    withNova({ cpuMode: 'custom', cpuModels: ['Icelake-Server', 'Skylake-Server'] }),
    'note',
    /will see Icelake-Server, Skylake-Server on hostB, .* \(cpu_mode host-model\)/,
  ],
  [
    'a model that it cannot run',
    withNova({ cpuMode: 'custom', cpuModels: ['Icelake-Server'] }),
    'warn',
    /can run none of its cpu_models \(Icelake-Server\)/,
  ],
  [
    'a model of which libvirt says nothing',
    withNova({ cpuMode: 'custom', cpuModels: ['Icelake-Server'] }, { libvirt: undefined }),
    'note',
    /does not tell whether it can run Icelake-Server/,
  ],
])('processor: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.cpu', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

test('the same custom model on both hosts is no change', () => {
  const custom = { nova: { ...nova, cpuMode: 'custom', cpuModels: ['Skylake-Server'] } };
  const evidence = traitsOf('source', custom, traitsOf('destination', custom));
  expect(said('hosts.cpu', evidence)).toEqual(['pass', 'Both hosts give their guests Skylake-Server.']);
});

test('a long list of what is missing is cut', () => {
  const many = Array.from({ length: 12 }, (_, index) => `avx${String(index)}`);
  const evidence = traitsOf('source', { cpu: { ...cpu, flags: [...cpu.flags, ...many] } });
  expect(findingOf('hosts.cpu', evidence).message).toMatch(/avx8 and 3 more\. Programs/);
});

test('where nova.conf is silent, an ARM has its processor passed through', () => {
  const arm = { architecture: 'aarch64', cpu: { vendor: '0x41', model: '', flags: ['asimd', 'atomics'] } };
  const fewer = { ...arm, cpu: { ...arm.cpu, flags: ['asimd'] } };
  const evidence = traitsOf('source', arm, traitsOf('destination', fewer));
  expect(said('hosts.cpu', evidence)).toEqual([
    'warn',
    expect.stringMatching(/\(cpu_mode host-passthrough\): .* without atomics/),
  ]);
});
