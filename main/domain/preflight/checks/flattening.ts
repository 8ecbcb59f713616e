import { streamed, type DiskPlan } from '../../plan.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';

/** Disks that become one file without a base (docs/adr/0016-plain-stream-first.md, flattening on the way). */
export const FLATTENING_CHECKS: readonly MoveCheck[] = [
  {
    id: 'disks.flattened',
    title: 'Flattening on the way',
    scope: 'move',
    protectsFrom:
      'The instance is off, or its disks are frozen, and then the source cannot offer the destination what a guest sees of a disk.',
    sources: [
      'docs/adr/0016-plain-stream-first.md',
      'ssh(1), -R',
      'sshd_config(5), AllowStreamLocalForwarding',
      'qemu-nbd(8)',
    ],
    reads:
      'A tunnel from the destination back to the source, by the user of Nova; qemu-nbd on the source, qemu-img at the destination',
    testedIn: ['test/unit/domain/preflight/flattening.test.ts', 'test/integration/route-thin-stream.test.ts'],
    judge: (evidence) => ({ evidence: words(evidence), ...ofFlattening(evidence) }),
  },
];

function ofFlattening({ disks, route, tunnel, source, destination }: MoveEvidence): Judgement {
  const onTheWay = streamed({ route, disks });
  const files = disks.filter(({ strategy }) => strategy === 'flatten');
  if (onTheWay.length === 0)
    return {
      verdict: 'pass',
      message:
        files.length === 0
          ? 'No disk has to be made into one file without a base.'
          : `${names(files)}: made into one file without a base on ${source.name}, which then travels.`,
    };
  if (tunnel?.ok === true)
    return {
      verdict: 'pass',
      message: `${names(onTheWay)}: flattened on the way, with no file in between; the tunnel is there.`,
    };
  return {
    verdict: 'block',
    message: `${names(onTheWay)} cannot be flattened on the way: ${tunnel === undefined ? 'the tunnel was not tried' : tunnel.said}.`,
    fix: `On ${destination.name}, sshd must let ${source.facts.novaUser.name} have a socket made (AllowStreamLocalForwarding, no DisableForwarding, no \`restrict\` in authorized_keys); ${source.name} needs qemu-nbd. Or plan with --flatten file.`,
  };
}

function names(disks: readonly DiskPlan[]): string {
  return disks.map(({ name }) => name).join(', ');
}

function words({ tunnel }: MoveEvidence): readonly string[] {
  if (tunnel === undefined) return ['tunnel: not tried, nothing is flattened on its way'];
  return [
    `tunnel: ${tunnel.ok ? 'there' : 'not there'}${tunnel.said === '' ? '' : `; it said: ${tunnel.said}`}`,
  ];
}
