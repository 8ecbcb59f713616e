import { showCommand, showRemoteCommand } from '../../domain/naming.ts';
import type { CopyOrder, FlattenOnTheWay } from '../../domain/transfer.ts';
import { loginOf, sshOptions } from './rsync-options.ts';
import { COMPARE_SCRIPT, CONVERT_SCRIPT, SERVE_SCRIPT } from './scripts/tunnel.ts';

const RECEIVE = { copy: CONVERT_SCRIPT, compare: COMPARE_SCRIPT } as const;

/** The job on the source: offers the chain, and has the destination take it or compare it. */
export function tunnelCommand(
  what: keyof typeof RECEIVE,
  order: CopyOrder & { readonly flatten: FlattenOnTheWay },
): readonly string[] {
  const { fromPath, toPath, limitKibPerSecond: limit, flatten } = order;
  return [
    ...['sh', '-c', SERVE_SCRIPT, 'coldhaul-tunnel', fromPath, flatten.format, toPath, loginOf(order)],
    limit === undefined ? 'none' : (limit * 1024).toString(),
    order.directWrite === true ? 'yes' : 'no',
    RECEIVE[what],
    ...sshOptions(order.aes, order.hostKey),
  ];
}

/** By which an admin does the same; the sockets have other names each time. */
export function describeFlattened(order: CopyOrder): string {
  return describe(order, [
    'qemu-img',
    'convert',
    '-p',
    '-f',
    'raw',
    '-O',
    'qcow2',
    AT_DESTINATION,
    order.toPath,
  ]);
}

export function describeCompare(order: CopyOrder): string {
  return describe(order, [
    'qemu-img',
    'compare',
    '-p',
    '-f',
    'raw',
    '-F',
    'qcow2',
    AT_DESTINATION,
    order.toPath,
  ]);
}

const [NEAR, FAR] = ['/tmp/coldhaul-nbd', '/tmp/coldhaul-nbd.far'];
const AT_DESTINATION = `nbd:unix:${FAR}`;

function describe(order: CopyOrder, command: readonly string[]): string {
  const serve = ['qemu-nbd', '-r', '-f', order.flatten?.format ?? 'qcow2', '-k', NEAR, '--', order.fromPath];
  const ssh = showRemoteCommand(loginOf(order), command, [
    ...['-R', `${FAR}:${NEAR}`],
    ...sshOptions(order.aes, order.hostKey),
  ]);
  return `${showCommand(serve)} & ${ssh}`;
}
