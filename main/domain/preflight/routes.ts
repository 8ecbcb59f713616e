import type { NetworkInterface, NetworkTraits } from '../host-traits.ts';

const BITS = 32;

/** The interface that has this very address; `undefined` if none has. The loopback answers to its whole network. */
export function interfaceOf({ interfaces }: NetworkTraits, address: string): NetworkInterface | undefined {
  const target = numberOf(address);
  const has = ({ addresses }: NetworkInterface): boolean =>
    addresses.some((own) => own.split('/')[0] === address);
  const isInside = ({ addresses }: NetworkInterface): boolean =>
    target !== undefined && addresses.some((own) => prefixLength(own, target) !== undefined);
  return interfaces.find(has) ?? interfaces.find((each) => isLoopback(each) && isInside(each));
}

/**
 * The interface by which a packet to this address would leave, by the networks of the interfaces and the main routing
 * table: the longest prefix wins (ip-route(8)). IPv4 alone; `undefined` where no route is known.
 */
export function interfaceTo(network: NetworkTraits, address: string): NetworkInterface | undefined {
  const target = numberOf(address);
  if (target === undefined) return undefined;
  const connected = network.interfaces.flatMap(({ name, addresses }) =>
    addresses.map((to) => ({ to, interface: name })),
  );
  const ways = [...connected, ...network.routes].flatMap((way) => {
    const length = prefixLength(way.to, target);
    return length === undefined ? [] : [{ name: way.interface, length }];
  });
  const best = ways.reduce<(typeof ways)[number] | undefined>(
    (found, way) => (found === undefined || way.length > found.length ? way : found),
    undefined,
  );
  return network.interfaces.find(({ name }) => name === best?.name);
}

/** True for addresses and interfaces that nobody else shares. */
export function isLoopback({ name }: NetworkInterface): boolean {
  return name === 'lo';
}

/** How many bits of the network match; `undefined` if the address is not in it. */
function prefixLength(network: string, target: number): number | undefined {
  if (network === 'default') return 0;
  const [base = '', bits = String(BITS)] = network.split('/');
  const start = numberOf(base);
  const length = Number(bits);
  if (start === undefined || !Number.isInteger(length)) return undefined;
  const size = 2 ** (BITS - length);
  return Math.floor(start / size) === Math.floor(target / size) ? length : undefined;
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.').map(Number);
  const isAddress =
    parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256);
  return isAddress ? parts.reduce((number, part) => number * 256 + part, 0) : undefined;
}
