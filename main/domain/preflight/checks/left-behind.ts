import { cutMiddle, fileName, printable } from '../../naming.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

/** Files of Nova itself that it makes again or does not need (docs/handbook/nova.md, what travels); disk.info travels. */
const KNOWN =
  /^(?:disk\.info|console\.log(?:\.\d+)?|(?:kernel|ramdisk)(?:\.rescue)?|(?:libvirt|unrescue)\.xml)$/;
const NAMED = 8;
const NAME_CHARACTERS = 60;

/** What belongs to the instance and does not go with it. */
export const LEFT_BEHIND_CHECKS: readonly MoveCheck[] = [
  {
    id: 'source.nvram',
    title: 'UEFI variables',
    scope: 'move',
    protectsFrom: 'Boot entries and enrolled keys are lost: they lie outside the instance’s directory.',
    sources: ['row 35', 'F32', 'lp#1633447'],
    reads: 'The domain’s XML on the source: <nvram>',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/cli.test.ts'],
    judge: (evidence) => ({
      evidence: [look(evidence.source.name, ['virsh', 'dumpxml', evidence.server.id])],
      ...ofNvram(evidence),
    }),
  },
  {
    id: 'source.other-files',
    title: 'Files that are not Nova’s',
    scope: 'move',
    protectsFrom: 'What somebody put beside the disks does not travel, and a confirm removes it.',
    sources: ['docs/handbook/nova.md'],
    reads: 'The instance’s directory on the source',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/preflight-basics.test.ts'],
    judge: (evidence) => ({
      evidence: [
        look(evidence.source.name, [
          'ls',
          '-la',
          evidence.source.instance.directory?.path ?? evidence.source.facts.nova.instancesPath,
        ]),
      ],
      ...ofOtherFiles(evidence),
    }),
  },
];

/** A cold migration copies the instance’s directory alone. */
function ofNvram({ source }: MoveEvidence): Judgement {
  if (source.instance.hasNvram !== true)
    return { verdict: 'pass', message: 'The instance has no UEFI variables that would stay behind.' };
  return {
    verdict: 'warn',
    message: `The instance boots by UEFI, and its variables lie on ${source.name} outside its directory: a cold migration does not carry them, so boot entries and enrolled keys are lost.`,
    fix: `Look whether its system boots without them (EFI/BOOT/BOOTX64.EFI). Keep them, on ${source.name}: cp of the file in <nvram> of virsh dumpxml.`,
  };
}

function ofOtherFiles({ source, disks }: MoveEvidence): Judgement {
  const travelling = new Set(disks.map((disk) => disk.path));
  const odd = (source.instance.directory?.others ?? []).filter(
    ({ path }) => !travelling.has(path) && !KNOWN.test(fileName(path)),
  );
  if (odd.length === 0)
    return { verdict: 'pass', message: 'The instance’s directory holds nothing that is not Nova’s.' };
  const names = odd.slice(0, NAMED).map(({ path }) => cutMiddle(printable(fileName(path)), NAME_CHARACTERS));
  const more = odd.length > NAMED ? ` and ${String(odd.length - NAMED)} more` : '';
  return {
    verdict: 'note',
    message: `In the instance’s directory on ${source.name} lie files that do not travel: ${names.join(', ')}${more}. A confirm removes them with the source copy.`,
    fix: 'Save them before you confirm, if anybody needs them.',
  };
}
