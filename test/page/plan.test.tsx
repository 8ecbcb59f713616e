import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Handlers } from '../../main/contract/ipc.ts';
import type { PlanView } from '../../main/contract/views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { forgetInventory } from '../../renderer/store/inventory.ts';
import { usePlans } from '../../renderer/store/plans.ts';
import { fakeBridge, later, type FakeBridge } from './support/fake-bridge.ts';
import { renderPage, send } from './support/render-page.tsx';
import { without } from './support/without.ts';
import {
  aHost,
  aMigration,
  anInstance,
  anInventory,
  aPlan,
  MIGRATION_ID,
  SERVER_ID,
} from './support/samples.ts';

const SECOND_ID = '11111111-6c1f-4a7b-9a53-2f5a4d1f0c11';
const SECOND_PLAN = '22222222-7b1e-4c2d-8f90-1a2b3c4d5e6f';
const fresh = (more: Partial<PlanView> = {}): PlanView => aPlan({ madeAtMs: Date.now(), ...more });
const warning = { id: 'image.gone', verdict: 'warn', message: 'The image was deleted.' } as const;
const button = (name: string | RegExp): HTMLButtonElement => screen.getByRole('button', { name });

beforeEach(() => {
  usePlans.setState(usePlans.getInitialState(), true);
  forgetInventory();
});

function show(handlers: Partial<Handlers>, servers: readonly string[] = [SERVER_ID]): FakeBridge {
  const bridge = fakeBridge({ 'inventory.read': () => Promise.resolve(anInventory()), ...handlers });
  renderPage({ page: 'plan', servers }, bridge);
  return bridge;
}

describe('plan', () => {
  test('recommends a destination, explains what is refused, and changes nothing by itself', async () => {
    const hosts = [aHost('compute-a'), aHost('compute-b'), aHost('compute-c', { state: 'down' })];
    const bridge = show({ 'inventory.read': () => Promise.resolve(anInventory({ hosts })) });
    const best = await screen.findByRole<HTMLInputElement>('radio', { name: 'compute-b' });
    expect(best.checked).toBe(true);
    expect(screen.getByText('Recommended')).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'compute-a' }).disabled).toBe(true);
    expect(screen.getByText('The source itself')).toBeTruthy();
    expect(screen.getByText('Its compute service is down')).toBeTruthy();
    expect(bridge.asked('plan.make')).toHaveLength(0);
  });

  test('is made with the options, tells what it does meanwhile, and starts by one button', async () => {
    const made = later<PlanView>();
    const bridge = show({
      'plan.make': () => made.promise,
      'migration.start': () => Promise.resolve(aMigration()),
    });
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(screen.getByRole('radio', { name: 'Seed' }));
    fireEvent.change(screen.getByLabelText('Bandwidth limit, MiB/s'), { target: { value: '80' } });
    fireEvent.change(screen.getByLabelText('Time to stop, seconds'), { target: { value: '300' } });
    fireEvent.change(screen.getByLabelText('Proof'), { target: { value: 'sha256sum' } });
    fireEvent.change(screen.getByLabelText('Compression'), { target: { value: 'lz4' } });
    fireEvent.change(screen.getByLabelText('Connections'), { target: { value: '2' } });
    fireEvent.click(button('Make the plan'));
    await screen.findByText('Asking the cloud…');
    const [asked] = bridge.asked('plan.make');
    expect(asked).toMatchObject({
      server: SERVER_ID,
      destination: 'compute-b',
      route: 'seed',
      limitMibPerSecond: 80,
      stopTimeoutSeconds: 300,
      digest: 'sha256sum',
      codec: 'lz4',
      streams: 2,
    });
    const ask = asked?.ask ?? '';
    send(bridge, { name: 'plan.progress', payload: { ask, message: 'Trying the way' } });
    expect(screen.getByText('Trying the way…')).toBeTruthy();
    made.resolve(fresh());
    expect(await screen.findByText('One check in order')).toBeTruthy();
    expect(screen.getByText('compute-b has the same base')).toBeTruthy();
    expect(screen.getByText('Compression: lz4')).toBeTruthy();
    expect(screen.getByText('Connections: 2 for each big file')).toBeTruthy();
    expect(screen.getByText('(with zstd a sample went over at 240 MiB/s, shrunk to 40 %)')).toBeTruthy();
    expect(screen.getByText('5 min 45 s shorter than Nova’s own way.')).toBeTruthy();
    fireEvent.click(button('Start: stop web-01 and move it to compute-b'));
    await waitFor(() => {
      expect(window.location.hash).toBe(`#/migrations/${MIGRATION_ID}`);
    });
    expect(bridge.asked('migration.start')).toEqual([{ planId: MIGRATION_ID, acknowledged: [] }]);
  });

  test('wants every warning acknowledged by its name', async () => {
    const bridge = show({
      'plan.make': () => Promise.resolve(fresh({ findings: [warning] })),
      'migration.start': () => Promise.reject(new Failure('plan.blocked', 'another one works on it')),
    });
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(button('Make the plan'));
    await screen.findByText('One warning is not acknowledged yet.');
    expect(button(/^Start/).disabled).toBe(true);
    fireEvent.click(screen.getByRole('checkbox', { name: 'I know this and go on: image.gone' }));
    expect(button(/^Start/).disabled).toBe(false);
    fireEvent.click(button(/^Start/));
    expect(await screen.findByText('Another one works on it')).toBeTruthy();
    expect(bridge.asked('migration.start')).toEqual([{ planId: MIGRATION_ID, acknowledged: ['image.gone'] }]);
  });

  test('cannot be started when something blocks it, and says what to do', async () => {
    const blocks = {
      id: 'source.owner',
      verdict: 'block',
      message: 'The directory belongs to uid 0.',
      fix: 'On compute-a: chown nova: /var/lib/nova/instances/x',
    } as const;
    show({ 'plan.make': () => Promise.resolve(fresh({ findings: [blocks] })) });
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(button('Make the plan'));
    expect(await screen.findByText('One finding blocks it.')).toBeTruthy();
    expect(screen.getByText('chown nova: /var/lib/nova/instances/x')).toBeTruthy();
    expect(button(/^Start/).disabled).toBe(true);
  });

  test('must be made anew after 30 minutes, and is', async () => {
    let madeAtMs = Date.now() - 31 * 60_000;
    show({ 'plan.make': () => Promise.resolve(fresh({ madeAtMs })) });
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(button('Make the plan'));
    expect(await screen.findByText('The plan is older than 30 minutes. Check it again.')).toBeTruthy();
    madeAtMs = Date.now();
    fireEvent.click(button('Check again'));
    await waitFor(() => {
      expect(button(/^Start/).disabled).toBe(false);
    });
  });

  test('says so when nothing could be measured', async () => {
    const unmeasured = without(fresh(), 'speed', 'downtime', 'downtimeByNova');
    show({ 'plan.make': () => Promise.resolve(unmeasured) });
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(button('Make the plan'));
    expect(await screen.findByText(/^It could not be measured/)).toBeTruthy();
  });

  test('says what a copy while it runs would save', async () => {
    const downtimeIfLive = { seconds: 31, parts: [{ name: 'copy', seconds: 1 }] };
    show({ 'plan.make': () => Promise.resolve(fresh({ downtimeIfLive })) });
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(button('Make the plan'));
    expect(await screen.findByText(/^Copying the disks while it runs would save 44 s/)).toBeTruthy();
    expect(screen.getByText('Copied while it runs')).toBeTruthy();
  });

  test('is given up by Stop, and what comes late is not shown', async () => {
    const made = later<PlanView>();
    const bridge = show({ 'plan.make': () => made.promise, 'plan.stop': () => Promise.resolve({}) });
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(button('Make the plan'));
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }));
    expect(screen.getByText('The plan was given up. Nothing was changed.')).toBeTruthy();
    const [asked] = bridge.asked('plan.make');
    expect(bridge.asked('plan.stop')).toEqual([{ ask: asked?.ask }]);
    made.resolve(fresh());
    await made.promise;
    expect(screen.getByText('The plan was given up. Nothing was changed.')).toBeTruthy();
  });

  test('that failed is said with its hint, and can be tried again', async () => {
    let fails = true;
    show({
      'plan.make': () =>
        fails
          ? Promise.reject(new Failure('host.unreachable', 'compute-b does not answer', { hint: 'Try ssh.' }))
          : Promise.resolve(fresh()),
    });
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(button('Make the plan'));
    expect(await screen.findByText('compute-b does not answer')).toBeTruthy();
    fails = false;
    fireEvent.click(button('Try again'));
    expect(await screen.findByText('One check in order')).toBeTruthy();
  });

  test('of several instances are made one after the other; those in order start together', async () => {
    const second = anInstance({ id: SECOND_ID, name: 'web-02' });
    const blocks = { id: 'server.lock', verdict: 'block', message: 'It is locked.' } as const;
    const bridge = show(
      {
        'inventory.read': () => Promise.resolve(anInventory({ instances: [anInstance(), second] })),
        'plan.make': ({ server }) => {
          const at = fresh();
          return Promise.resolve(
            server === SERVER_ID
              ? at
              : { ...at, id: SECOND_PLAN, server: { ...at.server, id: SECOND_ID }, findings: [blocks] },
          );
        },
        'migration.start': () => Promise.resolve(aMigration()),
      },
      [SERVER_ID, SECOND_ID],
    );
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(button('Make 2 plans'));
    expect(await screen.findByText('2 of 2 planned')).toBeTruthy();
    expect(bridge.asked('plan.make').map(({ server }) => server)).toEqual([SERVER_ID, SECOND_ID]);
    expect(screen.getByText('1 finding blocks')).toBeTruthy();
    fireEvent.click(button('web-02'));
    expect(within(screen.getByRole('region', { name: 'Findings' })).getByText('It is locked.')).toBeTruthy();
    fireEvent.click(button('Start: stop web-01 and move it to compute-b'));
    await waitFor(() => {
      expect(window.location.hash).toBe('#/migrations');
    });
    expect(bridge.asked('migration.start')).toHaveLength(1);
  });
});
