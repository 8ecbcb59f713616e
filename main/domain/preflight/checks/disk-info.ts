import type { CloseLook } from '../../host-close-look.ts';
import type { DiskFile } from '../../host.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';
import { readable, withClose } from './close.ts';

/** Nova's own record of what its disks are. */
export const DISK_INFO_CHECKS: readonly MoveCheck[] = [
  {
    id: 'disks.info',
    title: 'Nova’s record of formats',
    scope: 'move',
    protectsFrom:
      'Nova tells QEMU the format that disk.info names; a wrong one turns the whole disk into garbage for the guest.',
    sources: [
      'lp#1221190',
      'nova/virt/libvirt/imagebackend.py (resolve_driver_format)',
      'nova/virt/libvirt/driver.py:12825',
    ],
    reads:
      'disk.info on the source; qemu-img info; <driver type> of the domain; the first bytes of each file',
    testedIn: [
      'test/unit/domain/preflight/disk-info.test.ts',
      'test/integration/preflight-disks.test.ts',
      'test/openstack/scenarios/preflight/of-disks.ts',
    ],
    judge: (evidence) => ({ evidence: infoWords(evidence), ...ofInfo(evidence) }),
  },
];

function infoPath({ source: { instance, facts } }: MoveEvidence): string {
  return `${instance.directory?.path ?? facts.nova.instancesPath}/disk.info`;
}

function infoWords(evidence: MoveEvidence): readonly string[] {
  const formats = evidence.source.instance.close?.diskInfo?.formats ?? {};
  return [
    ...Object.entries(formats).map(([path, format]) => `${path}: ${format}`),
    look(evidence.source.name, ['cat', infoPath(evidence)]),
  ];
}

/** Where disk.info, the domain and the file itself do not say the same of one disk. */
function disagreement(disk: DiskFile, close: CloseLook): string | undefined {
  const noted = close.diskInfo?.formats?.[disk.path];
  const told = close.domainDisks.find(({ path }) => path === disk.path)?.format;
  const is = disk.chain[0]?.format;
  if (noted === undefined) return undefined;
  if (told !== undefined && told !== noted)
    return `${disk.name}: disk.info says ${noted}, the domain ${told}`;
  if (is !== undefined && is !== noted) return `${disk.name}: disk.info says ${noted}, qemu-img ${is}`;
  return undefined;
}

function ofInfo(evidence: MoveEvidence): Judgement {
  const { source } = evidence;
  return withClose(source, (close) => {
    const disks = readable(source);
    const path = infoPath(evidence);
    if (close.diskInfo !== undefined && close.diskInfo.formats === undefined) {
      return {
        verdict: 'block',
        message: `${path} on ${source.name} is not what Nova writes there, and Nova refuses to start an instance with such a file.`,
        fix: `Look at it, on ${source.name}: cat ${quoted(path)}. It should be one object of paths and formats, such as {"/path/disk": "qcow2"}.`,
      };
    }
    const wrong = disks.flatMap((disk) => disagreement(disk, close) ?? []);
    if (wrong.length > 0) {
      return {
        verdict: 'block',
        message: `Nova’s record of formats is wrong: ${wrong.join('; ')}. The record travels, and the guest would find garbage at the destination.`,
        fix: `Find out what is so, on ${source.name}: virsh dumpxml ${evidence.server.id}, then correct ${quoted(path)}.`,
      };
    }
    return ofSilence(evidence, close, disks, path);
  });
}

/** A format that nobody wrote down is guessed from the content, which is the guest's own. */
function ofSilence(
  { source }: MoveEvidence,
  close: CloseLook,
  disks: readonly DiskFile[],
  path: string,
): Judgement {
  const isRaw = (disk: DiskFile): boolean => disk.chain[0]?.format === 'raw' && disk.role !== 'config';
  const posing = disks.filter((disk) => isRaw(disk) && close.qcow2Magic.includes(disk.path));
  if (posing.length > 0) {
    return {
      verdict: 'warn',
      message: `${posing.map((disk) => disk.name).join(', ')} counts as raw and begins as a qcow2 image does: either Nova’s record is wrong, or the guest wrote that.`,
      fix: `Ask what the guest sees on that disk before you go on. On ${source.name}: head -c 512 ${quoted(posing[0]?.path ?? '')} | od -c | head`,
    };
  }
  const unnoted = disks.filter((disk) => isRaw(disk) && close.diskInfo?.formats?.[disk.path] === undefined);
  if (unnoted.length > 0) {
    return {
      verdict: 'warn',
      message: `${path} does not say what ${unnoted.map((disk) => disk.name).join(', ')} is, so Nova would guess the format from what the guest wrote there.`,
      fix: `Add it, on ${source.name}: {"${unnoted[0]?.path ?? ''}": "raw"} in ${path}, owner nova.`,
    };
  }
  if (close.diskInfo === undefined && disks.length > 0) {
    return {
      verdict: 'note',
      message: `${source.name} has no ${path}, as for instances of releases before Havana; Nova asks qemu-img then, and all these disks are qcow2.`,
    };
  }
  return { verdict: 'pass', message: 'Nova’s record of formats, the domain and the files say the same.' };
}
