import { z } from 'zod';
import type { FindingView } from '../../../../main/contract/views.ts';
import { INSTANCES } from '../../guests.ts';
import { ask, type HostName } from '../../machines.ts';

export type Finding = z.output<typeof FindingView>;

/** Something that real Nova or libvirt would trip over, and the finding that tells it before. */
export interface Obstacle {
  readonly id: string;
  readonly verdict: Finding['verdict'];
  readonly make: () => Promise<unknown>;
  readonly undo: () => Promise<unknown>;
}

/** Another line in a host's nova.conf, under `[section]`; the running nova-compute does not read it again. */
export function setting(
  id: string,
  verdict: Finding['verdict'],
  host: HostName,
  section: string,
  line: string,
): Obstacle {
  const file = '/etc/nova/nova.conf';
  const [key = ''] = line.split(' ');
  const hasSection = `{ grep -q "^\\[$2\\]" "$1" || printf "[%s]\\n" "$2" >>"$1"; }`;
  const edit = `cp -p "$1" "$1.kept" && ${hasSection} && sed -i -e "/^$3 *=/d" -e "/^\\[$2\\]/a $4" "$1" && grep -q "^$4" "$1"`;
  return {
    id,
    verdict,
    make: () => ask(host, 'sh', '-c', edit, 'test', file, section, key, line),
    undo: () => ask(host, 'sh', '-c', '[ ! -e "$1.kept" ] || mv "$1.kept" "$1"', 'test', file),
  };
}

/** A directory that nobody made who should. */
export function directory(id: string, host: HostName, name: string): Obstacle {
  return {
    id,
    verdict: 'block',
    make: () => ask(host, 'mkdir', '-p', `${INSTANCES}/${name}`),
    undo: () => ask(host, 'rmdir', '--ignore-fail-on-non-empty', `${INSTANCES}/${name}`),
  };
}
