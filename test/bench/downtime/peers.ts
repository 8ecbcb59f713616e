import { showCommand } from '../../../main/domain/naming.ts';
import { sshOptions } from '../../../main/services/transfer/rsync-options.ts';

import type { Peer } from './types.ts';

/** One command of a way, as nova's user on the source. */
export interface PeerStep {
  /** Which part of the whole its seconds are. */
  readonly part: 'convert' | 'copy';
  readonly argv: readonly string[];
}

export interface PeerOrder {
  /** Directories of the instance, on the source and at the destination. */
  readonly from: string;
  readonly to: string;
  readonly address: string;
  /** Names of the disks, all qcow2 with a base. */
  readonly names: readonly string[];
}

/**
 * What Nova runs for each disk, one after the other.
 *
 * - Icehouse to Kilo: nova/virt/libvirt/driver.py of 2014.1, `migrate_disk_and_power_off` (convert to `_rbase`), and
 *   nova/virt/libvirt/utils.py, `copy_image` (a dry run, then the copy). rsync had only zlib then; a newer one chooses
 *   another by itself, so it is told.
 * - today: nova/virt/libvirt/volume/remotefs.py, `SshDriver.copy_file` and `RsyncDriver.copy_file`. qcow2 is not
 *   compressed (NO_COMPRESSION_TYPES in driver.py).
 */
export function peerSteps(peer: Peer, order: PeerOrder): readonly PeerStep[] {
  return order.names.flatMap((name) => stepsOf(peer, order, name));
}

function stepsOf(peer: Peer, { from, to, address }: PeerOrder, name: string): readonly PeerStep[] {
  const source = `${from}/${name}`;
  const target = `${address}:${to}/${name}`;
  switch (peer) {
    case 'nova-icehouse': {
      const flat = `${source}_rbase`;
      const rsync = ['rsync', '--sparse', '--compress', '--compress-choice=zlib', '-e', 'ssh'];
      return [
        { part: 'convert', argv: ['qemu-img', 'convert', '-f', 'qcow2', '-O', 'qcow2', source, flat] },
        { part: 'copy', argv: [...rsync, '--dry-run', flat, target] },
        { part: 'copy', argv: [...rsync, flat, target] },
        { part: 'copy', argv: ['rm', '-f', flat] },
      ];
    }
    case 'nova-scp':
      return [{ part: 'copy', argv: ['scp', '-r', source, target] }];
    case 'nova-rsync':
      return [{ part: 'copy', argv: ['rsync', '-r', '--sparse', source, target] }];
  }
}

/**
 * The least that a copy through SSH can be: all disks at once, each through one pipe, nothing compared and nothing
 * flushed; with the ciphers that our own copies take.
 */
export function floorCommand({ from, to, address, names }: PeerOrder, aes: boolean): readonly string[] {
  const ssh = showCommand(['ssh', ...sshOptions(aes)]);
  const text = `from=$1 to=$2 address=$3
shift 3
pids=
for name; do
  cat "$from/$name" | ${ssh} "$address" "cat >$to/$name" &
  pids="$pids $!"
done
for pid in $pids; do wait "$pid" || exit 1; done`;
  return ['sh', '-c', text, 'floor', from, to, address, ...names];
}
