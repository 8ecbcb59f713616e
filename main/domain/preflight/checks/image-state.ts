import { fileName } from '../../naming.ts';
import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';

const HASH_DIGITS = 12;

/** Whether Glance would give the image that it has. */
export const IMAGE_STATE_CHECKS: readonly MoveCheck[] = [
  {
    id: 'image.state',
    title: 'State of the image',
    scope: 'move',
    protectsFrom:
      'Glance has the image and does not give its bytes, so Nova cannot make the base at the destination, after the copy.',
    sources: ['row 13', 'F21', 'Glance API, image statuses'],
    reads: 'Glance: status, format, size, hash and visibility of the image',
    testedIn: [
      'test/unit/domain/preflight/cloud-image.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/preflight/of-cloud.ts',
    ],
    judge: (evidence) => ({ evidence: imageWords(evidence), ...ofState(evidence) }),
  },
];

function imageWords({ image }: MoveEvidence): readonly string[] {
  if (image === undefined) return [];
  const { id, status, diskFormat, sizeBytes, hash, visibility } = image;
  const size = sizeBytes === undefined ? 'size not told' : formatBytes(sizeBytes);
  const digest = hash === undefined ? 'no hash' : `${hash.algorithm} ${hash.value.slice(0, HASH_DIGITS)}…`;
  return [
    `Image ${id}: ${status}, ${visibility ?? 'visibility not told'}, ${diskFormat ?? 'format not told'}, ${size}, ${digest}`,
    look('the workstation', ['openstack', 'image', 'show', id]),
  ];
}

function ofState({
  image,
  imageBaseName,
  imageBaseAtDestination,
  bases,
  destination,
}: MoveEvidence): Judgement {
  if (image === undefined) return { verdict: 'pass', message: 'There is no image in Glance to look at.' };
  const { status } = image;
  if (status === 'active') return { verdict: 'pass', message: 'Glance would give the image to Nova.' };
  const travels = bases.some(({ path }) => fileName(path) === imageBaseName);
  if (travels || imageBaseAtDestination) {
    return {
      verdict: 'note',
      message: `The image is “${status}” in Glance; its base is on ${destination.name}, or is staged there before the stop, so Nova need not ask for it.`,
    };
  }
  const fix = `openstack image show ${quoted(image.id)}; or copy _base/${imageBaseName ?? 'sha1 of the image’s id'} to ${destination.name} from a host that has it, with owner and mode.`;
  if (status === 'deactivated') {
    return {
      verdict: 'warn',
      message: `The image is deactivated in Glance, which gives its bytes to admins alone, and its base is not on ${destination.name}.`,
      fix,
    };
  }
  return {
    verdict: 'block',
    message: `The image is “${status}” in Glance, which gives no bytes of such a one, and its base is not on ${destination.name}; Nova could not finish there (F21).`,
    fix,
  };
}
