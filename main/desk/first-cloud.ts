import type { DeskOptions } from './desk.ts';
import type { DeskServices } from './services.ts';

/**
 * The cloud to open by itself: the one that was asked for, that of `OS_CLOUD`, the one of last time, or the only one that
 * there is. `undefined`: the admin chooses. Never rejects.
 */
export async function firstCloud(
  { cloud, env }: Pick<DeskOptions, 'cloud' | 'env'>,
  { profiles, lastCloud }: Pick<DeskServices, 'profiles' | 'lastCloud'>,
): Promise<string | undefined> {
  if (cloud !== undefined) return cloud;
  const [found, last] = await Promise.all([
    // What is wrong with them is told where they are listed.
    profiles
      .find()
      .then(({ profiles: there }) => there)
      .catch(() => []),
    lastCloud.read(),
  ]);
  const names = found.filter((profile) => !profile.needsSecret).map((profile) => profile.name);
  const wanted = [env['OS_CLOUD'], last].find((name) => name !== undefined && names.includes(name));
  return wanted ?? (names.length === 1 ? names[0] : undefined);
}
