import type { DiskFile, InstanceDirectory, InstanceOnHost } from '../host.ts';
import type { Server } from '../cloud.ts';
import type { Action } from './action.ts';
import type { Evidence, Side } from './evidence.ts';

/**
 * The evidence as a step would leave it, as far as the steps after it depend on that. For words only: what is done is
 * judged by what is read then.
 */
export function foresee(of: Evidence, action: Action): Evidence {
  const { server } = of;
  switch (action.kind) {
    case 'by-hand':
    case 'compare':
    case 'revert':
    case 'confirm':
      // What these leave behind is another case.
      return of;
    case 'reset-state':
      return onServer(of, { status: action.to === 'active' ? 'ACTIVE' : 'ERROR', taskState: undefined });
    case 'stop':
      return onHost(onServer(of, { status: 'SHUTOFF', taskState: undefined }), server.host, (on) => ({
        ...on,
        domain: on.domain === 'absent' ? 'absent' : 'shut off',
      }));
    case 'start':
    case 'hard-reboot':
      return onHost(
        onServer(of, { status: 'ACTIVE', taskState: undefined, powerState: 1 }),
        server.host,
        (on) => ({ ...on, domain: 'running' }),
      );
    case 'set-aside':
      return onHost(of, action.host, (on) => ({
        ...on,
        ...(on.directory?.path === action.path && { directory: undefined }),
        ...(on.resizeDirectory?.path === action.path && { resizeDirectory: undefined }),
      }));
    case 'put-back':
      return onHost(of, action.host, ({ resizeDirectory, directory, ...on }) => ({
        ...on,
        directory: resizeDirectory === undefined ? directory : named(resizeDirectory),
        resizeDirectory: undefined,
      }));
    case 'bring-base':
      return onHost(of, action.to, (on) => ({
        ...on,
        directory: based(on.directory, action.path),
        resizeDirectory: based(on.resizeDirectory, action.path),
      }));
    case 'make-swap':
      return onHost(of, action.host, (on) => ({ ...on, directory: swapped(on.directory, action) }));
    case 'undefine':
      return onHost(of, action.host, (on) => ({ ...on, domain: 'absent' }));
  }
}

function onServer(of: Evidence, more: Partial<Server>): Evidence {
  return { ...of, server: { ...of.server, ...more } };
}

function onHost(
  of: Evidence,
  host: string | undefined,
  change: (on: InstanceOnHost) => InstanceOnHost,
): Evidence {
  const changed = (side: Side): Side => {
    if (side.name !== host || !side.told.known) return side;
    const { value } = side.told;
    return { ...side, told: { known: true, value: { ...value, instance: change(value.instance) } } };
  };
  return { ...of, sides: of.sides.map(changed) };
}

/** `<uuid>_resize` as `<uuid>`. */
function named({ path, disks, ...more }: InstanceDirectory): InstanceDirectory {
  const home = path.replace(/_resize$/, '');
  const moved = (disk: DiskFile): DiskFile => ({ ...disk, path: `${home}/${disk.name}` });
  return { ...more, path: home, disks: disks.map(moved) };
}

function based(directory: InstanceDirectory | undefined, path: string): InstanceDirectory | undefined {
  if (directory === undefined) return undefined;
  const whole = (disk: DiskFile): DiskFile => {
    const last = disk.chain.at(-1);
    return last?.backingPath === path
      ? {
          ...disk,
          chain: [
            ...disk.chain,
            { ...last, path, format: 'raw', backingPath: undefined, backingFormat: undefined },
          ],
        }
      : disk;
  };
  return { ...directory, disks: directory.disks.map(whole) };
}

function swapped(
  directory: InstanceDirectory | undefined,
  { name, sizeBytes }: Extract<Action, { kind: 'make-swap' }>,
): InstanceDirectory | undefined {
  const [any] = directory?.disks ?? [];
  if (directory === undefined || any === undefined) return directory;
  const swap: DiskFile = { ...any, name, path: `${directory.path}/${name}`, role: 'swap', sizeBytes };
  return { ...directory, disks: [...directory.disks, swap] };
}
