import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CloudsView, CloudView, ProfileView } from '../../main/contract/desk-views.ts';
import type { Handlers } from '../../main/contract/ipc.ts';
import type { CheckView } from '../../main/contract/views.ts';
import { Failure } from '../../main/domain/failure.ts';
import { subjectsOf, summary, troubled } from '../../renderer/features/clouds/checks.ts';
import { asksForPassword, fileNameFor, kindOf } from '../../renderer/features/clouds/import-file.ts';
import { forgetClouds } from '../../renderer/store/clouds.ts';
import { fakeBridge, later, type FakeBridge } from './support/fake-bridge.ts';
import { renderPage, send } from './support/render-page.tsx';
import { aDesk, openCloud, someClouds } from './support/samples.ts';

beforeEach(forgetClouds);

const OPENRC = 'export OS_AUTH_URL=https://keystone.example.org/v3\nread -sr OS_PASSWORD_INPUT\n';
const imported = (more: Partial<ProfileView> = {}): ProfileView => ({
  name: 'lab',
  source: 'imported',
  authUrl: 'https://lab.example.org/v3',
  login: 'password',
  user: 'admin',
  imported: true,
  needsSecret: false,
  ...more,
});

function show(clouds: CloudsView, cloud: CloudView, more: Partial<Handlers> = {}): FakeBridge {
  const bridge = fakeBridge({
    'desk.read': () => Promise.resolve(aDesk({ cloud })),
    'clouds.find': () => Promise.resolve(clouds),
    'clouds.open': () => Promise.resolve(openCloud),
    ...more,
  });
  renderPage({ page: 'clouds' }, bridge);
  return bridge;
}

const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const none = { state: 'none' } as const;

describe('first start', () => {
  it('says what is needed, every place that was looked at, and that passwords are not kept', async () => {
    show(someClouds({ profiles: [] }), none);
    expect(await screen.findByText('No cloud was found on this machine')).toBeDefined();
    for (const text of [
      /clouds\.yaml or an openrc file of an admin/,
      /configuration that your/,
      /sudo without a password/,
    ])
      expect(screen.getByText(text)).toBeDefined();
    for (const place of someClouds().searched) expect(screen.getByText(place)).toBeDefined();
    expect(screen.getByText('Kept in memory only')).toBeDefined();
  });

  it('imports a pasted openrc with its name and password, and opens what came of it', async () => {
    const bridge = show(someClouds({ profiles: [] }), none, {
      'clouds.import': () =>
        Promise.resolve({ imported: ['lab'], clouds: someClouds({ profiles: [imported()] }) }),
    });
    fireEvent.change(await screen.findByLabelText('Or paste its text'), { target: { value: OPENRC } });
    fireEvent.change(screen.getByLabelText('Name of this cloud'), { target: { value: 'lab' } });
    fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'secret' } });
    fireEvent.click(button('Import'));
    await waitFor(() => {
      expect(bridge.asked('clouds.open')).toEqual([{ name: 'lab' }]);
    });
    expect(bridge.asked('clouds.import')).toEqual([
      { fileName: 'lab-openrc.sh', text: OPENRC, secret: 'secret' },
    ]);
    expect(screen.getByRole('rowheader', { name: /^lab/ })).toBeDefined();
  });

  it('reads a dropped file, and tells line and column of what is wrong in it', async () => {
    const message = 'clouds.yaml:3:5 auth has no auth_url';
    show(someClouds({ profiles: [] }), none, {
      'clouds.import': () => Promise.reject(new Failure('profile.malformed', message)),
    });
    const file = new File(['clouds:\n  lab:\n    auth: {}\n'], 'clouds.yaml');
    fireEvent.drop(await screen.findByText('or drop it here'), { dataTransfer: { files: [file] } });
    expect(await screen.findByText('clouds.yaml')).toBeDefined();
    expect(screen.queryByLabelText('Password')).toBeNull();
    fireEvent.click(button('Import'));
    expect((await screen.findByRole('alert')).textContent).toContain('louds.yaml:3:5 auth has no auth_url');
  });
});

describe('import', () => {
  it('tells an openrc by its variables, and whether it holds its secret', () => {
    expect(kindOf('clouds:\n  a: {}')).toBe('clouds.yaml');
    expect(kindOf('# x\n  OS_USERNAME=admin')).toBe('openrc');
    expect(asksForPassword(OPENRC)).toBe(true);
    expect(asksForPassword('export OS_USERNAME=a\nexport OS_PASSWORD=b')).toBe(false);
    expect(asksForPassword('clouds:\n  a: {}')).toBe(false);
  });

  it('names the file so that the engine finds its kind and name', () => {
    expect(fileNameFor(OPENRC, '')).toBe('openrc.sh');
    expect(fileNameFor(OPENRC, 'east')).toBe('east-openrc.sh');
    expect(fileNameFor('clouds:', 'mine.yaml')).toBe('mine.yaml');
  });
});

describe('known clouds', () => {
  it('marks the open one, and shows a refused login with hint and request id', async () => {
    const failure = {
      code: 'cloud.credentials',
      message: 'keystone refuses the login of ops',
      hint: 'Check its password.',
      requestId: 'req-17',
    };
    const bridge = show(someClouds({ profiles: [...someClouds().profiles, imported()] }), openCloud);
    const row = (await screen.findByRole('rowheader', { name: /^cloud-east/ })).closest('tr');
    expect(row?.getAttribute('aria-current')).toBe('true');
    fireEvent.click(button('Open lab'));
    await waitFor(() => {
      expect(bridge.asked('clouds.open')).toEqual([{ name: 'lab' }]);
    });
    send(bridge, { name: 'cloud.changed', payload: { state: 'opening', name: 'lab' } });
    expect(screen.getByText(/^Opening lab: logging in/)).toBeDefined();
    send(bridge, { name: 'cloud.changed', payload: { state: 'failed', name: 'lab', failure } });
    const alert = screen.getByRole('alert').textContent;
    for (const text of ['lab cannot be opened', 'Check its password.', 'req-17'])
      expect(alert).toContain(text);
    expect(button('Give its password')).toBeDefined();
  });

  it('asks for a missing password, gives it, and opens the cloud', async () => {
    const bridge = show(someClouds({ profiles: [imported({ needsSecret: true })] }), none, {
      'clouds.secret': () => Promise.resolve(someClouds({ profiles: [imported()] })),
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Give the password of lab' }));
    fireEvent.change(await screen.findByLabelText('Password'), { target: { value: 'secret' } });
    fireEvent.click(button('Open lab'));
    await waitFor(() => {
      expect(bridge.asked('clouds.open')).toEqual([{ name: 'lab' }]);
    });
    expect(bridge.asked('clouds.secret')).toEqual([{ name: 'lab', secret: 'secret' }]);
  });

  it('removes only imported ones, and names them first', async () => {
    const bridge = show(someClouds({ profiles: [...someClouds().profiles, imported()] }), none, {
      'clouds.remove': () => Promise.resolve(someClouds()),
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Remove lab' }));
    expect(screen.queryByRole('button', { name: 'Remove cloud-east' })).toBeNull();
    const dialog = await screen.findByRole('dialog', { name: 'Remove lab?' });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove lab' }));
    await waitFor(() => {
      expect(screen.queryByRole('rowheader', { name: /^lab/ })).toBeNull();
    });
    expect(bridge.asked('clouds.remove')).toEqual([{ name: 'lab' }]);
  });
});

const check = (subject: string, verdict: CheckView['verdict'], message: string, fix?: string): CheckView => ({
  subject,
  verdict,
  message,
  ...(fix !== undefined && { fix }),
});
const CHECKS: readonly CheckView[] = [
  check('cloud', 'pass', 'logged in as ops'),
  check('compute-2', 'pass', 'reached as compute-2, with root'),
  check('compute-10', 'pass', 'reached as compute-10, with root'),
  check('compute-10', 'block', 'has no rsync', 'apt-get install rsync'),
];

describe('connection test', () => {
  it('puts the cloud first and the worst hosts before the others', () => {
    const subjects = subjectsOf(CHECKS);
    expect(subjects.map(({ name, worst }) => [name, worst])).toEqual([
      ['cloud', 'pass'],
      ['compute-10', 'block'],
      ['compute-2', 'pass'],
    ]);
    expect(troubled(subjects).map(({ name }) => name)).toEqual(['compute-10']);
    expect(summary(subjects).words).toBe(
      'One host is not usable yet; 1 of 2 hosts can take part in a migration.',
    );
  });

  it('counts hosts as they end, shows what to mend, and keeps the others when one is tested again', async () => {
    const all = later<{ checks: readonly CheckView[] }>();
    const mended = {
      checks: [check('cloud', 'pass', 'logged in as ops'), check('compute-10', 'pass', 'has rsync 3.2.7')],
    };
    const bridge = show(someClouds(), openCloud, {
      'doctor.run': ({ hosts }) => (hosts.length === 0 ? all.promise : Promise.resolve(mended)),
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Test the cloud and all hosts' }));
    for (const [index, one] of CHECKS.entries())
      send(bridge, {
        name: 'doctor.progress',
        payload: { check: one, hostsDone: Math.min(index, 2), hostsTotal: 100 },
      });
    expect(screen.getByText('Testing: 2 of 100 hosts')).toBeDefined();
    expect(screen.getByText('apt-get install rsync')).toBeDefined();
    all.resolve({ checks: CHECKS });
    expect(await screen.findByText(/^One host is not usable yet/)).toBeDefined();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Only what needs mending (1)' }));
    expect(screen.queryByRole('button', { name: 'Test compute-2 again' })).toBeNull();
    fireEvent.click(button('Test compute-10 again'));
    expect(await screen.findByText('The cloud and all 2 hosts answer as they should.')).toBeDefined();
    expect(bridge.asked('doctor.run').at(-1)).toEqual({ hosts: ['compute-10'] });
    expect(screen.getByRole('link', { name: /^Next: choose instances/ })).toBeDefined();
  });

  it('shows the name of a check, and folds what was seen, with the command to look oneself', async () => {
    const titled: CheckView = {
      ...check('compute-10', 'warn', 'the clock is 40 s late.', 'On compute-10: chronyc makestep'),
      id: 'host.clock',
      title: 'Clock',
      evidence: ['offset 40 s', 'To look yourself, on compute-10: chronyc tracking'],
    };
    show(someClouds(), openCloud, { 'doctor.run': () => Promise.resolve({ checks: [titled] }) });
    fireEvent.click(await screen.findByRole('button', { name: 'Test the cloud and all hosts' }));
    expect(await screen.findByText(/^Clock\./)).toBeDefined();
    expect(screen.getByText('chronyc makestep')).toBeDefined();
    const fold = screen.getByText('What was seen').closest('details');
    expect(fold?.open).toBe(false);
    expect(fold?.textContent).toContain('offset 40 s');
    expect(within(fold ?? document.body).getByText('chronyc tracking')).toBeDefined();
  });

  it('forgets what was tested when another cloud is opened', async () => {
    const bridge = show(someClouds(), openCloud, { 'doctor.run': () => Promise.resolve({ checks: CHECKS }) });
    fireEvent.click(await screen.findByRole('button', { name: 'Test the cloud and all hosts' }));
    expect(await screen.findByText('apt-get install rsync')).toBeDefined();
    send(bridge, { name: 'cloud.changed', payload: { ...openCloud, name: 'lab' } });
    expect(screen.queryByText('apt-get install rsync')).toBeNull();
    expect(screen.getByText(/^Nothing was tested yet/)).toBeDefined();
  });
});
