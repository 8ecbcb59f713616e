import { fileName, showCommand } from '../../naming.ts';
import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';

/** The image that the instance was made from. */
export const IMAGE_CHECKS: readonly MoveCheck[] = [
  {
    id: 'image',
    title: 'Image',
    scope: 'move',
    protectsFrom:
      'Nova cannot finish at the destination without the image’s base, also under a disk that needs none.',
    sources: ['row 13', 'row 14', 'F21', 'seed 4', 'lp#1329313', 'nova/virt/libvirt/imagebackend.py:303-306'],
    reads: 'Glance: the image; both hosts: _base/sha1(image id), and every other host if it is nowhere',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/unit/domain/preflight/disk-bases.test.ts',
      'test/integration/preflight-bases.test.ts',
      'test/openstack/scenarios/preflight/preflight.ts',
    ],
    judge: (evidence) => ({
      evidence: [
        `Image ${evidence.server.imageId ?? 'none'}: ${evidence.image === undefined ? 'not in Glance' : evidence.image.status}; base ${evidence.imageBaseName ?? 'none'}`,
      ],
      ...ofImage(evidence),
    }),
  },
];

/**
 * Nova needs the image's base at the destination under its exact name, even below a disk without a base: it looks for
 * that file and fetches it from Glance if it is not there (nova/virt/libvirt/imagebackend.py:303-306). A resized
 * `<sha1>_<GiB>` of old releases is used beside it and does not spare the fetch.
 */
function ofImage(evidence: MoveEvidence): Judgement {
  const { server, image, imageBaseName, imageBaseAtDestination, bases, source, destination } = evidence;
  if (server.imageId === undefined || image !== undefined)
    return { verdict: 'pass', message: 'The image is in Glance, or none is needed.' };
  const travels = bases.some((base) => fileName(base.path) === imageBaseName);
  if (travels || imageBaseAtDestination) {
    return {
      verdict: 'note',
      message:
        'The image is gone from Glance; its base is on the destination, or is staged there before the stop.',
    };
  }
  const name = imageBaseName ?? 'sha1 of the image’s id';
  return {
    verdict: 'block',
    message: `The image ${server.imageId} is gone from Glance, and its base ${name} is neither on ${destination.name} nor under a disk of the instance on ${source.name}; Nova could not finish at the destination (F21).${foundWords(evidence)}`,
    fix: copyFrom(evidence, name),
  };
}

/** Asked only in this case: every other host was, and some may not have answered. */
function foundWords({ imageBaseElsewhere }: MoveEvidence): string {
  if (imageBaseElsewhere === undefined) return '';
  const { found, silent, asked } = imageBaseElsewhere;
  const unheard = silent.length === 0 ? '' : ` ${silent.join(', ')} did not answer.`;
  if (found.length === 0) return ` None of ${String(asked)} other hosts has it.${unheard}`;
  const places = found.map(({ host, sizeBytes }) => `${host} (${formatBytes(sizeBytes)})`);
  return ` It lies on ${places.join(', ')}.${unheard}`;
}

function copyFrom(
  { imageBaseElsewhere, destination, destinationAddress }: MoveEvidence,
  name: string,
): string {
  const [first] = imageBaseElsewhere?.found ?? [];
  const user = destination.facts.novaUser.name;
  if (first === undefined)
    return `Copy _base/${name} to ${destination.name} from a host that has it, with owner and mode, or upload the image again under this id.`;
  const folder = first.path.slice(0, first.path.lastIndexOf('/') + 1);
  const to = `${user}@${destinationAddress}:${folder}`;
  return `On ${first.host}: ${showCommand(['sudo', '-u', user, 'rsync', '--sparse', '--perms', first.path, to])}`;
}
