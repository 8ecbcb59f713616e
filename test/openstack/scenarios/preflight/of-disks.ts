import { INSTANCES } from '../../guests.ts';
import { ask } from '../../machines.ts';
import type { Stage } from '../../scenario.ts';
import type { Obstacle } from './obstacle.ts';

/** What is wrong with the disks, or who has them in hand; the guest runs all the while. */
export function ofDisks({ from, to }: Stage, id: string): readonly Obstacle[] {
  const home = `${INSTANCES}/${id}`;
  const record = `${home}/disk.info`;
  const layer = `${home}/disk.layer`;
  const specs = [`vda,snapshot=external,file=${layer}`, 'vdb,snapshot=no', 'vdc,snapshot=no'];
  const onlyRoot = specs.flatMap((spec) => ['--diskspec', spec]);
  const snapshot = ['virsh', 'snapshot-create-as', id, 'layer', '--disk-only', '--atomic', '--no-metadata'];
  const reader = '/run/reader.pid';
  const held = 'sleep 3600 <"$1" >/dev/null 2>&1 & echo $! >"$2"';
  return [
    {
      id: 'disks.info',
      verdict: 'block',
      make: () => ask(from, 'sh', '-c', 'cp -p "$1" "$1.kept" && echo garbage >"$1"', 'test', record),
      undo: () => ask(from, 'sh', '-c', '[ ! -e "$1.kept" ] || mv "$1.kept" "$1"', 'test', record),
    },
    {
      // A snapshot beside Nova: the guest writes to a layer that Nova does not know.
      id: 'disks.layers',
      verdict: 'block',
      make: () => ask(from, ...snapshot, ...onlyRoot),
      undo: async () => {
        await ask(from, 'virsh', 'blockcommit', id, 'vda', '--shallow', '--active', '--pivot', '--wait');
        await ask(from, 'rm', '-f', layer);
      },
    },
    {
      id: 'disks.in-use',
      verdict: 'block',
      make: () => ask(from, 'sh', '-c', held, 'test', `${home}/disk`, reader),
      undo: () => ask(from, 'sh', '-c', '[ ! -e "$1" ] || { kill "$(cat "$1")"; rm "$1"; }', 'test', reader),
    },
    {
      // A copy of a running disk by libvirt, so slow that it is there for as long as it takes to look.
      id: 'disks.jobs',
      verdict: 'block',
      make: () =>
        ask(
          from,
          ...['virsh', 'blockcopy', id, 'vda', '/var/lib/nova/copied', '--transient-job', '--bandwidth', '1'],
        ),
      undo: async () => {
        await ask(from, 'virsh', 'blockjob', id, 'vda', '--abort');
        await ask(from, 'rm', '-f', '/var/lib/nova/copied');
      },
    },
    {
      id: 'hosts.domains',
      verdict: 'block',
      make: async () => {
        const xml = (await ask(from, 'virsh', 'dumpxml', '--inactive', id)) ?? '';
        await ask(to, 'sh', '-c', 'printf %s "$1" >/run/twin.xml && virsh define /run/twin.xml', 'test', xml);
      },
      undo: () => ask(to, 'virsh', 'undefine', id),
    },
  ];
}
