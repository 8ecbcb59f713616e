import { Failure } from '../../domain/failure.ts';
import { showCommand } from '../../domain/naming.ts';
import type { CopyOrder } from '../../domain/transfer.ts';
import type { JobEnd } from '../jobs/job-state.ts';
import { lastWords } from '../jobs/run-script.ts';
import { explainJob } from './explain.ts';
import { TUNNEL_CODES } from './scripts/tunnel.ts';

/** What ssh says where sshd makes no socket for it: AllowStreamLocalForwarding or DisableForwarding (sshd_config(5)), or before OpenSSH 6.7. */
const NO_SOCKET = /remote port forwarding failed|Bad remote forwarding specification/i;

/** What an admin can do where it is not allowed. */
export const TUNNEL_HINT =
  'Have sshd of the destination allow that user AllowStreamLocalForwarding (and no DisableForwarding, no `restrict` in authorized_keys), or plan with --flatten file.';

/** Of the shell, for a program that SIGKILL ended, as for want of memory. */
const KILLED = 137;

/** A job through the tunnel that ended badly, in words. */
export function explainTunnel(what: string, order: CopyOrder, { code, stderr }: JobEnd): Failure {
  if (NO_SOCKET.test(stderr))
    return new Failure(
      'job.failed',
      `${what} failed: sshd on ${order.destHost} made no socket for it. It said: ${lastWords(stderr)}`,
      {
        hint: TUNNEL_HINT,
      },
    );
  switch (code) {
    case TUNNEL_CODES.differs:
      return new Failure(
        'migration.copy-differs',
        `${what}: the image at the destination does not hold what the chain holds. ${lastWords(stderr)}`.trim(),
        { hint: 'The source is whole. Check memory, disk and network of both hosts before another try.' },
      );
    case TUNNEL_CODES.noServer:
      return new Failure(
        'job.failed',
        `${what} failed: qemu-nbd on ${order.sourceHost} did not offer ${order.fromPath}. It said: ${lastWords(stderr)}`,
        {
          hint: `On ${order.sourceHost}: ${showCommand(['qemu-img', 'info', '-U', '--backing-chain', order.fromPath])}`,
        },
      );
    case TUNNEL_CODES.noCompare:
      return new Failure('host.tool-missing', `${what} needs a qemu-img with \`compare\` (1.4 or newer).`, {
        hint: `Install qemu-img on ${order.destHost}.`,
      });
    case KILLED:
      // What the other end says of it then, an error of input and output, is not what happened.
      return explainJob(what, code, '');
    default:
      return explainJob(what, code, stderr);
  }
}
