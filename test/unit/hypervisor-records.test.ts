import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonChain, readTextChain } from '../../main/services/hypervisor/chain.ts';
import { isDiskName, roleOf } from '../../main/services/hypervisor/files.ts';
import { readRecords } from '../../main/services/hypervisor/records.ts';

test.each([
  ['disk', 'root'],
  ['disk.local', 'ephemeral'],
  ['disk.eph0', 'ephemeral'],
  ['disk.eph12', 'ephemeral'],
  ['disk.swap', 'swap'],
  ['disk.config', 'config'],
  ['disk.rescue', 'other'],
  ['disk.ephemeral', 'other'],
] as const)('%s is a disk: %s', (name, role) => {
  expect([isDiskName(name), roleOf(name)]).toEqual([true, role]);
});

test.each(['disk.info', 'console.log', 'diskette', '.disk.x8Kd2A', 'base.4f1b'])('%s is no disk', (name) => {
  expect(isDiskName(name)).toBe(false);
});

test('a relative backing file lies beside its image', () => {
  const json = JSON.stringify([
    {
      filename: '/i/a/disk',
      format: 'qcow2',
      'virtual-size': 5,
      'actual-size': 2,
      'backing-filename': '../b',
    },
  ]);
  expect(readJsonChain(json, 0, '')).toEqual({
    chain: [
      {
        path: '/i/a/disk',
        format: 'qcow2',
        virtualBytes: 5,
        allocatedBytes: 2,
        backingPath: '/i/a/../b',
        backingFormat: undefined,
      },
    ],
    problem: undefined,
  });
});

test('an image that cannot be read has a problem, never a chain', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 255 }), fc.string(), (json, code, said) => {
      fc.pre(json.trim() !== '[]');
      const { chain, problem } = readJsonChain(json, code, said);
      expect(chain).toEqual([]);
      expect(problem).toMatch(/./);
    }),
  );
});

test('qemu-img before 1.3 is read as text', () => {
  const text = (format: string): string =>
    `image: x\nfile format: ${format}\nvirtual size: 10G (10737418240 bytes)\ndisk size: 1.0M\n`;
  expect(
    readTextChain([
      { path: '/i/disk', code: 0, text: text('qcow2'), blocks: '8' },
      { path: '/b/base', code: 0, text: text('raw'), blocks: '16' },
    ]).chain,
  ).toEqual([
    {
      path: '/i/disk',
      format: 'qcow2',
      virtualBytes: 10_737_418_240,
      allocatedBytes: 4096,
      backingPath: '/b/base',
      backingFormat: undefined,
    },
    {
      path: '/b/base',
      format: 'raw',
      virtualBytes: 10_737_418_240,
      allocatedBytes: 8192,
      backingPath: undefined,
      backingFormat: undefined,
    },
  ]);
});

test('what was cut anywhere is refused, never half believed', () => {
  const file = `f\0/i/a\0${'7\0'.repeat(8)}`;
  const whole = `F\0${file}N\0name\0O\0/proc/12/fd/3\0/i/a\0P\x0012\0qemu\u001f-x\0E\0`;
  expect(readRecords('a', whole).openers).toEqual([{ pid: '12', words: ['qemu', '-x'] }]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (cut) => {
      expect(() => readRecords('a', whole.slice(0, cut))).toThrow(/cut short/);
    }),
  );
});
