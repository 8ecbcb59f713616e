import { becomesOneFile } from '../../plan.ts';
import type { ImageCheck } from '../../host-close-look.ts';
import type { DiskFile } from '../../host.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';
import { files, readable, withClose } from './close.ts';

const TESTED_IN = [
  'test/unit/domain/preflight/disk-health.test.ts',
  'test/integration/preflight-disks.test.ts',
] as const;

/** How `qemu-img check` ends (qemu-img(1)). */
const CLEAN = 0;
const CORRUPT = 2;
const LEAKS = 3;

/** What is inside the disk files. */
export const DISK_HEALTH_CHECKS: readonly MoveCheck[] = [
  {
    id: 'disks.health',
    title: 'Health of the disk files',
    scope: 'move',
    protectsFrom:
      'A damaged image is copied byte for byte, and QEMU refuses to start it, or it loses data there.',
    sources: ['row 18', 'qemu-img(1)'],
    reads:
      'qemu-img info: corrupt, dirty-flag; qemu-img check, for at most 60 s and only while the domain is off',
    testedIn: TESTED_IN,
    judge: (evidence) => ({ evidence: healthWords(evidence), ...ofHealth(evidence) }),
  },
  {
    id: 'disks.snapshots',
    title: 'Snapshots inside the disks',
    scope: 'move',
    protectsFrom: 'Flattening keeps what the guest sees now; snapshots inside the file are lost.',
    sources: ['row 19', 'qemu-img(1), convert'],
    reads: 'qemu-img info: snapshots; what is done with each disk',
    testedIn: [...TESTED_IN, 'test/openstack/scenarios/preflight/of-domain.ts'],
    judge: (evidence) => ({
      evidence: lookAt(evidence, ['qemu-img', 'snapshot', '-U', '-l']),
      ...ofSnapshots(evidence),
    }),
  },
  {
    id: 'disks.encrypted',
    title: 'Encrypted disks',
    scope: 'move',
    protectsFrom: 'The key is not in the file: without it at the destination nobody reads the disk.',
    sources: ['nova/virt/libvirt/driver.py', 'qemu-img(1)'],
    reads: 'qemu-img info: encrypted; format luks',
    testedIn: TESTED_IN,
    judge: (evidence) => ({
      evidence: lookAt(evidence, ['qemu-img', 'info', '-U']),
      ...ofEncrypted(evidence),
    }),
  },
];

function lookAt({ source }: MoveEvidence, argv: readonly string[]): readonly string[] {
  const [disk] = readable(source);
  return [look(source.name, [...argv, disk?.path ?? source.facts.nova.instancesPath])];
}

function healthWords(evidence: MoveEvidence): readonly string[] {
  const checks = evidence.source.instance.close?.checks ?? [];
  return [
    ...checks.map(
      ({ path, code, corruptions, leaks }) =>
        `${path}: qemu-img check ended with ${String(code)}, ${String(corruptions)} corruptions, ${String(leaks)} leaked clusters`,
    ),
    ...lookAt(evidence, ['qemu-img', 'check', '-U']),
  ];
}

function ofHealth(evidence: MoveEvidence): Judgement {
  const { source } = evidence;
  return withClose(source, ({ checks }) => {
    const disks = readable(source);
    const marked = disks.filter((disk) => disk.chain.some((link) => link.corrupt === true));
    if (marked.length > 0) return corrupt(evidence, marked, 'QEMU has marked as damaged');
    const found = (is: (check: ImageCheck) => boolean): readonly DiskFile[] =>
      disks.filter((disk) => checks.some((check) => check.path === disk.path && is(check)));
    const damaged = found(({ code, corruptions }) => code === CORRUPT || corruptions > 0);
    if (damaged.length > 0) return corrupt(evidence, damaged, 'qemu-img check finds damaged');
    const isOff = source.instance.domain === 'shut off' || source.instance.domain === 'absent';
    const dirty = isOff ? disks.filter((disk) => disk.chain[0]?.dirty === true) : [];
    if (dirty.length > 0) {
      return {
        verdict: 'warn',
        message: `${names(dirty)} was not closed in order (dirty bit), as after a crash of QEMU; the next one that writes to it has to repair it first.`,
        fix: `With the instance off, on ${source.name}: qemu-img check -r all ${quoted(dirty[0]?.path ?? '')}`,
      };
    }
    const undone = checks.filter(({ code }) => code !== CLEAN && code !== LEAKS);
    if (undone.length > 0) {
      return {
        verdict: 'note',
        message: `qemu-img check came to no end: ${undone.map(({ path, said, code }) => `${path}: ${said || `status ${String(code)}`}`).join('; ')}. The marks in the files say nothing bad.`,
        fix: `On ${source.name}: qemu-img check -U ${quoted(undone[0]?.path ?? '')}`,
      };
    }
    const leaking = found(({ leaks }) => leaks > 0);
    if (leaking.length > 0) {
      const clusters = checks.reduce((sum, { leaks }) => sum + leaks, 0);
      return {
        verdict: 'note',
        message: `${names(leaking)} holds ${String(clusters)} leaked clusters: they take up room and travel, and do no harm.`,
        fix: `With the instance off, on ${source.name}: qemu-img check -r leaks ${quoted(leaking[0]?.path ?? '')}`,
      };
    }
    return {
      verdict: 'pass',
      message: isOff
        ? `${files(disks.length)}: none is marked as damaged; ${String(checks.length)} of them qcow2, and qemu-img check finds nothing in these.`
        : `${files(disks.length)}: none is marked as damaged. What is in them is checked only while the instance is off.`,
    };
  });
}

function names(disks: readonly DiskFile[]): string {
  return disks.map((disk) => disk.name).join(', ');
}

function corrupt({ source }: MoveEvidence, disks: readonly DiskFile[], how: string): Judgement {
  const path = disks[0]?.path ?? '';
  return {
    verdict: 'block',
    message: `${names(disks)} on ${source.name} is what ${how}; a copy would be as damaged, and the original gone after a confirm.`,
    fix: `With the instance off, on ${source.name}, after a copy of the file: qemu-img check ${quoted(path)}, then qemu-img check -r all ${quoted(path)}`,
  };
}

function ofSnapshots({ source, disks }: MoveEvidence): Judgement {
  const holding = readable(source).filter((disk) => (disk.chain[0]?.snapshots ?? []).length > 0);
  if (holding.length === 0) return { verdict: 'pass', message: 'No disk file has snapshots inside it.' };
  const told = holding
    .map(({ name, chain }) => `${name} (${(chain[0]?.snapshots ?? []).join(', ')})`)
    .join('; ');
  const made = disks.filter(becomesOneFile);
  const lost = holding.filter(({ name }) => made.some((disk) => disk.name === name));
  if (lost.length > 0) {
    return {
      verdict: 'warn',
      message: `Snapshots inside ${told}: ${names(lost)} is made into a new file without a base, and they are lost at the destination.`,
      fix: `Save what is needed, on ${source.name}: qemu-img convert -l SNAPSHOT -O qcow2 ${quoted(lost[0]?.path ?? '')} FILE`,
    };
  }
  return { verdict: 'note', message: `Snapshots inside ${told}: they travel with the file.` };
}

function ofEncrypted({ source, disks }: MoveEvidence): Judgement {
  const locked = readable(source).filter(({ chain }) =>
    chain.some((link) => link.encrypted === true || link.format === 'luks'),
  );
  if (locked.length === 0) return { verdict: 'pass', message: 'No disk file is encrypted.' };
  const flattened = locked.filter(({ name }) =>
    disks.some((disk) => disk.name === name && becomesOneFile(disk)),
  );
  if (flattened.length > 0) {
    return {
      verdict: 'block',
      message: `${names(flattened)} is encrypted and would have to be made into a new file, which cannot be done without its key.`,
      fix: 'Bring its base to the destination first, so that the file can be copied as it is, or move it by hand.',
    };
  }
  return {
    verdict: 'warn',
    message: `${names(locked)} is encrypted: it is copied as it is, but its key lies in libvirt or Barbican and not in the file.`,
    fix: `Make sure that the destination gets the key: virsh secret-list on ${source.name}, openstack secret list.`,
  };
}
