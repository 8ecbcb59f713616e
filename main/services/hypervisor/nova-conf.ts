import type { NovaSettings } from '../../domain/host.ts';
import type { NovaTraits } from '../../domain/host-traits.ts';

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
  'images_type',
  'virt_type',
  'cpu_mode',
  'cpu_model',
  'cpu_models',
  'cpu_dedicated_set',
  'cpu_shared_set',
  'vcpu_pin_set',
  'migration_inbound_addr',
  'resume_guests_state_on_host_boot',
  'remove_unused_original_minimum_age_seconds',
  'manager_interval',
  'image_cache_manager_interval',
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

/** Nova's own defaults where the files are silent (nova/conf/libvirt.py, compute.py, imagecache.py); older names of an option after it. */
export function readNovaTraits(files: readonly ConfigFile[]): NovaTraits {
  const values = readConfig(files);
  const get = (...keys: readonly string[]): string | undefined => {
    const value = keys.map((key) => values.get(key)).find((found) => found !== undefined && found !== '');
    return value === undefined ? undefined : filledIn(value, values);
  };
  return {
    imagesType: get('libvirt.images_type') ?? 'default',
    virtType: get('libvirt.virt_type') ?? 'kvm',
    cpuMode: get('libvirt.cpu_mode'),
    cpuModels: (get('libvirt.cpu_models', 'libvirt.cpu_model') ?? '')
      .split(',')
      .map((model) => model.trim())
      .filter((model) => model !== ''),
    dedicatedCpus: get('compute.cpu_dedicated_set', 'DEFAULT.vcpu_pin_set') ?? '',
    sharedCpus: get('compute.cpu_shared_set') ?? '',
    migrationAddress: get('libvirt.migration_inbound_addr'),
    resumesGuestsOnBoot: flag(get('DEFAULT.resume_guests_state_on_host_boot'), false),
    baseMinimumAgeSeconds: seconds(
      get(
        'image_cache.remove_unused_original_minimum_age_seconds',
        'DEFAULT.remove_unused_original_minimum_age_seconds',
      ),
      86_400,
    ),
    imageCacheIntervalSeconds: interval(
      get('image_cache.manager_interval', 'DEFAULT.image_cache_manager_interval'),
    ),
  };
}

/** -1 turns it off. */
function interval(value: string | undefined): number {
  const number = Number(value ?? 2400);
  return Number.isInteger(number) ? number : 2400;
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
