import type { MoveEvidence } from './evidence.ts';
import type { Judgement } from './judgement.ts';

/**
 * When the image was changed after the instance was made, as Glance says it; `undefined` if it was not, or if that is
 * not told. A deactivation counts as a change, too.
 */
export function imageChangedAt({ image, server }: MoveEvidence): string | undefined {
  const { updatedAt } = image ?? {};
  return updatedAt !== undefined && Date.parse(updatedAt) > Date.parse(server.createdAt)
    ? updatedAt
    : undefined;
}

/**
 * Nova goes by its own copy of what the image asked for when the instance was made, and shows it from 2.98 on only. So a
 * block by what an image asks for now, changed since, is a warning: the instance may have been asked for nothing.
 */
export function asImageWas(evidence: MoveEvidence, judge: (evidence: MoveEvidence) => Judgement): Judgement {
  const now = judge(evidence);
  const changedAt = imageChangedAt(evidence);
  const { image } = evidence;
  if (now.verdict !== 'block' || changedAt === undefined || image === undefined) return now;
  const bare = judge({ ...evidence, image: { ...image, properties: {} } });
  if (bare.verdict === 'block') return bare;
  return {
    ...now,
    verdict: 'warn',
    message: `${now.message} That is by the image as it is now; it was changed at ${changedAt}, after the instance was made, and Nova goes by what it said before.`,
  };
}
