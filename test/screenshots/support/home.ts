import { execa } from 'execa';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { labEnvironment } from '../../lab/demo/coldhaul.ts';
import type { LabPaths } from '../../lab/lab-files.ts';

type Change = (text: string) => string;

/** How the home of a scene differs from that of somebody who works with the lab's cloud every day. */
export interface HomeOptions {
  /** False: nothing tells of any cloud, as on the first day. */
  readonly cloud?: boolean;
  /** False: no host was ever met. */
  readonly hostKeys?: boolean;
  readonly clouds?: Change;
  readonly settings?: Change;
  /** Locks the key for the hosts. */
  readonly passphrase?: string;
  /** Text of a journal that a migration left. */
  readonly journal?: string;
}

/** Given by build/screenshots.mjs. */
const HOME = process.env['COLDHAUL_SCREENSHOTS_HOME'];
const NAMES = fileURLToPath(new URL('neutral-names.mjs', import.meta.url));
const same: Change = (text) => text;

/**
 * A home that looks like anybody's: every file lies where programs look for it by themselves.
 *
 * @returns where it is, and the environment of the app.
 * @throws if the pictures are not taken by `npm run screenshots`.
 */
export async function makeHome(
  paths: LabPaths,
  { cloud = true, hostKeys = true, clouds = same, settings = same, passphrase = '', journal }: HomeOptions,
): Promise<{ readonly home: string; readonly env: Record<string, string> }> {
  if (HOME === undefined) throw new Error('run it as npm run screenshots');
  for (const name of await readdir(HOME)) await rm(join(HOME, name), { recursive: true });
  const ssh = join(HOME, '.ssh');
  const places: readonly (readonly [string, string])[] = [
    [paths.sshConfig, join(ssh, 'config')],
    [paths.knownHosts, join(ssh, 'known_hosts')],
    [paths.identityFile, join(ssh, 'id_ed25519')],
  ];
  const moved: Change = (text) => places.reduce((so, [from, to]) => so.replaceAll(from, to), text);
  const keep = async (from: string, to: string, change: Change): Promise<void> => {
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, change(moved(await readFile(from, 'utf8'))), { mode: 0o600 });
  };
  // The lab's own configuration never asks about a key; a user's does.
  await keep(paths.sshConfig, join(ssh, 'config'), (text) =>
    text.replaceAll('StrictHostKeyChecking yes', 'StrictHostKeyChecking ask'),
  );
  const key = join(ssh, 'id_ed25519');
  await cp(paths.identityFile, key);
  if (passphrase !== '') await execa('ssh-keygen', ['-q', '-p', '-f', key, '-P', '', '-N', passphrase]);
  if (journal !== undefined) {
    const migration = join(HOME, '.local/state/coldhaul/migrations', randomUUID());
    await mkdir(migration, { recursive: true });
    await writeFile(join(migration, 'facts.jsonl'), journal);
  }
  if (hostKeys) await cp(paths.knownHosts, join(ssh, 'known_hosts'));
  const config = join(HOME, '.config');
  await keep(paths.settingsYaml, join(config, 'coldhaul/settings.yaml'), settings);
  if (cloud) await keep(paths.cloudsYaml, join(config, 'openstack/clouds.yaml'), clouds);
  const { PATH = '' } = labEnvironment(paths);
  return {
    home: HOME,
    env: { PATH, HOME, ...(cloud && { OS_CLOUD: 'lab' }), NODE_OPTIONS: `--import=${NAMES}` },
  };
}
