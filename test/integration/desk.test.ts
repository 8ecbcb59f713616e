import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DeskView } from '../../main/contract/desk-views.ts';
import { DeskView as DeskShape } from '../../main/contract/desk-views.ts';
import { events } from '../../main/contract/ipc.ts';
import type { MigrationView } from '../../main/contract/views.ts';
import { createMemorySecrets } from '../../main/desk/memory-secrets.ts';
import { untrueDigests } from '../lab/demo/truth.ts';
import { openToOthers } from '../support/kept-files.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { makeDeskHome, openLabDesk, type DeskHome, type LabDesk } from '../support/lab-desk.ts';

// Of a whole migration, on a machine that is busy with others.
vi.setConfig({ testTimeout: 400_000 });

let bench: LabWithImage;
let home: DeskHome;
let page: LabDesk;
const secrets = createMemorySecrets('Kept for the test only.');
/** All that pages were told and answered, also those that are closed. */
const given: unknown[] = [];

beforeAll(async () => {
  bench = await labWithImage();
  home = await makeDeskHome(bench.lab, 'admin');
  page = await openLabDesk(home, secrets);
});
afterAll(async () => {
  await page.close();
  await bench.lab.down();
});

async function openrc(): Promise<string> {
  return readFile(bench.lab.paths.openrc, 'utf8');
}

/** Answers the question about this host's key that is open or comes. */
async function answerKey(host: string, accepted: boolean): Promise<void> {
  const open = await page.told('questions.changed', (questions) =>
    questions.some(
      (question) => question.kind === 'host-key' && question.host === host && isNew(question.id),
    ),
  );
  const question = open.find((one) => one.kind === 'host-key' && one.host === host && isNew(one.id));
  answered.add(question?.id ?? '');
  expect(await page.call('question.answer', { id: question?.id ?? '', accepted })).toEqual({ taken: true });
  expect(await page.call('question.answer', { id: question?.id ?? '', accepted: true })).toEqual({
    taken: false,
  });
}
const answered = new Set<string>();
function isNew(id: string): boolean {
  return !answered.has(id);
}

describe('the first start', () => {
  test('without any cloud the desk answers, and says what to do', async () => {
    const view = await page.call('desk.read', {});
    DeskShape.parse(view);
    expect(view).toMatchObject({
      shell: 'web',
      cloud: { state: 'none' },
      migrations: [],
      questions: [],
      problems: [],
    });
    const { profiles, searched, problems, secrets: kept } = await page.call('clouds.find', {});
    expect({ profiles, problems, kept: kept.kept }).toEqual({ profiles: [], problems: [], kept: 'memory' });
    expect(searched).toContain(join(home.home, '.config', 'openstack', 'clouds.yaml'));
    for (const act of [
      () => page.call('inventory.read', {}),
      () => page.call('plan.make', { server: 'x', destination: 'y' }),
      () => page.call('doctor.run', {}),
    ])
      await expect(act()).rejects.toMatchObject({
        code: 'profile.not-found',
        message: 'no cloud is open',
        hint: 'Choose a cloud under Clouds.',
      });
    await expect(page.call('migration.confirm', { id: randomUUID() })).rejects.toMatchObject({
      code: 'migration.not-found',
    });
  });

  test('an openrc that asks for its password is imported, needs the secret, and opens once it is given', async () => {
    const asking = (await openrc()).replace(
      /export OS_PASSWORD=.*/,
      'echo "Please enter your password:"\nread -sr OS_PASSWORD_INPUT\nexport OS_PASSWORD=$OS_PASSWORD_INPUT',
    );
    const { imported, clouds } = await page.call('clouds.import', {
      fileName: 'lab-openrc.sh',
      text: asking,
    });
    expect(imported).toEqual(['lab']);
    expect(clouds.profiles).toMatchObject([
      { name: 'lab', source: 'imported', imported: true, needsSecret: true },
    ]);
    expect(await page.call('clouds.open', { name: 'lab' })).toMatchObject({
      state: 'failed',
      failure: { code: 'cloud.credentials' },
    });
    await page.call('clouds.secret', { name: 'lab', secret: 'wrong' });
    expect(await page.call('clouds.open', { name: 'lab' })).toMatchObject({
      state: 'failed',
      failure: { code: 'cloud.credentials' },
    });
    await expect(page.call('inventory.read', {})).rejects.toMatchObject({
      message: expect.stringContaining('the cloud lab could not be opened') as string,
    });
    const { password } = bench.lab.cloud.credentials.admin;
    await page.call('clouds.secret', { name: 'lab', secret: password });
    const opened = await page.call('clouds.open', { name: 'lab' });
    expect(opened).toMatchObject({ state: 'open', name: 'lab', userName: 'admin' });
    expect((await page.call('desk.read', {})).cloud).toEqual(opened);
    const told = page.messages.flatMap(({ event }) =>
      event.name === 'cloud.changed' ? [event.payload.state] : [],
    );
    expect(told).toEqual(['opening', 'failed', 'opening', 'failed', 'opening', 'open']);
    expect((await page.call('inventory.read', {})).hosts).toHaveLength(2);
  });
});

describe('questions', () => {
  test('an unknown host key is asked for: refused, the host is not used; accepted, it is known from then on', async () => {
    const refused = page.call('inventory.read', { host: SOURCE, onHosts: true });
    await answerKey(SOURCE, false);
    expect((await refused).hosts[0]?.problem).toContain('is not known');
    const accepted = page.call('inventory.read', { host: SOURCE, onHosts: true });
    await answerKey(SOURCE, true);
    expect((await accepted).hosts[0]).toMatchObject({ onHost: { transport: 'rsync' } });
    expect(await readFile(home.knownHosts, 'utf8')).toMatch(/ssh-ed25519/);
    expect((await page.call('desk.read', {})).questions).toEqual([]);
    expect(
      (await page.call('inventory.read', { host: SOURCE, onHosts: true })).hosts[0]?.problem,
    ).toBeUndefined();
  });

  test('the doctor tells each check as it ends', async () => {
    const run = page.call('doctor.run', {});
    await answerKey(DESTINATION, true);
    const { checks } = await run;
    const progress = page.messages.flatMap(({ event }) =>
      event.name === 'doctor.progress' ? [event.payload] : [],
    );
    expect(progress.map(({ check }) => check)).toEqual(checks);
    expect(progress.at(-1)).toMatchObject({ hostsDone: 2, hostsTotal: 2 });
    expect(checks.filter(({ verdict }) => verdict === 'block')).toEqual([]);
  });
});

describe('plans', () => {
  test('a plan tells what it does, and is given up when the admin says so', async () => {
    const server = await bench.lab.cloud.createServer({
      name: 'stopped-plan',
      host: SOURCE,
      flavor: 'lab.small',
      image: bench.image,
    });
    const ask = randomUUID();
    bench.lab.cloud.control.apiFault({
      service: 'compute',
      path: `/servers/${server.id}`,
      times: 1,
      kind: 'hang',
    });
    const making = page.call('plan.make', { server: server.id, destination: DESTINATION, ask });
    const failed = expect(making).rejects.toMatchObject({
      code: 'cancelled',
      message: 'the plan was given up',
    });
    await page.told('plan.progress', (progress) => progress.ask === ask);
    await page.call('plan.stop', { ask });
    await failed;
    bench.lab.cloud.control.clearApiFaults();
    await page.call('plan.stop', { ask: randomUUID() });
    await page.call('plan.make', { server: server.id, destination: DESTINATION, ask });
    const said = page.messages.flatMap(({ event }) =>
      event.name === 'plan.progress' && event.payload.ask === ask ? [event.payload.message] : [],
    );
    expect(said.length).toBeGreaterThanOrEqual(4);
    expect(said.join('\n')).toContain(`Reading the disks on ${SOURCE}`);
  });
});

describe('a migration', () => {
  let id: string;
  const snapshots: DeskView[] = [];
  let other: LabDesk['messages'];

  async function start(name: string): Promise<string> {
    await bench.lab.cloud.createServer({
      name,
      host: SOURCE,
      flavor: 'lab.small',
      image: bench.image,
      payloadMib: 64,
    });
    const plan = await page.call('plan.make', {
      server: name,
      destination: DESTINATION,
      limitMibPerSecond: 8,
    });
    const acknowledged = plan.findings.map((finding) => finding.id);
    return (await page.call('migration.start', { planId: plan.id, acknowledged })).id;
  }

  test('goes on while another cloud is opened, and is confirmed from there', async () => {
    const second: (typeof page.messages)[number][] = [];
    other = second;
    page.desk.listen((message) => second.push(message));
    const member = { auth: { ...memberLogin() } };
    await page.call('clouds.import', {
      fileName: 'clouds.yaml',
      text: JSON.stringify({ clouds: { 'lab-member': member } }),
    });
    // Snapshots at every moment of its life.
    page.desk.listen(({ event }) => {
      if (event.name === 'migration.changed' || event.name === 'disk.samples')
        void page.call('desk.read', {}).then((view) => snapshots.push(view));
    });
    id = await start('traveller');
    await page.told('disk.samples', (samples) => samples.some((sample) => sample.disk === 'disk'));
    expect(await page.call('clouds.open', { name: 'lab-member' })).toMatchObject({
      state: 'open',
      userName: bench.lab.cloud.credentials.member.userName,
    });
    expect(await page.call('migration.limit', { id, limitMibPerSecond: 300 })).toMatchObject({
      active: true,
    });
    const moved = await page.settled(id);
    expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, cloud: 'lab' });
    expect(await untrueDigests(moved, bench.lab.host(SOURCE), bench.lab.host(DESTINATION))).toEqual([]);
    expect(moved.by).toBe((await page.call('desk.read', {})).who);
    expect(await page.call('migration.confirm', { id })).toMatchObject({ phase: 'confirming' });
    expect(await page.settled(id)).toMatchObject({ phase: 'confirmed' });
    expect(await page.call('clouds.open', { name: 'lab' })).toMatchObject({ state: 'open' });
  });

  test('two pages get the same messages, numbered without a gap, each of its shape', () => {
    const first = page.messages.slice(-other.length);
    expect(other).toEqual(first);
    const numbers = page.messages.map(({ sequence }) => sequence);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    for (const { event } of page.messages) events[event.name].parse(event.payload);
  });

  test('a view of the desk and the messages after it lead to the same as a view of the end', async () => {
    const end = await page.call('desk.read', {});
    expect(snapshots.length).toBeGreaterThan(10);
    for (const snapshot of snapshots) {
      const views = new Map<string, MigrationView>(snapshot.migrations.map((view) => [view.id, view]));
      let { cloud, questions } = snapshot;
      for (const { sequence, event } of page.messages) {
        if (sequence <= snapshot.sequence) continue;
        if (event.name === 'migration.changed') views.set(event.payload.id, event.payload);
        if (event.name === 'cloud.changed') cloud = event.payload;
        if (event.name === 'questions.changed') questions = event.payload;
      }
      const migrations = [...views.values()];
      expect({ migrations, cloud, questions }).toEqual({
        migrations: end.migrations,
        cloud: end.cloud,
        questions: end.questions,
      });
    }
  });

  test('its lines and samples are kept for a page that comes later', async () => {
    const { lines, more } = await page.call('log.read', { limit: 20_000 });
    const told = page.messages.flatMap(({ event }) => (event.name === 'log.lines' ? event.payload : []));
    expect(lines).toEqual(told);
    expect(more).toBe(false);
    expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
    const mine = await page.call('log.read', { migration: id, limit: 3 });
    expect(mine).toMatchObject({
      more: true,
      lines: [{ migration: id }, { migration: id }, { migration: id }],
    });
    const { samples } = await page.call('samples.read', { migration: id });
    expect(samples.filter(({ disk }) => disk === 'disk').length).toBeGreaterThan(2);
  });

  test('its report can be read without any cloud, as page and as JSON', async () => {
    const without = await openLabDesk(home);
    const view = await without.call('desk.read', {});
    expect(view.migrations).toMatchObject([{ id, phase: 'confirmed', cloud: 'lab' }]);
    const report = await without.call('migration.report', { id });
    expect(report.history.at(-1)).toMatchObject({ phase: 'confirmed' });
    expect(
      report.history.some(({ message }) => message.includes('set the bandwidth limit to 300 MiB/s')),
    ).toBe(true);
    const file = await without.call('migration.report-file', { id, format: 'html' });
    const digest = report.migration.disks.find((disk) => disk.name === 'disk')?.digest?.destination ?? 'none';
    expect(file.text).toContain(digest);
    await expect(without.call('migration.revert', { id })).rejects.toMatchObject({
      code: 'cloud.credentials',
    });
    await without.close();
  });
});

function memberLogin(): Readonly<Record<string, string>> {
  const { authUrl, userName, password, projectName, domainId } = bench.lab.cloud.credentials.member;
  return {
    auth_url: authUrl,
    username: userName,
    password,
    project_name: projectName,
    user_domain_id: domainId,
    project_domain_id: domainId,
  };
}

describe('what is kept', () => {
  test('settings are written with their comments, and the cloud is opened anew with them', async () => {
    const { values, exists, path } = await page.call('settings.read', {});
    expect({ exists, path }).toEqual({ exists: true, path: home.settingsFile });
    const seen = page.messages.length;
    const written = await page.call('settings.write', { values: { ...values, stopTimeoutSeconds: 77 } });
    expect(written.values.stopTimeoutSeconds).toBe(77);
    expect(await readFile(path, 'utf8')).toContain('stopTimeoutSeconds: 77');
    const later = (): unknown[] => page.messages.slice(seen).map(({ event }) => event);
    await expect.poll(later, { timeout: 60_000 }).toContainEqual(
      expect.objectContaining({
        name: 'cloud.changed',
        payload: expect.objectContaining({ state: 'open' }) as unknown,
      }),
    );
    const { lines } = await page.call('log.read', {});
    expect(lines.some(({ message }) => message.startsWith('the settings were changed'))).toBe(true);
    expect((await page.call('inventory.read', {})).hosts).toHaveLength(2);
  });

  test('the next start opens the cloud of last time by itself', async () => {
    given.push(...page.replies, ...page.messages);
    await page.close();
    page = await openLabDesk(home, secrets);
    await page.told('cloud.changed', (cloud) => cloud.state === 'open' && cloud.name === 'lab');
    expect((await page.call('inventory.read', {})).cloud).toBe('lab');
  });

  test('a cloud that is removed is left, and nothing of it stays', async () => {
    const { profiles } = await page.call('clouds.remove', { name: 'lab-member' });
    expect(profiles.map(({ name }) => name)).toEqual(['lab']);
    await page.call('clouds.remove', { name: 'lab' });
    expect((await page.call('desk.read', {})).cloud).toEqual({ state: 'none' });
    expect(await secrets.get('lab')).toBeUndefined();
  });

  test('no secret was in any answer, message or file', async () => {
    const { admin, member } = bench.lab.cloud.credentials;
    const names = await readdir(home.home, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(files.some((file) => file.endsWith('coldhaul.log'))).toBe(true);
    given.push(...page.replies, ...page.messages);
    const everything = [...texts, JSON.stringify(given)].join('\n');
    expect([admin, member].filter(({ password }) => everything.includes(password))).toEqual([]);
    // Nor is anything of ours there for others to read.
    const ours = ['state/coldhaul', 'config/coldhaul'].map((name) => openToOthers(join(home.home, name)));
    expect((await Promise.all(ours)).flat()).toEqual([]);
  });
});
