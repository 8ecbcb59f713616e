import { INSTANCES_PATH } from '../../types.ts';
import type { Session } from './session.ts';

export interface ComputeSettings {
  readonly transport: 'rsync' | 'ssh';
  readonly myIp: string;
  readonly instancesPath: string;
  readonly shutdownTimeoutSeconds: number;
  readonly resizeConfirmWindowSeconds: number;
  readonly forceRawImages: boolean;
  readonly useCowImages: boolean;
}

/** Reads the host's nova.conf, as it is now. */
export async function readSettings(session: Session): Promise<ComputeSettings> {
  const { code, stdout } = await session.run(['cat', '/etc/nova/nova.conf'], { as: 'root' });
  const values = parseSettings(code === 0 ? stdout : '');
  const get = (section: string, name: string): string | undefined => values.get(`${section}.${name}`);
  return {
    transport: get('libvirt', 'remote_filesystem_transport') === 'rsync' ? 'rsync' : 'ssh',
    myIp: get('DEFAULT', 'my_ip') ?? session.compute.address,
    instancesPath: get('DEFAULT', 'instances_path') ?? INSTANCES_PATH,
    shutdownTimeoutSeconds: Number(get('DEFAULT', 'shutdown_timeout') ?? 60),
    resizeConfirmWindowSeconds: Number(get('DEFAULT', 'resize_confirm_window') ?? 0),
    forceRawImages: truth(get('DEFAULT', 'force_raw_images')),
    useCowImages: truth(get('DEFAULT', 'use_cow_images')),
  };
}

/** `section.name` to value; the last one of a name wins, as in oslo.config. */
export function parseSettings(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let section = 'DEFAULT';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const heading = /^\[(.+)\]$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading;
      continue;
    }
    const [, name, value] = /^([^=:\s]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(`${section}.${name}`, value);
  }
  return values;
}

function truth(value: string | undefined): boolean {
  return value === undefined || /^(true|1|yes|on)$/i.test(value);
}
