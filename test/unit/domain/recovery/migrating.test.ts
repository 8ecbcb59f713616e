import { expect, test } from 'vitest';
import { closeLook } from '../../../support/close-look.ts';
import {
  copyOf,
  disks,
  HOME,
  ids,
  minutesAgo,
  record,
  said,
  spoken,
} from '../../../support/recovery-evidence.ts';
import { atRest, migrating, type Change } from '../../../support/recovery-scenes.ts';

const job = closeLook({ jobs: [{ target: undefined, kind: 'Unbounded' }] });
const arrived = (more: Change = {}) =>
  migrating({
    ...more,
    hostA: { directory: disks(HOME), domain: 'absent', ...more.hostA },
    hostB: { directory: copyOf(), domain: 'running', ...more.hostB },
  });
const young = { server: { updatedAt: minutesAgo(1) } };

test('migrating-not-started: the guest runs where it was', () => {
  const [confidence, verdict, first] = said(migrating(), 'migrating-not-started');
  expect([confidence, first]).toEqual(['certain', 'by-hand Abort the live migration']);
  expect(verdict).toBe('The guest runs on hostA as before; nothing has moved.');
  const { offers } = spoken(migrating(), 'migrating-not-started');
  expect(offers.find(({ action }) => action.kind === 'reset-state')?.refusals).toEqual([]);
});

test('migrating-not-started: without a word about jobs it stays open, and nothing is reset', () => {
  const unsure = migrating({ hostA: { close: closeLook({ jobsKnown: false }) } });
  expect(said(unsure, 'migrating-not-started')[0]).toBe('open');
  const { offers } = spoken(unsure, 'migrating-not-started');
  expect(offers.find(({ action }) => action.kind === 'reset-state')?.refusals).not.toEqual([]);
});

test('migrating-not-started: an old domain that is off at the destination is in nobody’s way', () => {
  expect(ids(migrating({ hostB: { domain: 'shut off' } }))).toContain('migrating-not-started');
});

test.each([
  ['it is young', migrating(young)],
  ['libvirt has a job', migrating({ hostA: { close: job } })],
  ['the destination holds it', migrating({ hostB: { domain: 'paused' } })],
  ['it has arrived', arrived()],
  ['it is ACTIVE', atRest()],
])('migrating-not-started is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('migrating-not-started');
});

test.each([
  ['libvirt has a job', migrating({ hostA: { close: job } })],
  ['the destination holds it paused', migrating({ hostB: { domain: 'paused' } })],
  ['the source holds it paused', arrived({ hostA: { domain: 'paused' } })],
  ['it arrived just now', arrived({ records: [record({ status: 'running', updatedAt: minutesAgo(1) })] })],
])('migrating-moving: %s, and nothing is done', (_what, of) => {
  expect(ids(of)).toEqual(['migrating-moving']);
  expect(said(of, 'migrating-moving').slice(0, 1)).toEqual(['certain']);
  expect(said(of, 'migrating-moving')[2]).toBe('nothing');
});

test('migrating-moving: both hold it paused, which is for seconds only', () => {
  const held = arrived({ hostA: { domain: 'paused' }, hostB: { domain: 'paused' } });
  expect(ids(held)).toEqual(['migrating-moving']);
  expect(said(held, 'migrating-moving')[0]).toBe('open');
});

test.each([
  ['nothing moves', migrating()],
  ['it arrived long ago', arrived()],
  ['it runs on both', arrived({ hostA: { domain: 'running' } })],
  ['it is ACTIVE', atRest()],
])('migrating-moving is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('migrating-moving');
});

test('migrating-finished: Nova is told by hand, and nothing else is done', () => {
  const [confidence, verdict, first] = said(arrived(), 'migrating-finished');
  expect([confidence, first]).toEqual(['certain', 'by-hand Tell Nova that it is on hostB']);
  expect(verdict).toContain('The guest runs on hostB; Nova believes it to be on hostA');
  expect(said(arrived({ hostA: { silent: 'off' } }), 'migrating-finished')[0]).toBe('likely');
});

test.each([
  ['it arrived just now', arrived({ records: [record({ updatedAt: minutesAgo(1) })] })],
  ['it runs on the source', migrating()],
  ['Nova knows that it is there', arrived({ server: { host: 'hostB' } })],
])('migrating-finished is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('migrating-finished');
});

test('migrating-unclear: no host says that it runs it', () => {
  const nowhere = migrating({ hostA: { domain: 'shut off' } });
  const [confidence, verdict, first] = said(nowhere, 'migrating-unclear');
  expect([confidence, first]).toEqual(['open', 'nothing']);
  expect(verdict).toContain('It runs on neither host');
  const silent = migrating({ hostA: { silent: 'off' } });
  expect(said(silent, 'migrating-unclear')[1]).toBe('Which host has the guest is not known.');
});

test.each([
  ['it runs somewhere', migrating()],
  ['it is young', migrating({ ...young, hostA: { domain: 'shut off' } })],
])('migrating-unclear is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('migrating-unclear');
});
