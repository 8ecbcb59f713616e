import { showCommand, showRemoteCommand } from '../../domain/naming.ts';
import { STREAMS_MOST } from '../../domain/streams.ts';
import type { CopyOrder } from '../../domain/transfer.ts';
import { loginOf, sshOptions } from './rsync-options.ts';
import {
  DIRECT_BLOCK,
  READ_BLOCK,
  STREAM_IN_SCRIPT,
  STREAM_OUT_SCRIPT,
  WRITE_BLOCK,
} from './scripts/stream.ts';

/**
 * True for what may go as plain bytes through SSH: whole, at full speed, and onto nothing. Whatever was cut, is limited or
 * compressed is rsync's.
 */
export function mayStream(order: Pick<CopyOrder, 'limitKibPerSecond' | 'codec'>, onto: boolean): boolean {
  const { limitKibPerSecond, codec = 'none' } = order;
  return !onto && limitKibPerSecond === undefined && codec === 'none';
}

/** The job on the source: a script and its parameters. */
export function streamCommand(order: CopyOrder): readonly string[] {
  const { fromPath, toPath, streams = 1 } = order;
  return [
    ...['sh', '-c', STREAM_OUT_SCRIPT, 'coldhaul-stream', fromPath, toPath, loginOf(order)],
    Math.min(Math.max(1, streams), STREAMS_MOST).toString(),
    order.keepMtime ? 'yes' : 'no',
    order.directWrite === true ? 'yes' : 'no',
    STREAM_IN_SCRIPT,
    ...sshOptions(order.aes, order.hostKey),
  ];
}

/** By which an admin does the same, in one stream. */
export function describeStream(order: CopyOrder): string {
  const [block, flag] = order.directWrite === true ? [DIRECT_BLOCK, 'direct'] : [WRITE_BLOCK, 'nocache'];
  const flags = ['iflag=fullblock', `oflag=${flag}`, 'conv=notrunc,sparse'];
  const receive = ['dd', `of=${order.toPath}`, `bs=${block}`, ...flags];
  const ssh = showRemoteCommand(loginOf(order), receive, sshOptions(order.aes, order.hostKey));
  return `${showCommand(['dd', `if=${order.fromPath}`, `bs=${READ_BLOCK}`])} | ${ssh}`;
}
