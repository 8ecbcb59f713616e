import { z } from 'zod';
import { INSTANCES } from '../../guests.ts';
import { ask } from '../../machines.ts';
import type { Stage } from '../../scenario.ts';
import { must } from '../words.ts';
import type { Obstacle } from './obstacle.ts';

/** What was done to the domain beside Nova, by libvirt or QEMU, while the guest runs. */
export function ofDomain(stage: Stage, id: string): readonly Obstacle[] {
  const { from } = stage;
  const file = '/var/lib/nova/elsewhere.raw';
  const disk = `${INSTANCES}/${id}/disk`;
  const snapshot = { name: 'a-test' };
  return [
    {
      id: 'disks.elsewhere',
      verdict: 'block',
      make: async () => {
        await ask(from, 'truncate', '-s', '1M', file);
        await ask(from, 'virsh', 'attach-disk', id, file, 'vdz', '--live');
      },
      undo: async () => {
        await ask(from, 'virsh', 'detach-disk', id, 'vdz', '--live');
        await ask(from, 'rm', '-f', file);
      },
    },
    {
      id: 'disks.snapshots',
      verdict: 'note',
      make: () => ofQemu(stage, id, 'blockdev-snapshot-internal-sync', disk, snapshot),
      undo: () => ofQemu(stage, id, 'blockdev-snapshot-delete-internal-sync', disk, snapshot),
    },
  ];
}

const Blocks = z.object({
  return: z.array(z.object({ inserted: z.object({ file: z.string(), 'node-name': z.string() }).optional() })),
});

/** An order to QEMU itself, for the node of one disk. */
async function ofQemu(
  { from }: Stage,
  id: string,
  execute: string,
  disk: string,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  const order = (command: unknown): Promise<string | undefined> =>
    ask(from, 'virsh', 'qemu-monitor-command', id, JSON.stringify(command));
  const blocks = Blocks.parse(JSON.parse((await order({ execute: 'query-block' })) ?? ''));
  const device = blocks.return.find(({ inserted }) => inserted?.file === disk)?.inserted?.['node-name'];
  const said = await order({ execute, arguments: { device, ...more } });
  must(said?.includes('"error"') === false, `QEMU refuses ${execute}: ${said ?? 'no answer'}`);
}

/** A larger disk than the flavor's: it cannot be made small again while the guest runs. */
export function grown({ from }: Stage, id: string): Obstacle {
  return {
    id: 'server.flavor',
    verdict: 'note',
    make: () => ask(from, 'virsh', 'blockresize', id, 'vda', '3G'),
    undo: () => Promise.resolve(),
  };
}
