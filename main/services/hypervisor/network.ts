import type { NetworkInterface, NetworkTraits } from '../../domain/host-traits.ts';
import { type Pair, valuesOf } from './pairs.ts';

const NS_PER_SECOND = 1e9;
/** Two looks that are closer than this tell nothing. */
const SHORTEST_NS = 0.02 * NS_PER_SECOND;

/** Interfaces, routes and counters; `undefined` if the host has no `ip` (iproute2). */
export function readNetwork(pairs: readonly Pair[]): NetworkTraits | undefined {
  const [addresses] = valuesOf(pairs, 'ip.addresses');
  if (addresses === undefined) return undefined;
  const found = new Map<string, string[]>();
  for (const line of addresses.split('\n')) {
    const { name, address } =
      /^\d+:\s+(?<name>[^\s@]+)\S*\s+inet6?\s+(?<address>\S+)/.exec(line)?.groups ?? {};
    if (name !== undefined && address !== undefined) found.set(name, [...(found.get(name) ?? []), address]);
  }
  const speeds = new Map(valuesOf(pairs, 'ip.speed').map((text) => splitPair(text)));
  const counted = valuesOf(pairs, 'ip.counted').map((text) => text.split(' '));
  // Client and port, then our side’s address and port (ssh(1), SSH_CONNECTION).
  const login = valuesOf(pairs, 'ip.login')[0]?.split(' ')[2];
  return {
    interfaces: [...found].map(([name, own]): NetworkInterface => ({
      name,
      addresses: own,
      megabitsPerSecond: readSpeed(speeds.get(name)),
      bytesPerSecond: readRate(counted.filter(([of]) => of === name)),
    })),
    routes: (valuesOf(pairs, 'ip.routes')[0] ?? '').split('\n').flatMap((line) => {
      const [, to, device] = /^(?:unicast )?(\S+)\b.*?\bdev (\S+)/.exec(line) ?? [];
      return to === undefined || device === undefined ? [] : [{ to, interface: device }];
    }),
    loginAddress: login === undefined || login === '' ? undefined : login,
  };
}

/** -1 is “not known” to the kernel (Documentation/ABI/testing/sysfs-class-net). */
function readSpeed(text: string | undefined): number | undefined {
  const megabits = Number(text);
  return Number.isInteger(megabits) && megabits > 0 ? megabits : undefined;
}

/** Of the first and the last look: name, bytes received, bytes sent, nanoseconds. */
function readRate(looks: readonly (readonly string[])[]): number | undefined {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const difference = (field: number): number => Number(last[field]) - Number(first[field]);
  const apartNs = difference(3);
  if (!(apartNs >= SHORTEST_NS)) return undefined;
  return Math.max(0, ((difference(1) + difference(2)) * NS_PER_SECOND) / apartNs);
}

function splitPair(text: string): readonly [string, string] {
  const at = text.indexOf(' ');
  return [text.slice(0, at), text.slice(at + 1)];
}
