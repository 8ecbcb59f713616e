import { readFile } from 'node:fs/promises';
import type { LabImage, LabServer, RequestContext } from '../model.ts';
import type { Engine } from './engine.ts';
import { NovaProblem } from './failures.ts';
import type { InstancePaths } from './paths.ts';
import type { Session } from './session.ts';
import type { ComputeSettings } from './settings.ts';

const RECEIVE = 'mkdir -p "$(dirname "$1")" && base64 -d >"$1"';
const MAKE_EPHEMERAL = 'truncate -s "$2" "$1" && mkfs -t ext4 -F -q -L ephemeral0 "$1"';
const MAKE_SWAP = 'truncate -s "$2" "$1" && mkswap "$1"';

interface Want {
  readonly engine: Engine;
  readonly session: Session;
  readonly settings: ComputeSettings;
  readonly paths: InstancePaths;
  readonly server: LabServer;
}

/**
 * Sees to it that the image's base file is there: from Glance with the caller's token, or, if the image is gone and
 * `fallbackHost` is named, from that host's cache (nova/virt/libvirt/driver.py, _try_fetch_image_cache).
 *
 * @throws NovaProblem ImageNotAuthorized or ImageNotFound.
 */
export async function ensureBase(
  want: Want,
  context: RequestContext,
  fallbackHost: string | undefined,
): Promise<void> {
  const { engine, session, settings, paths, server } = want;
  await engine.exclusively(`${session.compute.name} ${paths.base}`, async () => {
    if (await session.exists(paths.base)) return;
    if (context.token.expiresAtMs <= engine.state.now()) {
      throw new NovaProblem('ImageNotAuthorized', `Not authorized for image ${server.imageId}.`);
    }
    const image = engine.state.images.get(server.imageId);
    if (image !== undefined && !image.deleted) {
      await fetchBase(session, settings, image, paths.base);
      return;
    }
    if (fallbackHost === undefined) {
      throw new NovaProblem('ImageNotFound', `Image ${server.imageId} could not be found.`, 404);
    }
    const from = `${fallbackHost}:${paths.base}`;
    const copy =
      settings.transport === 'rsync'
        ? ['rsync', '-r', '--sparse', from, paths.base, '--compress']
        : ['scp', '-C', '-r', from, paths.base];
    await session.must(copy);
  });
}

async function fetchBase(
  session: Session,
  settings: ComputeSettings,
  image: LabImage,
  base: string,
): Promise<void> {
  const bytes = await readFile(image.file);
  await session.must(['sh', '-c', RECEIVE, 'nova', `${base}.part`], { stdin: bytes.toString('base64') });
  if (!settings.forceRawImages || image.diskFormat === 'raw') {
    await session.must(['mv', `${base}.part`, base]);
    return;
  }
  const converted = `${base}.converted`;
  await session.must(['qemu-img', 'convert', '-O', 'raw', '-f', image.diskFormat, `${base}.part`, converted]);
  await session.must(['rm', '-f', `${base}.part`]);
  await session.must(['mv', converted, base]);
}

/** Format that the overlay names for its base. */
export function baseFormat(engine: Engine, settings: ComputeSettings, server: LabServer): string {
  return settings.forceRawImages ? 'raw' : (engine.state.images.get(server.imageId)?.diskFormat ?? 'raw');
}

/** Every host makes its own: same name, another file system inside (measured on Nova 26). */
export async function ensureEphemeralBase(want: Want): Promise<void> {
  const { paths, server } = want;
  await make(want, paths.ephemeralBase, MAKE_EPHEMERAL, `${server.flavor.ephemeralGib}G`);
}

export async function ensureSwapBase(want: Want): Promise<void> {
  await make(want, want.paths.swapBase, MAKE_SWAP, `${want.server.flavor.swapMib}M`);
}

async function make({ engine, session }: Want, path: string, script: string, size: string): Promise<void> {
  await engine.exclusively(`${session.compute.name} ${path}`, async () => {
    if (await session.exists(path)) return;
    await session.must(['sh', '-c', script, 'nova', path, size]);
  });
}
