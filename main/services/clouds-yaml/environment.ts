import type { Environment } from './places.ts';
import type { RawCloud } from './yaml-file.ts';

/** They choose among clouds, and make none themselves (openstack/config/loader.py, `_get_os_environ`). */
const SELECTORS: ReadonlySet<string> = new Set([
  'OS_CLOUD',
  'OS_CLOUD_NAME',
  'OS_REGION_NAME',
  'OS_CLIENT_CONFIG_FILE',
  'OS_CLIENT_SECURE_FILE',
]);
/** Used by OpenStack's own test tools. */
const FOREIGN = /^OS_(TEST|STD|LOG)/;

/** The cloud that the `OS_*` variables describe; `undefined` if they describe none. */
export function cloudOfEnvironment(env: Environment): RawCloud | undefined {
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith('OS_') && !FOREIGN.test(entry[0]) && entry[1] !== undefined && entry[1] !== '',
  );
  if (given.every(([name]) => SELECTORS.has(name))) return undefined;
  return Object.fromEntries(
    given
      .filter(([name]) => !SELECTORS.has(name) || name === 'OS_REGION_NAME')
      .map(([name, value]) => [name.slice('OS_'.length).toLowerCase(), value]),
  );
}

/** Name under which that cloud is listed. */
export function nameOfEnvironment(env: Environment): string {
  const name = env['OS_CLOUD_NAME'];
  return name === undefined || name === '' ? 'envvars' : name;
}
