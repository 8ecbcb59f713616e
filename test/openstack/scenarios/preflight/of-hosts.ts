import { INSTANCES } from '../../guests.ts';
import { ask } from '../../machines.ts';
import type { Stage } from '../../scenario.ts';
import { directory, setting, type Obstacle } from './obstacle.ts';

const KEYS = '/var/lib/nova/.ssh/authorized_keys';

/** What the hosts are, are set to, and have lying about. */
export function ofHosts({ from, to }: Stage, id: string): readonly Obstacle[] {
  return [
    directory('source.leftovers', from, `${id}_resize`),
    directory('destination.leftovers', to, id),
    {
      id: 'destination.instances-directory',
      verdict: 'block',
      make: () => ask(to, 'chmod', '0700', INSTANCES),
      undo: () => ask(to, 'chmod', '0755', INSTANCES),
    },
    {
      id: 'source.owner',
      verdict: 'block',
      make: () => ask(from, 'chown', 'root:', `${INSTANCES}/${id}`),
      undo: () => ask(from, 'chown', 'nova:', `${INSTANCES}/${id}`),
    },
    {
      id: 'hosts.ssh',
      verdict: 'block',
      make: () => ask(to, 'mv', KEYS, `${KEYS}.kept`),
      undo: () => ask(to, 'sh', '-c', '[ ! -e "$1.kept" ] || mv "$1.kept" "$1"', 'test', KEYS),
    },
    setting('source.transport', 'block', from, 'libvirt', 'remote_filesystem_transport = ssh'),
    setting('hosts.images-type', 'block', to, 'libvirt', 'images_type = lvm'),
    setting('destination.resume-guests', 'note', to, 'DEFAULT', 'resume_guests_state_on_host_boot = true'),
    setting('hosts.instances-path', 'block', to, 'DEFAULT', 'instances_path = /var/lib/nova'),
    setting(
      'destination.image-cache',
      'note',
      to,
      'image_cache',
      'remove_unused_original_minimum_age_seconds = 60',
    ),
    setting('destination.confirm-window', 'warn', to, 'DEFAULT', 'resize_confirm_window = 3600'),
  ];
}
