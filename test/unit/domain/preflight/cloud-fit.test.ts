import { expect, test } from 'vitest';
import type { Server } from '../../../../main/domain/cloud.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import { findingOf } from '../../../support/findings-of.ts';
import { flavor, good, home } from '../../../support/plan-evidence.ts';
import { directory, diskFile, IMAGE_BASE, INSTANCES, link, onHost } from '../../../support/samples.ts';

const GIB = 1024 ** 3;
const BASE = `${INSTANCES}/_base/${IMAGE_BASE}`;

function zones(server: Partial<Server>, destinationZone: string | undefined = 'nova'): MoveEvidence {
  return {
    ...good,
    server: { ...good.server, availabilityZone: 'nova', ...server },
    surroundings: { ...good.surroundings, destinationZone },
  };
}

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['the same, not told whether asked for', zones({}), 'pass', /Both hosts/],
  ['another, not told whether asked for', zones({}, 'az2'), 'note', /below compute API 2.96/],
  ['not told at all', zones({ availabilityZone: undefined }), 'note', /not told/],
  ['another, and none was asked for', zones({ zonePin: { zone: undefined } }, 'az2'), 'pass', /asked for no/],
  ['the one that was asked for', zones({ zonePin: { zone: 'az2' } }, 'az2'), 'pass', /is in az2/],
  ['another than was asked for', zones({ zonePin: { zone: 'az1' } }, 'az2'), 'block', /no valid host/],
  [
    'one that was asked for, destination unknown',
    {
      ...zones({ zonePin: { zone: 'az1' } }),
      surroundings: { ...good.surroundings, destinationZone: undefined },
    },
    'block',
    /none that is told/,
  ],
])('server.zone: %s', (_, evidence, verdict, message) => {
  expect(findingOf(evidence, 'server.zone')).toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
});

/** A root disk of one size on a base of another, with a flavor of 2 GiB. */
function disk(diskGib: number, baseGib: number, more: Partial<MoveEvidence> = {}): MoveEvidence {
  const chain = [
    link(`${home}/disk`, { virtualBytes: diskGib * GIB }),
    link(BASE, { virtualBytes: baseGib * GIB, format: 'raw' }),
  ];
  const disks = [diskFile('disk', { chain })];
  return {
    ...good,
    server: { ...good.server, flavor: { ...flavor, rootGib: 2 } },
    source: {
      ...good.source,
      instance: onHost('hostA', { directory: directory(home, { disks }), domain: 'running' }),
    },
    ...more,
  };
}

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['within it', disk(2, 1), 'pass', /within its flavor \(2 GiB\)/],
  ['grown beyond it', disk(4, 1), 'note', /as it is/],
  ['a base beyond it, to be fetched', disk(4, 4), 'block', /refuses it there/],
  ['a base beyond it, there already', disk(4, 4, { imageBaseAtDestination: true }), 'note', /as it is/],
  [
    'a flavor without a limit',
    { ...disk(4, 4), server: { ...good.server, flavor: { ...flavor, rootGib: 0 } } },
    'pass',
    /no limit/,
  ],
  [
    'a flavor that is gone',
    { ...disk(4, 4), server: { ...good.server, flavor: undefined } },
    'note',
    /not known/,
  ],
  [
    'a root disk that cannot be read',
    { ...good, source: { ...good.source, instance: onHost('hostA') } },
    'note',
    /not known/,
  ],
  ['a volume as its root', { ...good, server: { ...good.server, imageId: undefined } }, 'pass', /volume/],
])('server.flavor: %s', (_, evidence, verdict, message) => {
  expect(findingOf(evidence, 'server.flavor')).toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
});
