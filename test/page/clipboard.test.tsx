import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { fakeBridge } from './support/fake-bridge.ts';
import { catchClipboard } from './support/files.ts';
import { renderPage } from './support/render-page.tsx';
import {
  aDesk,
  aMigration,
  anInstance,
  anInventory,
  aPlan,
  MIGRATION_ID,
  SERVER_ID,
} from './support/samples.ts';

const inventory = { 'inventory.read': () => Promise.resolve(anInventory()) } as const;

describe('what is copied', () => {
  test('is the whole id of an instance and of its project, and the button says so', async () => {
    const copied = catchClipboard();
    renderPage({ page: 'instances' }, fakeBridge(inventory));
    fireEvent.click(await screen.findByRole('row', { name: /web-01/ }));
    const details = within(screen.getByRole('region', { name: 'Details of web-01' }));
    const copyId = details.getByRole('button', { name: 'Copy the id' });
    fireEvent.click(copyId);
    fireEvent.click(details.getByRole('button', { name: 'Copy the project id' }));
    expect(copied).toEqual([SERVER_ID, anInstance().projectId]);
    fireEvent.mouseEnter(copyId);
    expect(await screen.findByText('Copied')).toBeTruthy();
  });

  test('is the whole id of a migration, although it is shown cut', async () => {
    const copied = catchClipboard();
    const desk = aDesk({ migrations: [aMigration()] });
    renderPage(
      { page: 'migration', id: MIGRATION_ID },
      fakeBridge({ 'desk.read': () => Promise.resolve(desk) }),
    );
    fireEvent.click(await screen.findByRole('button', { name: 'Copy the id of the migration' }));
    expect(copied).toEqual([MIGRATION_ID]);
  });

  test('are the commands of a plan: one as it is, or all with where each one runs', async () => {
    const copied = catchClipboard();
    const commands = [
      { phase: 'stopping', where: 'cloud', command: 'openstack server stop web-01' },
      { phase: 'copying', where: 'compute-a', command: "rsync --sparse 'a b' compute-b:" },
    ];
    const plan = aPlan({ madeAtMs: Date.now(), commands });
    renderPage(
      { page: 'plan', servers: [SERVER_ID] },
      fakeBridge({ ...inventory, 'plan.make': () => Promise.resolve(plan) }),
    );
    await screen.findByRole('radio', { name: 'compute-b' });
    fireEvent.click(screen.getByRole('button', { name: 'Make the plan' }));
    fireEvent.click(await screen.findByText('What will be done'));
    const copying = within(screen.getByRole('region', { name: 'Copy' }));
    fireEvent.click(copying.getByRole('button', { name: 'Copy the command' }));
    fireEvent.click(screen.getByRole('button', { name: 'Copy all' }));
    expect(copied).toEqual([
      "rsync --sparse 'a b' compute-b:",
      '# Stop\n# at the cloud:\nopenstack server stop web-01\n\n' +
        "# Copy\n# on compute-a:\nrsync --sparse 'a b' compute-b:\n",
    ]);
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
  });
});
