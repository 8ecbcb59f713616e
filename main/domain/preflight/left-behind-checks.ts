import { cutMiddle, fileName, printable } from '../naming.ts';
import type { PlanEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** Files of Nova itself that it makes again or does not need (docs/handbook/nova.md, what travels); disk.info travels. */
const KNOWN =
  /^(?:disk\.info|console\.log(?:\.\d+)?|(?:kernel|ramdisk)(?:\.rescue)?|(?:libvirt|unrescue)\.xml)$/;
const NAMED = 8;
const NAME_CHARACTERS = 60;

/** What belongs to the instance and does not go with it. */
export function checkLeftBehind(evidence: PlanEvidence): readonly Finding[] {
  return [checkNvram(evidence), checkOtherFiles(evidence)];
}

/** A cold migration copies the instance's directory alone (F32; lp#1633447 mended hard reboot only). */
function checkNvram({ source }: PlanEvidence): Finding {
  const id = 'source.nvram';
  if (source.instance.hasNvram !== true)
    return { id, verdict: 'pass', message: 'The instance has no UEFI variables that would stay behind.' };
  return {
    id,
    verdict: 'warn',
    message: `The instance boots by UEFI, and its variables lie on ${source.name} outside its directory: a cold migration does not carry them, so boot entries and enrolled keys are lost.`,
    fix: `Look whether its system boots without them (EFI/BOOT/BOOTX64.EFI). Keep them, on ${source.name}: cp of the file in <nvram> of virsh dumpxml.`,
  };
}

function checkOtherFiles({ source, disks }: PlanEvidence): Finding {
  const id = 'source.other-files';
  const travelling = new Set(disks.map((disk) => disk.path));
  const odd = (source.instance.directory?.others ?? []).filter(
    ({ path }) => !travelling.has(path) && !KNOWN.test(fileName(path)),
  );
  if (odd.length === 0)
    return { id, verdict: 'pass', message: 'The instance’s directory holds nothing that is not Nova’s.' };
  const names = odd.slice(0, NAMED).map(({ path }) => cutMiddle(printable(fileName(path)), NAME_CHARACTERS));
  const more = odd.length > NAMED ? ` and ${String(odd.length - NAMED)} more` : '';
  return {
    id,
    verdict: 'note',
    message: `In the instance’s directory on ${source.name} lie files that do not travel: ${names.join(', ')}${more}. A confirm removes them with the source copy.`,
    fix: 'Save them before you confirm, if anybody needs them.',
  };
}
