import { isGuestProgram } from '../../guest-process.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';
import { withClose } from './close.ts';

const TESTED_IN = [
  'test/unit/domain/preflight/disk-use.test.ts',
  'test/integration/preflight-disks.test.ts',
] as const;

/** Who else has the disks in hand. */
export const DISK_USE_CHECKS: readonly MoveCheck[] = [
  {
    id: 'disks.in-use',
    title: 'Who has the disks open',
    scope: 'move',
    protectsFrom: 'Whoever else writes to a disk, or copies it, decides what arrives.',
    sources: ['row 18', 'G1'],
    reads: '/proc on the source: open files of the instance, and copy programs that name it',
    testedIn: [...TESTED_IN, 'test/openstack/scenarios/preflight/of-disks.ts'],
    judge: (evidence) => ({ evidence: openWords(evidence), ...ofInUse(evidence) }),
  },
  {
    id: 'disks.jobs',
    title: 'Jobs of libvirt',
    scope: 'move',
    protectsFrom:
      'A stop in the middle of a block copy, commit or backup leaves a disk that is neither old nor new.',
    sources: ['row 18', 'G1', 'tools/virsh-domain.c (virshBlockJobInfo)'],
    reads: 'virsh blockjob of every disk, and virsh domjobinfo, while the domain runs',
    testedIn: [...TESTED_IN, 'test/openstack/scenarios/preflight/of-disks.ts'],
    judge: (evidence) => ({
      evidence: [look(evidence.source.name, ['virsh', 'domjobinfo', evidence.server.id])],
      ...ofJobs(evidence),
    }),
  },
];

function isRunning({ source }: MoveEvidence): boolean {
  return source.instance.domain === 'running' || source.instance.domain === 'paused';
}

/** Those that are not the guest itself. */
function strangers(evidence: MoveEvidence): readonly string[] {
  const { close, copyProcesses } = evidence.source.instance;
  const open = (close?.diskOpeners ?? []).filter(
    ({ program }) => !(isRunning(evidence) && isGuestProgram(program)),
  );
  const guests = (close?.diskOpeners ?? []).filter(({ program }) => isGuestProgram(program));
  const copies = copyProcesses.filter((command) => !guests.some((guest) => guest.command === command));
  return [...new Set([...open.map(({ command }) => command), ...copies])];
}

function openWords(evidence: MoveEvidence): readonly string[] {
  const { name, instance, facts } = evidence.source;
  return [
    ...(instance.close?.diskOpeners ?? []).map(({ command }) => `Open in: ${command}`),
    look(name, ['fuser', '-v', `${instance.directory?.path ?? facts.nova.instancesPath}/disk`]),
  ];
}

function ofInUse(evidence: MoveEvidence): Judgement {
  return withClose(evidence.source, () => {
    const found = strangers(evidence);
    if (found.length === 0) {
      return {
        verdict: 'pass',
        message: isRunning(evidence)
          ? 'Nothing but the guest itself has its disks open.'
          : 'Nothing has its disks open.',
      };
    }
    return {
      verdict: 'block',
      message: `On ${evidence.source.name} its disks are in use by: ${found.join('; ')} (G1).`,
      fix: `Wait for it, or end it if you know what it is. On ${evidence.source.name}: fuser -v ${quoted(evidence.source.instance.directory?.path ?? '')}/disk`,
    };
  });
}

function ofJobs(evidence: MoveEvidence): Judgement {
  const { source, server } = evidence;
  return withClose(source, ({ jobs, jobsKnown }) => {
    const [first] = jobs;
    if (first !== undefined) {
      const told = jobs.map(({ target, kind }) => (target === undefined ? kind : `${kind} of ${target}`));
      return {
        verdict: 'block',
        message: `libvirt on ${source.name} is at work on its disks: ${told.join(', ')}.`,
        fix:
          first.target === undefined
            ? `Wait for its end, on ${source.name}: virsh domjobinfo ${server.id}`
            : `Wait for its end, or give it up, on ${source.name}: virsh blockjob ${server.id} ${quoted(first.target)} --info`,
      };
    }
    if (!isRunning(evidence))
      return { verdict: 'pass', message: 'Its domain does not run, so libvirt does nothing with its disks.' };
    if (!jobsKnown) {
      return {
        verdict: 'note',
        message: `libvirt on ${source.name} did not say of each disk whether a copy, commit or backup is under way.`,
        fix: `On ${source.name}: virsh domjobinfo ${server.id}, and virsh blockjob of each disk of virsh domblklist ${server.id}`,
      };
    }
    return { verdict: 'pass', message: 'libvirt does nothing with its disks: no copy, commit or backup.' };
  });
}
