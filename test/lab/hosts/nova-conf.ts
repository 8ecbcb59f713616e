import { INSTANCES_PATH } from '../types.ts';
import type { NovaOptions } from './types.ts';

export const DEFAULT_NOVA_OPTIONS: NovaOptions = {
  transport: 'rsync',
  resizeConfirmWindowSeconds: 0,
  shutdownTimeoutSeconds: 10,
  forceRawImages: true,
  useCowImages: true,
  removeUnusedBaseImages: true,
};

/**
 * A host's /etc/nova/nova.conf, with the sections of a real one. The passwords in it are bait: nothing here accepts
 * them, and whoever reads this file must not carry them away.
 */
export function novaConf(
  host: { readonly name: string; readonly address: string },
  options: NovaOptions,
): string {
  return `# nova-compute of ${host.name}
[DEFAULT]
host = ${host.name}
my_ip = ${host.address}
state_path = /var/lib/nova
instances_path = ${INSTANCES_PATH}
resize_confirm_window = ${options.resizeConfirmWindowSeconds}
shutdown_timeout = ${options.shutdownTimeoutSeconds}
use_cow_images = ${python(options.useCowImages)}
force_raw_images = ${python(options.forceRawImages)}
transport_url = rabbit://nova:lab-bait@127.0.0.1:5672/

[keystone_authtoken]
username = nova
password = lab-bait

[image_cache]
remove_unused_base_images = ${python(options.removeUnusedBaseImages)}

[libvirt]
remote_filesystem_transport = ${options.transport}
images_type = default
`;
}

/** What Debian's nova-compute package adds in a file of its own. */
export const NOVA_COMPUTE_CONF = `[DEFAULT]
compute_driver = libvirt.LibvirtDriver

[libvirt]
virt_type = qemu
`;

function python(value: boolean): string {
  return value ? 'True' : 'False';
}
