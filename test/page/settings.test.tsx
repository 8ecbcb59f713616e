import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SettingsValues, SettingsView } from '../../main/contract/desk-views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { parseSettings } from '../../main/services/settings/load.ts';
import { draftOf } from '../../renderer/features/settings/draft.ts';
import { mistakesIn, placeWords } from '../../renderer/features/settings/mistakes.ts';
import { valuesOf } from '../../renderer/features/settings/values-of.ts';
import { forgetSettings } from '../../renderer/store/settings.ts';
import { fakeBridge, type FakeBridge } from './support/fake-bridge.ts';
import { renderPage } from './support/render-page.tsx';
import { someSettings } from './support/samples.ts';

beforeEach(forgetSettings);

const FULL: SettingsValues = {
  ssh: { user: 'admin', port: 2222, becomeRoot: 'never' },
  hosts: {
    address: '{short}.mgmt',
    rules: [{ match: '*.rack7', address: '{host_ip}', port: 22 }],
    overrides: { 'compute-17': { user: 'root' } },
  },
  limits: { perSource: 1, perDestination: 2, total: 3 },
  bandwidthMibPerSecond: 12.5,
  reserveGib: 5,
  stopTimeoutSeconds: 60,
  pollMs: 500,
  nova: {
    user: 'nova',
    configFiles: ['/etc/nova/nova.conf', '/etc/nova/nova-compute.conf'],
    stopNewsSeconds: 40,
  },
};

function show(view: SettingsView, refuse?: Failure): FakeBridge {
  const bridge = fakeBridge({
    'settings.read': () => Promise.resolve(view),
    'settings.write': ({ values }) =>
      refuse === undefined ? Promise.resolve(someSettings({ exists: true, values })) : Promise.reject(refuse),
  });
  renderPage({ page: 'settings' }, bridge);
  return bridge;
}

const save = (): HTMLElement => screen.getByRole('button', { name: 'Save settings' });
const type = (field: HTMLElement, value: string): void => {
  fireEvent.change(field, { target: { value } });
};

describe('the form and the file', () => {
  it('carries every value over to the form and back, and leaves out what is not given', () => {
    expect(valuesOf(draftOf(FULL))).toEqual({ ok: true, values: FULL });
    expect(valuesOf(draftOf(someSettings().values))).toEqual({ ok: true, values: someSettings().values });
  });

  it('finds the field of each mistake in the words of the real check', () => {
    let said = '';
    try {
      parseSettings('ssh:\n  port: 99999\nhosts:\n  rules:\n    - match: a\n      port: 0\n', '/etc/s.yaml');
    } catch (error) {
      said = (error as Failure).message;
    }
    const places = mistakesIn(said).map(({ place }) => place);
    expect(places).toEqual(['ssh.port', 'hosts.rules.0.port']);
    expect(places.map(placeWords)).toEqual(['Port', 'Rule 1, port']);
  });
});

describe('settings', () => {
  it('saves what was changed and says so', async () => {
    const bridge = show(someSettings());
    type(await screen.findByLabelText('Room kept free'), '25');
    expect(screen.getByText('Unsaved changes')).toBeDefined();
    fireEvent.click(save());
    expect(await screen.findByText(/^Saved\./)).toBeDefined();
    expect(bridge.asked('settings.write')).toEqual([
      { values: { ...someSettings().values, reserveGib: 25 } },
    ]);
    expect(save()).toHaveProperty('disabled', true);
  });

  it('goes back to the default of one value, and discards all changes', async () => {
    show(someSettings({ values: FULL, exists: true }));
    const limit = await screen.findByLabelText<HTMLInputElement>('In all');
    fireEvent.click(screen.getByRole('button', { name: 'Back to the default: In all' }));
    expect(limit.value).toBe('4');
    fireEvent.click(screen.getByRole('button', { name: 'Discard changes' }));
    expect(limit.value).toBe('3');
    expect(screen.getByText('Nothing was changed.')).toBeDefined();
  });

  it('sends nothing that is no number, and says where', async () => {
    const bridge = show(someSettings());
    const field = await screen.findByLabelText('Time to shut down');
    type(field, 'long');
    fireEvent.click(save());
    expect((await screen.findByRole('alert')).textContent).toContain(
      'Time to shut down: long is not a number.',
    );
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(bridge.asked('settings.write')).toEqual([]);
  });

  it('places the refusal of the engine at its field and keeps what was typed', async () => {
    const message = 'the settings have a mistake:\n/home/ops/s.yaml:2:9: limits.total: too big';
    show(someSettings(), new Failure('settings.malformed', message));
    const field = await screen.findByLabelText<HTMLInputElement>('In all');
    type(field, '900');
    fireEvent.click(save());
    expect((await screen.findByRole('alert')).textContent).toContain('In all: too big');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(field.value).toBe('900');
    expect(screen.getByText('Unsaved changes')).toBeDefined();
  });

  it('keeps unsaved changes over a look at another screen', async () => {
    show(someSettings());
    type(await screen.findByLabelText('Room kept free'), '25');
    window.location.hash = '#/migrations';
    await screen.findByRole('heading', { name: 'Migrations' });
    window.location.hash = '#/settings';
    expect((await screen.findByLabelText<HTMLInputElement>('Room kept free')).value).toBe('25');
  });

  it('writes rules and single hosts, and refuses a name that is there twice', async () => {
    const bridge = show(someSettings({ values: FULL, exists: true }));
    fireEvent.click(await screen.findByRole('button', { name: 'Add a host' }));
    type(screen.getByLabelText('Host of line 2'), 'compute-17');
    fireEvent.click(save());
    expect((await screen.findByRole('alert')).textContent).toContain('compute-17 is there twice.');
    type(screen.getByLabelText('Host of line 2'), 'compute-18');
    fireEvent.click(save());
    await waitFor(() => {
      expect(bridge.asked('settings.write').at(-1)?.values.hosts.overrides).toEqual({
        'compute-17': { user: 'root' },
        'compute-18': {},
      });
    });
  });

  it('offers nothing to edit while the file is malformed', async () => {
    const message = '/home/ops/s.yaml:3:5: limits.totle is not known; did you mean total?';
    show(someSettings({ problem: { code: 'settings.malformed', message } }));
    expect((await screen.findByRole('alert')).textContent).toContain('did you mean total?');
    expect(screen.queryByRole('button', { name: 'Save settings' })).toBeNull();
    expect(screen.getByText('/home/ops/.config/coldhaul/settings.yaml')).toBeDefined();
  });

  it('changes the colours at once', async () => {
    show(someSettings());
    fireEvent.click(await screen.findByRole('radio', { name: 'Dark' }));
    await waitFor(() => {
      expect(document.documentElement.getAttribute('data-mantine-color-scheme')).toBe('dark');
    });
  });
});
