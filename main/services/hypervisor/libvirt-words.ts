import type { LibvirtTraits } from '../../domain/host-traits.ts';

/** What `virsh` said, cut down by the script to the parts that we read; empty where it did not answer. */
export interface LibvirtSaid {
  /** `virsh version`. */
  readonly version: string;
  /** `<host>` of `virsh capabilities`. */
  readonly host: string;
  /** `<arch>`, `<machine>` and `</guest>` of `virsh capabilities`. */
  readonly guests: string;
  /** `<cpu>` of `virsh domcapabilities`. */
  readonly domain: string;
}

/** Reads libvirt’s documents (formatcaps.html, formatdomaincaps.html). `undefined` if libvirt did not answer. */
export function readLibvirt(said: LibvirtSaid, architecture: string): LibvirtTraits | undefined {
  const version = /^Using library: \S+ (?<version>[\d.]+)/m.exec(said.version)?.groups?.['version'];
  if (version === undefined) return undefined;
  const qemu = /^Running hypervisor: \S+ (?<version>[\d.]+)/m.exec(said.version)?.groups?.['version'];
  const model = /<model>(?<name>[^<]+)<\/model>/.exec(said.host)?.groups?.['name'];
  return {
    version,
    qemuVersion: qemu,
    cpuModel: model,
    cpuModels: new Map(
      [...said.domain.matchAll(/<model\s[^>]*usable=['"](yes|no|unknown)['"][^>]*>([^<]+)</g)].map(
        ([, usable = '', name = '']) => [name, usable !== 'no'],
      ),
    ),
    machineTypes: machineTypes(said.guests, architecture),
  };
}

/** Each `<guest>` is one architecture; its machines may come twice, once for each kind of domain. */
function machineTypes(guests: string, architecture: string): readonly string[] {
  const own = guests
    .split('</guest>')
    .filter((guest) => new RegExp(`<arch name=['"]${architecture}['"]`).test(guest));
  const names = own.flatMap((guest) =>
    [...guest.matchAll(/<machine[^>]*>([^<]+)</g)].map(([, name = '']) => name),
  );
  return [...new Set(names)];
}
