import type { HostTraits } from '../../host-traits.ts';
import { printable } from '../../naming.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';
import { withTraits } from './traits.ts';

/** From this OpenSSH on, scp speaks SFTP, and does not fall back (OpenSSH 9.0 release notes). */
const SFTP_SINCE = 9;

/** What Nova’s own copy by scp needs of the other side. */
export const SFTP_CHECKS: readonly MoveCheck[] = [
  {
    id: 'destination.sftp',
    title: 'SFTP for scp',
    scope: 'move',
    protectsFrom: 'The scp of OpenSSH 9 cannot copy to a host without SFTP, and Nova fails after the stop.',
    sources: ['row 38', 'nova/virt/libvirt/volume/remotefs.py:190-197', 'OpenSSH 9.0 release notes'],
    reads: 'Version of OpenSSH on the source; sshd_config of the destination: Subsystem sftp',
    testedIn: ['test/unit/domain/preflight/host-sftp.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: [
        `${evidence.source.name}: ${printable(evidence.source.facts.tools.ssh ?? 'no ssh')}`,
        look(evidence.destination.name, ['sshd', '-T']),
      ],
      ...withTraits(evidence.destination, (traits) => ofSftp(evidence, traits)),
    }),
  },
];

function ofSftp({ route, source, destination }: MoveEvidence, { hasSftp }: HostTraits): Judgement {
  if (route === 'seed' || source.facts.nova.transport !== 'ssh')
    return { verdict: 'pass', message: 'Nothing is copied by scp.' };
  const major = Number(/OpenSSH_(?<major>\d+)/.exec(source.facts.tools.ssh ?? '')?.groups?.['major']);
  if (hasSftp === true || major < SFTP_SINCE)
    return {
      verdict: 'pass',
      message: `scp on ${source.name} and sshd on ${destination.name} fit together.`,
    };
  if (hasSftp === undefined) {
    return {
      verdict: 'note',
      message: `sshd_config on ${destination.name} could not be read, so whether scp from ${source.name} can copy there is not known.`,
    };
  }
  return {
    verdict: 'warn',
    message: `Nova on ${source.name} copies by scp, which speaks SFTP since OpenSSH ${String(SFTP_SINCE)}, and sshd on ${destination.name} names no subsystem for it: the copy would fail when the instance is stopped already.`,
    fix: `On ${destination.name}: add “Subsystem sftp internal-sftp” to /etc/ssh/sshd_config, then systemctl reload ssh`,
  };
}
