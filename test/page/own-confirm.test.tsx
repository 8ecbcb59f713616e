import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { MigrationView } from '../../main/contract/views.ts';
import { ownConfirmText } from '../../renderer/features/migration/next.ts';
import { fakeBridge } from './support/fake-bridge.ts';
import { renderPage } from './support/render-page.tsx';
import { aDesk, aMigration, NOW_MS } from './support/samples.ts';

const due = (more: Partial<MigrationView> = {}): MigrationView =>
  aMigration({ phase: 'awaiting-verdict', active: false, proven: true, ...more });

test('where Nova confirms by itself, the time left is counted down with what it means', () => {
  const view = due({ confirmsItselfAtMs: NOW_MS + 761_000 });
  expect(ownConfirmText(view, NOW_MS)).toBe(
    'Nova on compute-b confirms by itself in 12:41. The copy on compute-a is gone then. Decide before.',
  );
  expect(ownConfirmText(view, NOW_MS + 1000)).toContain('in 12:40.');
  expect(ownConfirmText(view, NOW_MS + 761_000)).toContain('by itself at any moment now.');
});

test('what is not proven is to be reverted before', () => {
  const view = due({ confirmsItselfAtMs: NOW_MS + 60_000, proven: false });
  expect(ownConfirmText(view, NOW_MS)).toContain(
    'Revert before: after that only the copy that is not proven',
  );
  expect(ownConfirmText({ ...view, phase: 'verifying' }, NOW_MS)).toContain('It is being proven now.');
});

test('the banner counts, and says nothing of it where Nova waits for the admin', async () => {
  const show = async (view: MigrationView) => {
    const desk = aDesk({ migrations: [view] });
    renderPage({ page: 'migration', id: view.id }, fakeBridge({ 'desk.read': () => Promise.resolve(desk) }));
    return within(await screen.findByRole('region', { name: 'What to do next' }));
  };
  const banner = await show(due({ confirmsItselfAtMs: Date.now() + 3_700_000 }));
  expect(banner.getByText(/^Nova on compute-b confirms by itself in 1:01:\d\d\. /)).toBeTruthy();
  expect(ownConfirmText(due(), NOW_MS)).toBeUndefined();
});
