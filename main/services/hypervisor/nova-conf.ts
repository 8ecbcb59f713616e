import type { NovaSettings } from '../../domain/host.ts';

/** Where nova-compute's configuration lies, later files winning over earlier ones. Patterns as the shell knows them. */
export const NOVA_CONFIG_FILES: readonly string[] = [
  '/etc/nova/nova.conf',
  '/etc/nova/nova-compute.conf',
  '/etc/nova/nova.conf.d/*.conf',
  '/etc/kolla/nova-compute/nova.conf',
];

/** The only keys that leave the host: next to them lie passwords. */
export const NOVA_KEYS: readonly string[] = [
  'state_path',
  'instances_path',
  'my_ip',
  'resize_confirm_window',
  'shutdown_timeout',
  'use_cow_images',
  'force_raw_images',
  'remote_filesystem_transport',
  'remove_unused_base_images',
  'send_service_user_token',
];

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** Values by `section.key`. */
type Values = ReadonlyMap<string, string>;

const SECTION = /^\[(?<name>[^\]]+)\]/;
const SETTING = /^(?<key>[^\s=:#;[][^=:]*?)\s*[=:]\s*(?<value>.*)$/;

/** Reads files as oslo.config does: later files win, a line that begins with a blank goes on with the one before. */
export function readConfig(files: readonly ConfigFile[]): Values {
  const values = new Map<string, string>();
  for (const file of files) {
    let section = 'DEFAULT';
    for (const line of file.text.split('\n')) {
      const name = SECTION.exec(line)?.groups?.['name'];
      if (name !== undefined) section = name.trim();
      const setting = SETTING.exec(line.trimEnd())?.groups;
      if (setting?.['key'] !== undefined && setting['value'] !== undefined) {
        values.set(`${section}.${setting['key']}`, unquoted(setting['value']));
      }
    }
  }
  return values;
}

/** Nova's own defaults where the files are silent (nova/conf/compute.py, libvirt.py, imagecache.py, paths.py). */
export function readNovaSettings(files: readonly ConfigFile[]): NovaSettings {
  const values = readConfig(files);
  const get = (key: string): string | undefined => {
    const value = values.get(key);
    return value === undefined ? undefined : filledIn(value, values);
  };
  return {
    transport: get('libvirt.remote_filesystem_transport') === 'rsync' ? 'rsync' : 'ssh',
    myIp: get('DEFAULT.my_ip'),
    instancesPath: (
      get('DEFAULT.instances_path') ?? `${get('DEFAULT.state_path') ?? STATE_PATH}/instances`
    ).replace(/(?<=.)\/+$/, ''),
    resizeConfirmWindowSeconds: seconds(get('DEFAULT.resize_confirm_window'), 0),
    shutdownTimeoutSeconds: seconds(get('DEFAULT.shutdown_timeout'), 60),
    useCowImages: flag(get('DEFAULT.use_cow_images'), true),
    forceRawImages: flag(get('DEFAULT.force_raw_images'), true),
    // In [DEFAULT] until Nova 21.
    removeUnusedBaseImages: flag(
      get('image_cache.remove_unused_base_images') ?? get('DEFAULT.remove_unused_base_images'),
      true,
    ),
    sendsServiceToken: flag(get('service_user.send_service_user_token'), false),
    files: files.map(({ path }) => path),
  };
}

/** Distributions set it in their configuration; this is what their packages use (Nova alone would say its own folder). */
const STATE_PATH = '/var/lib/nova';

function filledIn(value: string, values: Values, depth = 0): string {
  if (depth > 4) return value;
  return value.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    const found = values.get(`DEFAULT.${name}`) ?? (name === 'state_path' ? STATE_PATH : undefined);
    return found === undefined ? whole : filledIn(found, values, depth + 1);
  });
}

function unquoted(value: string): string {
  const quoted = value.length > 1 && value[0] === value.at(-1) && (value[0] === '"' || value[0] === "'");
  return quoted ? value.slice(1, -1) : value;
}

function flag(value: string | undefined, byDefault: boolean): boolean {
  const word = value?.trim().toLowerCase();
  if (word === undefined || word === '') return byDefault;
  return ['true', '1', 'on', 'yes'].includes(word);
}

function seconds(value: string | undefined, byDefault: number): number {
  const number = Number(value ?? byDefault);
  return Number.isInteger(number) && number >= 0 ? number : byDefault;
}
