import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { readKey } from '../../renderer/features/help/keys.ts';
import { fakeBridge } from './support/fake-bridge.ts';
import { renderPage } from './support/render-page.tsx';
import { aDesk, aMigration } from './support/samples.ts';

const press = (key: string): void => {
  fireEvent.keyDown(document.body, { key });
};

describe('keys', () => {
  it('goes to a screen by g and its letter, and forgets the g after a while', () => {
    const { pending } = readKey(undefined, 'g', 1_000);
    expect(readKey(pending, 'm', 2_000).action).toEqual({ kind: 'go', route: { page: 'migrations' } });
    expect(readKey(pending, 'm', 9_000).action).toBeUndefined();
    expect(readKey(readKey(pending, 'x', 1_100).pending, 'm', 1_200).action).toBeUndefined();
  });

  it('shows the list under ?, and rests while it is open', async () => {
    renderPage({ page: 'settings' }, fakeBridge());
    press('?');
    const dialog = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(within(dialog).getByText('Clouds and hosts')).toBeDefined();
    press('g');
    press('m');
    expect(window.location.hash).toBe('#/settings');
  });

  it('goes to another screen and to its search, but not while one types', async () => {
    renderPage(
      { page: 'settings' },
      fakeBridge({ 'desk.read': () => Promise.resolve(aDesk({ migrations: [aMigration()] })) }),
    );
    press('g');
    press('m');
    const search = await screen.findByRole('searchbox', { name: 'Search migrations' });
    press('/');
    expect(document.activeElement).toBe(search);
    fireEvent.keyDown(search, { key: '?' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
