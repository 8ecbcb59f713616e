/** What Coldhaul writes down of a recovery, and what another run of it makes of that. */
import { expect, test } from 'vitest';
import { guestContent } from '../support/instance-files.ts';
import { DESTINATION } from '../support/lab.ts';
import { openLabEngine } from '../support/lab-engine.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';

const bench = useRecoveryBench();

test('a comparison of an earlier run stands, and all that was done and seen is a file', async () => {
  const { lab, instance, migrate, step, look, source, destination } = bench();
  const server = await instance('compared-before');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  await step(server, 'compare');
  const later = await openLabEngine(lab);
  try {
    const view = await later.call('recovery.diagnose', { server: server.id });
    expect(offered(first(view, 'verify-waits'))).toEqual(['confirm', 'revert']);
    expect(view.past).toMatchObject([{ key: 'compare', end: 'done' }]);
    await later.call('recovery.step', { server: server.id, key: 'confirm' });
    await lab.cloud.idle();
    const { fileName, text } = await later.call('recovery.record-file', { server: server.id });
    expect(fileName).toMatch(/^coldhaul-recovery-[0-9a-f]{8}\.json$/);
    const facts = JSON.parse(text) as readonly { readonly type: string }[];
    const types = ['step-began', 'step-ended', 'looked-again'];
    expect(facts.map(({ type }) => type)).toEqual([...types, ...types]);
  } finally {
    await later.close();
  }
  await isHome(server, destination, source, content);
  expect((await look(server)).past.map(({ key, end }) => `${key} ${end}`)).toEqual([
    'confirm done',
    'compare done',
  ]);
});

test('a step that Nova refuses is written down, and may be done again', async () => {
  const { lab, instance, migrate, look, engine, source, destination } = bench();
  const server = await instance('refused-step');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  const { control } = lab.cloud;
  control.apiFault({ method: 'POST', path: `/servers/${server.id}/action`, kind: 409, times: 1 });
  const refused = engine.call('recovery.step', { server: server.id, key: 'revert' });
  await expect(refused).rejects.toMatchObject({ code: 'cloud.conflict' });
  const { past } = await look(server);
  expect(past).toMatchObject([{ key: 'revert', end: 'failed' }]);
  await engine.call('recovery.step', { server: server.id, key: 'revert' });
  await isHome(server, source, destination, content);
});

test('an own migration that never ended is found, though Nova is content', async () => {
  const { lab, instance, engine, source } = bench();
  const server = await instance('own-left');
  const moved = await engine.migrate('own-left', DESTINATION);
  expect(moved.phase).toBe('awaiting-verdict');
  await bench().ask(server, { revertResize: null });
  const { cases } = await engine.call('recovery.stuck', {});
  expect(cases.find(({ id }) => id === server.id)).toMatchObject({ rule: 'half-finished' });
  await engine.call('migration.revert', { id: moved.id });
  await engine.settled(moved.id);
  expect(lab.cloud.state.servers.get(server.id)?.host).toBe(source.name);
  const after = await engine.call('recovery.stuck', {});
  expect(after.cases.find(({ id }) => id === server.id)?.rule).not.toBe('half-finished');
});
