import { fileName } from '../naming.ts';
import type { PlanEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/**
 * Nova needs the image's base at the destination under its exact name, even below a disk without a base: it looks for
 * that file and fetches it from Glance if it is not there (nova/virt/libvirt/imagebackend.py:303-306). A resized
 * `<sha1>_<GiB>` of old releases is used beside it and does not spare the fetch.
 */
export function checkImage(evidence: PlanEvidence): Finding {
  const { server, image, imageBaseName, imageBaseAtDestination, bases, source, destination } = evidence;
  const id = 'image';
  if (server.imageId === undefined || image !== undefined)
    return { id, verdict: 'pass', message: 'The image is in Glance, or none is needed.' };
  const travels = bases.some((base) => fileName(base.path) === imageBaseName);
  if (travels || imageBaseAtDestination) {
    return {
      id,
      verdict: 'note',
      message:
        'The image is gone from Glance; its base is on the destination, or is staged there before the stop.',
    };
  }
  const name = imageBaseName ?? 'sha1 of the image’s id';
  return {
    id,
    verdict: 'block',
    message: `The image ${server.imageId} is gone from Glance, and its base ${name} is neither on ${destination.name} nor under a disk of the instance on ${source.name}; Nova could not finish at the destination (F21).`,
    fix: `Copy _base/${name} to ${destination.name} from a host that has it, with owner and mode, or upload the image again under this id.`,
  };
}
