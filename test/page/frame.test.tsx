import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import { fakeBridge } from './support/fake-bridge.ts';
import { renderPage, send } from './support/render-page.tsx';
import { aDesk, aMigration, anInventory, openCloud } from './support/samples.ts';

describe('frame', () => {
  test('names the cloud and its user once the desk has been read', async () => {
    renderPage({ page: 'settings' }, fakeBridge());
    expect(await screen.findByText('cloud-east')).toBeTruthy();
    expect(screen.getByText('ops in admin')).toBeTruthy();
  });

  test('says what happens to the cloud as messages come', async () => {
    const bridge = fakeBridge({ 'desk.read': () => Promise.resolve(aDesk({ cloud: { state: 'none' } })) });
    renderPage({ page: 'settings' }, bridge);
    await screen.findByText('No cloud chosen');
    await waitFor(() => {
      expect(bridge.asked('desk.read')).toHaveLength(1);
    });
    send(bridge, { name: 'cloud.changed', payload: { state: 'opening', name: 'cloud-east' } });
    expect(await screen.findByText('Opening cloud-east')).toBeTruthy();
    const failure = { code: 'cloud.unreachable', message: 'no answer' };
    send(bridge, { name: 'cloud.changed', payload: { state: 'failed', name: 'cloud-east', failure } });
    expect(screen.getByText('cloud-east: cannot be opened')).toBeTruthy();
    send(bridge, { name: 'cloud.changed', payload: openCloud });
    expect(screen.getByText('cloud-east')).toBeTruthy();
  });

  test('leads to every screen, and marks the one that is shown', async () => {
    renderPage({ page: 'clouds' }, fakeBridge());
    await screen.findByText('cloud-east');
    const words = ['Instances', 'Migrations', 'Recovery', 'Clouds and hosts', 'Settings'];
    const links = words.map((name) => screen.getByRole('link', { name }));
    expect(links.map((link) => link.getAttribute('aria-current'))).toEqual([null, null, null, 'page', null]);
  });

  test('counts the migrations that wait for a verdict', async () => {
    const bridge = fakeBridge({
      'desk.read': () => Promise.resolve(aDesk({ migrations: [aMigration({ phase: 'copying' })] })),
    });
    renderPage({ page: 'settings' }, bridge);
    await screen.findByText('cloud-east');
    expect(screen.queryByLabelText(/waiting for a verdict/)).toBeNull();
    send(bridge, { name: 'migration.changed', payload: aMigration({ phase: 'awaiting-verdict' }) });
    expect(screen.getByLabelText('1 waiting for a verdict')).toBeTruthy();
  });

  test('an engine that refuses is a message with what to do, and one button tries again', async () => {
    let refuse = true;
    const bridge = fakeBridge({
      'desk.read': () =>
        refuse
          ? Promise.reject(new Failure('journal.damaged', 'a journal is damaged', { hint: 'Look at it.' }))
          : Promise.resolve(aDesk()),
    });
    renderPage({ page: 'migrations' }, bridge);
    expect(await screen.findByText('A journal is damaged')).toBeTruthy();
    expect(screen.getByText('Look at it.')).toBeTruthy();
    refuse = false;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('cloud-east')).toBeTruthy();
    expect(screen.queryByText('A journal is damaged')).toBeNull();
  });

  test('says that the engine is out of reach, and reads everything anew when it is back', async () => {
    const told: ((online: boolean) => void)[] = [];
    const inner = fakeBridge({ 'inventory.read': () => Promise.resolve(anInventory()) });
    const bridge = Object.assign(inner, {
      onConnection: (listener: (online: boolean) => void) => {
        told.push(listener);
        return () => undefined;
      },
    });
    const connection = (online: boolean): void => {
      act(() => {
        for (const listener of told) listener(online);
      });
    };
    const refresh = (): HTMLButtonElement => screen.getByRole('button', { name: 'Refresh' });
    renderPage({ page: 'instances' }, bridge);
    await screen.findByText(/^Read just now|^Read \d/);
    expect(refresh().disabled).toBe(false);
    expect(screen.queryByText(/^Engine not reachable/)).toBeNull();
    connection(false);
    expect(screen.getByText('Engine not reachable; connecting again').closest('[role=status]')).toBeTruthy();
    expect(refresh().disabled).toBe(true);
    expect(screen.getByRole('row', { name: /web-01/ })).toBeTruthy();
    const before = bridge.asked('desk.read').length;
    connection(true);
    expect(screen.queryByText(/^Engine not reachable/)).toBeNull();
    expect(refresh().disabled).toBe(false);
    await waitFor(() => {
      expect(bridge.asked('desk.read')).toHaveLength(before + 1);
    });
  });
});
