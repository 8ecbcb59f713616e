import type { HostView, InstanceView } from '@contract/views.ts';

/** A host as a place to move to. */
export interface Destination {
  readonly host: HostView;
  /** As the host itself says, else as Nova counts it; `undefined` if nobody told. */
  readonly freeGib: number | undefined;
  /** The fullest of its memory and processors, 0 to 1. */
  readonly load: number | undefined;
  /** Why it cannot be chosen. */
  readonly refused: string | undefined;
  readonly recommended: boolean;
}

const GIB = 1024 ** 3;

/** Every host, the best first and those that are refused last, each with its reason. */
export function destinations(
  hosts: readonly HostView[],
  moving: readonly InstanceView[],
): readonly Destination[] {
  const needed = neededOf(moving);
  const sources = new Set(moving.flatMap(({ host }) => host ?? []));
  const all = hosts.map((host) => {
    const freeGib = freeOf(host);
    return {
      host,
      freeGib,
      load: loadOf(host),
      refused: refusalOf(host, sources, needed),
      recommended: false,
    };
  });
  const [best, ...rest] = all.sort(byMerit);
  return best === undefined ? [] : [{ ...best, recommended: best.refused === undefined }, ...rest];
}

function byMerit(left: Destination, right: Destination): number {
  const refused = Number(left.refused !== undefined) - Number(right.refused !== undefined);
  if (refused !== 0) return refused;
  return merit(right) - merit(left) || left.host.name.localeCompare(right.host.name, 'en', { numeric: true });
}

/** Much room and little load; what is not known counts as middling, and a problem as bad. */
function merit({ host, freeGib, load }: Destination): number {
  const capacity = host.onHost === undefined ? host.diskGib?.capacity : host.onHost.totalBytes / GIB;
  const room = freeGib === undefined || capacity === undefined || capacity <= 0 ? 0.5 : freeGib / capacity;
  return room + (1 - (load ?? 0.5)) - (host.problem === undefined ? 0 : 1);
}

function refusalOf(
  host: HostView,
  sources: ReadonlySet<string>,
  { bookedGib, allocatedGib }: Needed,
): string | undefined {
  if (sources.has(host.name)) return sources.size > 1 ? 'Source of one of them' : 'The source itself';
  if (host.state === 'down') return 'Its compute service is down';
  if (host.status === 'disabled')
    return host.disabledReason === undefined ? 'Disabled' : `Disabled: ${host.disabledReason}`;
  const bookable = host.diskGib === undefined ? undefined : host.diskGib.capacity - host.diskGib.used;
  if (bookable !== undefined && bookedGib > bookable)
    return `Too little room: Nova books ${bookedGib.toFixed(0)} GiB, ${Math.max(0, bookable).toFixed(0)} GiB are left`;
  const free = host.onHost === undefined ? undefined : host.onHost.freeBytes / GIB;
  if (free !== undefined && allocatedGib > free)
    return `Too little room: ${allocatedGib.toFixed(0)} GiB are needed, ${free.toFixed(0)} GiB are free`;
  return undefined;
}

interface Needed {
  /** What Nova will book by the flavors. */
  readonly bookedGib: number;
  /** What the files take up, as far as they were read. */
  readonly allocatedGib: number;
}

function neededOf(moving: readonly InstanceView[]): Needed {
  return {
    bookedGib: moving.reduce((sum, { flavorDiskGib }) => sum + (flavorDiskGib ?? 0), 0),
    allocatedGib: moving
      .flatMap(({ disks }) => disks ?? [])
      .reduce((sum, { allocatedBytes }) => sum + allocatedBytes / GIB, 0),
  };
}

function freeOf({ diskGib, onHost }: HostView): number | undefined {
  if (onHost !== undefined) return onHost.freeBytes / GIB;
  return diskGib === undefined ? undefined : Math.max(0, diskGib.capacity - diskGib.used);
}

function loadOf({ ramMib, vcpus }: HostView): number | undefined {
  const shares = [ramMib, vcpus].flatMap((part) =>
    part === undefined || part.capacity <= 0 ? [] : part.used / part.capacity,
  );
  return shares.length === 0 ? undefined : Math.max(...shares);
}
