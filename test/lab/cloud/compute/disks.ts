import type { LabServer, RequestContext } from '../model.ts';
import { baseFormat, ensureBase, ensureEphemeralBase, ensureSwapBase } from './bases.ts';
import type { Engine } from './engine.ts';
import { diskNames, pathsOf, type InstancePaths } from './paths.ts';
import type { Session } from './session.ts';
import { readSettings, type ComputeSettings } from './settings.ts';

/** Writes what arrives on standard input as the config drive; without genisoimage, as a file of its size. */
const MAKE_CONFIG_DRIVE = `set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/openstack/latest"
cat >"$work/openstack/latest/meta_data.json"
if command -v genisoimage >/dev/null; then
  genisoimage -quiet -J -r -V config-2 -o "$1" "$work"
else
  cp "$work/openstack/latest/meta_data.json" "$1"
  truncate -s 524288 "$1"
fi`;

const MAKE_CONSOLE = '[ -e "$1" ] || : >"$1"; chown root:root "$1" && chmod 0600 "$1"';

export interface Place {
  readonly engine: Engine;
  readonly session: Session;
  readonly settings: ComputeSettings;
  readonly paths: InstancePaths;
  readonly server: LabServer;
}

export async function placeOf(engine: Engine, session: Session, server: LabServer): Promise<Place> {
  const settings = await readSettings(session);
  return { engine, session, settings, paths: pathsOf(settings, server), server };
}

/**
 * Makes every disk of the instance that is not there, and no others: an existing disk is taken as it is, a missing
 * root disk is made afresh from the image without a word (nova/virt/libvirt/imagebackend.py, cache).
 */
export async function createMissingDisks(
  place: Place,
  context: RequestContext,
  fallbackHost: string | undefined,
): Promise<void> {
  const { engine, session, settings, paths, server } = place;
  const { flavor } = server;
  await session.must(['mkdir', '-p', paths.directory]);
  await ensureBase(place, context, fallbackHost);
  await createDisk(place, 'disk', paths.base, baseFormat(engine, settings, server), `${flavor.rootGib}G`);
  if (flavor.ephemeralGib > 0) {
    await ensureEphemeralBase(place);
    await createDisk(place, 'disk.eph0', paths.ephemeralBase, 'raw', `${flavor.ephemeralGib}G`);
  }
  if (flavor.swapMib > 0) {
    await ensureSwapBase(place);
    await createDisk(place, 'disk.swap', paths.swapBase, 'raw', `${flavor.swapMib}M`);
  }
  if (server.configDrive && !(await session.exists(paths.file('disk.config')))) {
    const metadata = JSON.stringify({ uuid: server.id, name: server.name, meta: server.metadata });
    const make = ['sh', '-c', MAKE_CONFIG_DRIVE, 'nova', paths.file('disk.config')];
    await session.must(make, { stdin: metadata });
  }
  await writeDiskInfo(place);
}

async function createDisk(
  { session, settings, paths }: Place,
  name: string,
  base: string,
  format: string,
  size: string,
): Promise<void> {
  const path = paths.file(name);
  if (await session.exists(path)) return;
  if (settings.useCowImages) {
    const options = `backing_file=${base},backing_fmt=${format}`;
    await session.must(['qemu-img', 'create', '-f', 'qcow2', '-o', options, path, size]);
    return;
  }
  await session.must(['cp', '--sparse=always', base, path]);
  await session.must(['qemu-img', 'resize', '-f', 'raw', path, size]);
}

export function diskFormat(settings: ComputeSettings, name: string): 'qcow2' | 'raw' {
  return settings.useCowImages && name !== 'disk.config' ? 'qcow2' : 'raw';
}

async function writeDiskInfo({ session, settings, paths, server }: Place): Promise<void> {
  if (await session.exists(paths.file('disk.info'))) return;
  const formats = diskNames(server).map((name) => [paths.file(name), diskFormat(settings, name)]);
  const text = JSON.stringify(Object.fromEntries(formats));
  await session.must(['sh', '-c', 'cat >"$1"', 'nova', paths.file('disk.info')], { stdin: text });
}

/** Empty, root's, 0600: as virtlogd leaves it. */
export async function ensureConsole({ session, paths }: Place): Promise<void> {
  await session.must(['sh', '-c', MAKE_CONSOLE, 'nova', paths.file('console.log')], { as: 'root' });
}
