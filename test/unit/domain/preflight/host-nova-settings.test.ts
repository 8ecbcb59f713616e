import { expect, test } from 'vitest';
import type { NovaTraits } from '../../../../main/domain/host-traits.ts';
import type { Side } from '../../../../main/domain/preflight/check.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { factsOf, said, traitsOf } from '../../../support/host-evidence.ts';
import { good } from '../../../support/plan-evidence.ts';
import { hostFacts, hostTraits } from '../../../support/samples.ts';

function withNova(side: Side, more: Partial<NovaTraits>, of?: MoveEvidence): MoveEvidence {
  return traitsOf(side, { nova: { ...hostTraits().nova, ...more } }, of);
}
const settings = hostFacts().nova;

test('no nova.conf, and so only defaults', () => {
  expect(said('source.nova-conf', good)[0]).toBe('pass');
  const evidence = factsOf('source', { nova: { ...settings, files: [], transport: 'ssh' } });
  expect(said('source.nova-conf', evidence)).toEqual([
    'warn',
    expect.stringMatching(/No nova\.conf was found on hostA: .* copies by scp/),
  ]);
});

const lvm = withNova('source', { imagesType: 'lvm' });

test.each<[string, MoveEvidence, string, RegExp]>([
  ['files on both', good, 'pass', /as files \(images_type default\)/],
  ['LVM at the source', lvm, 'block', /hostA keeps disks in lvm/],
  [
    'Ceph at the destination',
    withNova('destination', { imagesType: 'rbd' }),
    'block',
    /hostB keeps disks in rbd: .* a new one from the image/,
  ],
  [
    'a volume as root',
    { ...lvm, server: { ...lvm.server, imageId: undefined } },
    'pass',
    /boots from a volume/,
  ],
  [
    'raw and qcow2',
    withNova('destination', { imagesType: 'raw' }),
    'note',
    /default on hostA and raw on hostB/,
  ],
  ['a host that was not read', traitsOf('source', undefined), 'note', /was not read/],
])('backend of the disks: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.images-type', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

test.each<[string, MoveEvidence, string, RegExp]>([
  ['as Nova comes', good, 'pass', /after 24 h 00 min; Coldhaul keeps those/],
  ['sooner', withNova('source', { baseMinimumAgeSeconds: 3600 }), 'note', /after only 1 h 00 min/],
  [
    'sooner, but never looked through',
    withNova('source', { baseMinimumAgeSeconds: 1, imageCacheIntervalSeconds: -1 }),
    'pass',
    /removes no bases/,
  ],
  [
    'never',
    factsOf('source', { nova: { ...settings, removeUnusedBaseImages: false } }),
    'pass',
    /removes no bases/,
  ],
  ['a host that was not read', traitsOf('source', undefined), 'note', /was not read/],
])('bases are removed: %s', (_what, evidence, verdict, says) => {
  expect(said('source.image-cache', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

test('guests that start with their host', () => {
  expect(said('destination.resume-guests', good)[0]).toBe('pass');
  expect(said('destination.resume-guests', withNova('destination', { resumesGuestsOnBoot: true }))).toEqual([
    'note',
    expect.stringMatching(/Nova on hostB starts guests again/),
  ]);
});
