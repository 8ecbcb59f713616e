import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createMemorySecrets } from '../../main/desk/memory-secrets.ts';
import { DEFAULT_SETTINGS } from '../../main/domain/settings.ts';
import { secretFile } from '../../main/electron/secret-file.ts';
import { writeWindowState } from '../../main/electron/window-state.ts';
import { createProfileStore } from '../../main/services/clouds-yaml/profile-store.ts';
import { openJournals } from '../../main/services/journal/journals.ts';
import { createSettingsStore } from '../../main/services/settings/settings-store.ts';
import { addKnownKey } from '../../main/services/ssh/known-hosts.ts';
import { openLog } from '../../main/services/system/log.ts';
import { writeWhole } from '../../main/services/system/write-whole.ts';
import { openToOthers } from '../support/kept-files.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** Everything of ours that writes files, each in a directory that it has to make itself. */

const OPENRC =
  'export OS_AUTH_URL=https://cloud.example:5000/v3\nexport OS_USERNAME=a\nexport OS_PASSWORD=b\n';

/** @returns what ends the one thing that holds on to its files. */
async function writeEverything(place: (name: string) => string): Promise<() => Promise<void>> {
  const log = openLog({ path: place('log/coldhaul.log'), maxBytes: 200, keep: 2 });
  for (let line = 0; line < 9; line += 1) log.log({ level: 'info', message: 'a line of some length' });
  log.close();
  const journals = openJournals<unknown>(place('journals'), (fact) => fact);
  const journal = await journals.create('m-1', 'planned');
  await journal.append('more');
  await writeWhole(place('desk/desk.json'), '{}');
  const settings = createSettingsStore({
    platform: 'linux',
    env: { COLDHAUL_SETTINGS: place('settings/settings.yaml') },
    home: place('home'),
  });
  await settings.write({ ...DEFAULT_SETTINGS, reserveGib: 3 });
  await settings.write({ ...DEFAULT_SETTINGS, reserveGib: 4 });
  const [home, path] = [place('home'), place('clouds/clouds.yaml')];
  const secrets = createMemorySecrets('a test');
  await createProfileStore({ env: {}, cwd: home, home, path, secrets }).add(
    'ops-openrc.sh',
    OPENRC,
    undefined,
  );
  await secretFile(place('secrets/secrets.json')).write('ops', Buffer.from('encrypted'));
  writeWindowState(place('window/window.json'), {
    bounds: { x: 0, y: 0, width: 1280, height: 800 },
    maximized: false,
  });
  await addKnownKey(place('ssh/known_hosts'), 'host', { type: 'ssh-ed25519', base64: 'AAAA' }, false);
  return () => journal.close();
}

test.each(['000', '022', '027', '077'])(
  'with umask %s nobody else may read, write or enter any of it',
  async (umask) => {
    // As it is made by mkdtemp, the directory above is the user's alone, too.
    const root = join(temporaryDirectory(), 'kept');
    const before = process.umask(Number.parseInt(umask, 8));
    onTestFinished(() => {
      process.umask(before);
    });
    // The journal is held meanwhile, so that its lock is there, too.
    const end = await writeEverything((name) => join(root, name));
    const [names, logs, open] = [
      await readdir(root),
      await readdir(join(root, 'log')),
      await openToOthers(root),
    ];
    await end();
    expect(names.sort()).toEqual([
      'clouds',
      'desk',
      'journals',
      'log',
      'secrets',
      'settings',
      'ssh',
      'window',
    ]);
    expect(logs).toHaveLength(3);
    expect(open).toEqual([]);
  },
);
