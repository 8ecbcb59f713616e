import { expect, test } from 'vitest';
import { good, home } from '../../../support/plan-evidence.ts';
import { judged, sourceWith } from '../../../support/judged.ts';
import {
  directory,
  diskFile,
  diskPlan,
  IMAGE_BASE,
  INSTANCES,
  link,
  server,
} from '../../../support/samples.ts';

const OTHER_BASE = `${INSTANCES}/_base/${'9'.repeat(40)}`;
const onOther = diskFile('disk', {
  chain: [link(`${home}/disk`, { backingPath: OTHER_BASE, backingFormat: 'raw' }), link(OTHER_BASE)],
});

test('a usual instance passes each of them', () => {
  for (const id of ['disks.layers', 'disks.elsewhere', 'disks.backing-format', 'disks.chain', 'disks.root'])
    expect(judged(id, good)).toMatchObject({ id, verdict: 'pass' });
});

test('a layer on another disk of the instance', () => {
  const layer = diskFile('disk.snap1', { role: 'other', chain: [link('x'), ...diskFile('disk').chain] });
  const evidence = sourceWith({ directory: directory(home, { disks: [diskFile('disk'), layer] }) });
  expect(judged('disks.layers', evidence)).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('disk.snap1 is a layer') as string,
    fix: expect.stringMatching(/virsh blockcommit \S+ TARGET --shallow --active --pivot$/) as string,
  });
});

test('files elsewhere: of the domain, and of a qcow2 that keeps its data in another file', () => {
  expect(judged('disks.elsewhere', sourceWith({ domainFiles: ['/srv/extra.qcow2'] }))).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('/srv/extra.qcow2') as string,
  });
  const split = diskFile('disk', { chain: [link(`${home}/disk`, { dataFile: '/srv/data' })] });
  const evidence = sourceWith({ directory: directory(home, { disks: [split] }) });
  expect(judged('disks.elsewhere', evidence).message).toContain('/srv/data (data of disk)');
});

test('a domain that libvirt did not show is no pass, and none at all is', () => {
  expect(judged('disks.elsewhere', sourceWith({ domain: 'unknown' })).verdict).toBe('warn');
  expect(judged('disks.elsewhere', sourceWith({ domain: 'absent', domainFiles: [] })).verdict).toBe('pass');
});

test('a base whose format nobody wrote down', () => {
  const silent = diskFile('disk', { chain: [link(`${home}/disk`, { backingPath: OTHER_BASE }), link('b')] });
  const evidence = sourceWith({ directory: directory(home, { disks: [silent] }) });
  expect(judged('disks.backing-format', evidence)).toMatchObject({ verdict: 'block' });
});

test('a disk on another image’s base is told when it is flattened, and stops the move otherwise', () => {
  const at = directory(home, { disks: [onOther] });
  for (const strategy of ['flatten', 'stream'] as const) {
    const flat = sourceWith({ directory: at }, {}, { disks: [diskPlan('disk', { strategy })] });
    expect(judged('disks.chain', flat)).toMatchObject({
      verdict: 'note',
      message: expect.stringContaining(`not the base of its image (${IMAGE_BASE})`) as string,
    });
  }
  expect(judged('disks.chain', sourceWith({ directory: at }))).toMatchObject({ verdict: 'block' });
});

test('a resized base of an old release is the image’s own', () => {
  const path = `${INSTANCES}/_base/${IMAGE_BASE}_20`;
  const old = diskFile('disk', { chain: [link(`${home}/disk`, { backingPath: path }), link(path)] });
  const evidence = sourceWith({ directory: directory(home, { disks: [old] }) });
  expect(judged('disks.chain', evidence).verdict).toBe('pass');
});

test('a root disk that is not there is none on a volume, and stops the move otherwise', () => {
  const at = { directory: directory(home, { disks: [] }) };
  expect(judged('disks.root', sourceWith(at)).verdict).toBe('block');
  expect(judged('disks.root', sourceWith({ directory: undefined })).verdict).toBe('note');
  const onVolume = { server: server({ imageId: undefined }) };
  expect(judged('disks.root', sourceWith(at, {}, onVolume)).verdict).toBe('pass');
});
