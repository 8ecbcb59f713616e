import { expect, test } from 'vitest';
import { judgeMove } from '../../../main/domain/preflight/judge.ts';
import type { BasePlan, DiskPlan } from '../../../main/domain/plan.ts';
import type { MoveEvidence } from '../../../main/domain/preflight/evidence.ts';
import {
  diskFile,
  directory,
  diskPlan,
  hostFacts,
  link,
  INSTANCES,
  onHost,
  server,
  IMAGE_BASE,
} from '../../support/samples.ts';
import { factsOfB, flavor, good, home, room, root, service } from '../../support/plan-evidence.ts';

function reaching(bootId: string | undefined): MoveEvidence {
  return { ...good, novaReaches: { ok: true, said: '', bootId, acceptsAnyKey: false } };
}

function base(name: string): BasePlan {
  const path = `${INSTANCES}/_base/${name}`;
  return { path, sizeBytes: 1, allocatedBytes: 1, format: 'raw', action: 'stage', reason: 'a test' };
}

function blocking(evidence: MoveEvidence): readonly string[] {
  return judgeMove(evidence)
    .filter((finding) => finding.verdict === 'block')
    .map((finding) => finding.id);
}

test('a healthy pair of hosts passes every check', () => {
  expect(judgeMove(good).filter((finding) => finding.verdict !== 'pass')).toEqual([]);
});

test('a host key that nobody has compared is a warning, so that somebody says yes to it', () => {
  const findings = judgeMove({ ...good, novaReaches: { ...good.novaReaches, acceptsAnyKey: true } });
  expect(findings.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
    {
      id: 'hosts.ssh',
      verdict: 'warn',
      message: expect.stringContaining('takes whatever host key is shown') as string,
      fix: expect.stringContaining('known_hosts') as string,
    },
  ]);
});

const full = { ...hostFacts().instancesFileSystem, freeBytes: 52_000_000 };
const imagePath = `${INSTANCES}/_base/${IMAGE_BASE}`;

test.each<[string, string, MoveEvidence]>([
  [
    'in VERIFY_RESIZE',
    'server.state',
    { ...good, server: server({ flavor, status: 'VERIFY_RESIZE', vmState: 'resized' }) },
  ],
  ['busy', 'server.task', { ...good, server: server({ flavor, taskState: 'powering-off' }) }],
  ['locked', 'server.lock', { ...good, server: server({ flavor, locked: true, lockedReason: 'audit' }) }],
  [
    'on an old cloud',
    'cloud.host-choice',
    { ...good, cloud: { ...good.cloud, identity: { ...good.cloud.identity, canChooseHost: false } } },
  ],
  [
    'sent to a disabled host',
    'destination.service',
    {
      ...good,
      destination: {
        ...good.destination,
        service: { ...service('hostB'), status: 'disabled', disabledReason: 'drain' },
      },
    },
  ],
  [
    'sent to a dead host',
    'destination.service',
    { ...good, destination: { ...good.destination, service: { ...service('hostB'), state: 'down' } } },
  ],
  [
    'on a host whose compute is forced down',
    'source.service',
    { ...good, source: { ...good.source, service: { ...service('hostA'), forcedDown: true } } },
  ],
  [
    'on a host without rsync',
    'source.tools',
    { ...good, source: { ...good.source, facts: hostFacts({ tools: { ssh: '9', 'qemu-img': '7' } }) } },
  ],
  [
    'seeded under scp',
    'source.transport',
    {
      ...good,
      source: { ...good.source, facts: hostFacts({ nova: { ...hostFacts().nova, transport: 'ssh' } }) },
    },
  ],
  [
    'out of nova’s reach',
    'hosts.ssh',
    {
      ...good,
      novaReaches: {
        ok: false,
        said: 'Host key verification failed.',
        bootId: undefined,
        acceptsAnyKey: false,
      },
    },
  ],
  [
    'without a directory',
    'source.disks',
    { ...good, source: { ...good.source, instance: onHost('hostA', { domain: 'running' }) } },
  ],
  [
    'unreadable',
    'source.disks',
    {
      ...good,
      source: {
        ...good.source,
        instance: onHost('hostA', {
          directory: directory(home, { disks: [diskFile('disk', { problem: 'torn' })] }),
          domain: 'running',
        }),
      },
    },
  ],
  [
    'without a recorded backing format',
    'disks.backing-format',
    {
      ...good,
      source: {
        ...good.source,
        instance: onHost('hostA', {
          directory: directory(home, {
            disks: [diskFile('disk', { chain: [link('x', { backingPath: imagePath }), link(imagePath)] })],
          }),
          domain: 'running',
        }),
      },
    },
  ],
  [
    'in a directory of root',
    'source.owner',
    {
      ...good,
      source: {
        ...good.source,
        instance: onHost('hostA', { directory: directory(home, { uid: 0 }), domain: 'running' }),
      },
    },
  ],
  [
    'with a _resize beside it',
    'source.leftovers',
    {
      ...good,
      source: {
        ...good.source,
        instance: onHost('hostA', {
          directory: directory(home),
          resizeDirectory: directory(`${home}_resize`),
          domain: 'running',
        }),
      },
    },
  ],
  [
    'already lying at the destination',
    'destination.leftovers',
    {
      ...good,
      destination: { ...good.destination, instance: onHost('hostB', { directory: directory(home) }) },
    },
  ],
  [
    'sent to a directory that QEMU cannot enter',
    'destination.instances-directory',
    { ...good, destination: { ...good.destination, root: { ...root, mode: 0o700 } } },
  ],
  [
    'already defined at the destination',
    'hosts.domains',
    { ...good, destination: { ...good.destination, instance: onHost('hostB', { domain: 'shut off' }) } },
  ],
  ['without image and base', 'image', { ...good, image: undefined }],
  [
    'whose image has only a resized base, or one of mkfs',
    'image',
    {
      ...good,
      image: undefined,
      bases: [base(`${IMAGE_BASE}_20`), base('ephemeral_5_40d1d2c')],
    },
  ],
  ['that Nova would copy to itself', 'hosts.ssh', reaching('b')],
  ['that Nova would copy to a third host', 'hosts.ssh', reaching('of-c')],
  ['that Nova would copy to who knows whom', 'hosts.ssh', reaching(undefined)],
  [
    'whose libvirt at the source does not answer',
    'hosts.domains',
    {
      ...good,
      source: {
        ...good.source,
        instance: onHost('hostA', { directory: directory(home), domain: 'unknown' }),
      },
    },
  ],
  [
    'whose libvirt at the destination does not answer',
    'hosts.domains',
    { ...good, destination: { ...good.destination, instance: onHost('hostB', { domain: 'unknown' }) } },
  ],
  [
    'that would lie elsewhere',
    'hosts.instances-path',
    {
      ...good,
      destination: {
        ...good.destination,
        facts: factsOfB({ nova: { ...hostFacts().nova, instancesPath: '/srv/nova' } }),
      },
    },
  ],
  [
    'of raw disks sent to where Nova converts them',
    'destination.cow',
    { ...good, disks: [diskPlan('disk', { format: 'raw', strategy: 'whole' })] },
  ],
  [
    'too large in one of three',
    'destination.capacity',
    { ...good, room: { ...room, ramMib: { capacity: 8192, used: 6145 } } },
  ],
  [
    'larger than the room',
    'destination.room',
    {
      ...good,
      reserveBytes: 1,
      destination: { ...good.destination, facts: factsOfB({ instancesFileSystem: full }) },
    },
  ],
  [
    'to be flattened without room',
    'source.room',
    {
      ...good,
      reserveBytes: 1,
      disks: [diskPlan('disk', { strategy: 'flatten' })],
      source: { ...good.source, facts: hostFacts({ instancesFileSystem: full }) },
    },
  ],
])('an instance %s is blocked by %s, and by nothing else', (_what, id, evidence) => {
  expect(blocking(evidence)).toEqual([id]);
});

test('too little room names the missing bytes', () => {
  const evidence = {
    ...good,
    reserveBytes: 1000,
    destination: { ...good.destination, facts: factsOfB({ instancesFileSystem: full }) },
  };
  expect(judgeMove(evidence)[0]?.message).toContain('(1000 bytes) too few');
});

test('a confirm window is a warning that must be read', () => {
  const facts = factsOfB({ nova: { ...hostFacts().nova, resizeConfirmWindowSeconds: 300 } });
  expect(judgeMove({ ...good, destination: { ...good.destination, facts } })[0]).toMatchObject({
    id: 'destination.confirm-window',
    verdict: 'warn',
  });
});

test.each<[string, MoveEvidence]>([
  ['staged', { ...good, image: undefined, bases: [base(IMAGE_BASE)] }],
  ['at the destination already', { ...good, image: undefined, imageBaseAtDestination: true }],
])('the exact base of a lost image holds it: %s', (_what, evidence) => {
  expect(judgeMove(evidence)[0]).toMatchObject({ id: 'image', verdict: 'note' });
});

test.each<[string, readonly DiskPlan[], boolean]>([
  ['the config drive', [diskPlan('disk.config', { format: 'raw', strategy: 'whole' })], true],
  ['one that is made new', [diskPlan('disk.swap', { format: 'raw', strategy: 'remake' })], true],
  ['one without use_cow_images', [diskPlan('disk', { format: 'raw', strategy: 'whole' })], false],
])('raw disks that Nova does not convert are no obstacle: %s', (_what, disks, useCowImages) => {
  const facts = factsOfB({ nova: { ...hostFacts().nova, useCowImages } });
  expect(blocking({ ...good, disks, destination: { ...good.destination, facts } })).toEqual([]);
});

test.each<[string, MoveEvidence]>([
  ['the flavor', { ...good, server: server() }],
  ['the host', { ...good, room: undefined }],
])('capacity is only noted if Placement does not know %s', (_what, evidence) => {
  expect(judgeMove(evidence)[0]).toMatchObject({ id: 'destination.capacity', verdict: 'note' });
});

test('too little capacity names what is needed and what is free', () => {
  const diskGib = { capacity: 100, used: 74 };
  expect(judgeMove({ ...good, room: { ...room, diskGib } })[0]?.message).toContain(
    '27 GiB of disk are needed, 26 of 100 are free',
  );
  // Where everything is reserved nothing is free; where disk comes from a shared pool it is not the host's to refuse.
  const reserved = { capacity: 0, used: 0 };
  expect(judgeMove({ ...good, room: { ...room, diskGib: reserved } })[0]?.message).toContain(
    '0 of 0 are free',
  );
  expect(blocking({ ...good, room: { ...room, diskGib: undefined } })).toEqual([]);
  // A root disk on a volume takes nothing of the host.
  const onVolume = server({ flavor, imageId: undefined });
  expect(blocking({ ...good, server: onVolume, room: { ...room, diskGib } })).toEqual([]);
});

test('what stays behind is told: UEFI variables, files that are not Nova’s', () => {
  const others = ['console.log', 'disk.info', 'kernel', 'notes.txt', 'disk\u001b[2J'].map((name) =>
    diskFile('', { path: `${home}/${name}` }),
  );
  const instance = {
    ...good.source.instance,
    directory: directory(home, { others }),
    hasNvram: true,
  };
  const [first, second] = judgeMove({ ...good, source: { ...good.source, instance } });
  expect(first).toMatchObject({ id: 'source.nvram', verdict: 'warn' });
  expect(second).toMatchObject({ id: 'source.other-files', verdict: 'note' });
  expect(second?.message).toContain('do not travel: notes.txt, disk\\u{1b}[2J. A confirm removes them');
});

test('every finding that blocks says what to do or cannot be helped', () => {
  const nothing = judgeMove({
    ...good,
    server: server({ flavor, status: 'ERROR', vmState: 'error', locked: true }),
  }).filter((finding) => finding.verdict === 'block');
  expect(nothing.every((finding) => finding.fix !== undefined)).toBe(true);
});

test('each finding tells what was read, and how to look oneself', () => {
  const findings = judgeMove(good);
  const evidence = (id: string): string =>
    findings.find((finding) => finding.id === id)?.evidence?.join('\n') ?? '';
  expect(evidence('server.state')).toMatch(/^Nova: ACTIVE, vm_state .*\n.*openstack server show /);
  expect(evidence('destination.room')).toMatch(/free on .*\n.*df -h /);
  expect(evidence('destination.capacity')).toMatch(/Placement, over-commit included: vCPU \d+ of \d+ used/);
  expect(evidence('hosts.ssh')).toContain(good.destination.facts.bootId);
  const silent = findings.filter((finding) => (finding.evidence ?? []).length === 0).map(({ id }) => id);
  expect(silent).toEqual([]);
});

test('a disk that is a layer on another one is a snapshot beside Nova', () => {
  const layer = diskFile('disk.snap1', { role: 'other', chain: [link('x'), ...diskFile('disk').chain] });
  const instance = {
    ...good.source.instance,
    directory: directory(home, { disks: [diskFile('disk'), layer] }),
  };
  const findings = judgeMove({ ...good, source: { ...good.source, instance } });
  expect(findings[0]).toMatchObject({ id: 'disks.layers', verdict: 'block' });
  expect(findings[0]?.fix).toMatch(/virsh blockcommit \S+ TARGET --shallow --active --pivot$/);
});
