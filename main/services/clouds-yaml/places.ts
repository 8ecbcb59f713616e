import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

const SUFFIXES = ['.yaml', '.yml', '.json'] as const;

/**
 * Where a file of openstacksdk is looked for, in its order (openstack/config/loader.py, CONFIG_SEARCH_PATH): the
 * first that is there counts, alone.
 */
export function placesOf(
  name: 'clouds' | 'secure' | 'clouds-public',
  env: Environment,
  cwd: string,
  home: string,
): readonly string[] {
  const own =
    name === 'clouds' ? env['OS_CLIENT_CONFIG_FILE'] : name === 'secure' ? env['OS_CLIENT_SECURE_FILE'] : '';
  const folders = [cwd, join(home, '.config', 'openstack'), '/etc/openstack'];
  const files = folders.flatMap((folder) => SUFFIXES.map((suffix) => join(folder, `${name}${suffix}`)));
  return own === undefined || own === '' ? files : [own, ...files];
}
