import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labEnvironment } from '../../lab/demo/coldhaul.ts';
import type { LabPaths } from '../../lab/lab-files.ts';

export interface HomeOptions {
  /** False: nothing tells of any cloud, as on the first day. Default true: the lab is open. */
  readonly cloud?: boolean;
  /** False: no host key is known yet. Default true. */
  readonly hostKeys?: boolean;
}

const NEVER_ASKS = 'StrictHostKeyChecking yes';

/**
 * Everything a user of the lab has of their own: settings, journals, known hosts. What a story changes there is its
 * own as well.
 *
 * @returns the environment of the app.
 */
export async function makeHome(
  paths: LabPaths,
  home: string,
  { cloud = true, hostKeys = true }: HomeOptions,
): Promise<Record<string, string>> {
  await mkdir(home, { recursive: true });
  const { OS_CLOUD, OS_CLIENT_CONFIG_FILE, ...rest } = labEnvironment(paths);
  const settings = join(home, 'settings.yaml');
  const sshConfig = join(home, 'ssh_config');
  const knownHosts = join(home, 'known_hosts');
  const text = async (path: string): Promise<string> => readFile(path, 'utf8');
  await writeFile(settings, (await text(paths.settingsYaml)).replaceAll(paths.sshConfig, sshConfig));
  const ssh = (await text(paths.sshConfig)).replaceAll(paths.knownHosts, knownHosts);
  // The lab's own configuration never asks about a key; a user's does.
  await writeFile(sshConfig, hostKeys ? ssh : ssh.replaceAll(NEVER_ASKS, 'StrictHostKeyChecking ask'));
  if (hostKeys) await copyFile(paths.knownHosts, knownHosts);
  return {
    ...rest,
    ...(cloud && { OS_CLOUD: OS_CLOUD ?? '', OS_CLIENT_CONFIG_FILE: OS_CLIENT_CONFIG_FILE ?? '' }),
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    COLDHAUL_SETTINGS: settings,
  };
}
