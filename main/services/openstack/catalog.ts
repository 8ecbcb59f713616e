import { z } from 'zod';
import type { CloudProfile } from '../../domain/cloud-profile.ts';
import { Failure } from '../../domain/failure.ts';

export const Catalog = z.array(
  z.object({
    type: z.string(),
    endpoints: z.array(
      z.object({
        interface: z.string(),
        url: z.string(),
        region: z.string().nullish(),
        region_id: z.string().nullish(),
      }),
    ),
  }),
);
export type Catalog = z.output<typeof Catalog>;

export const SERVICES = [
  'compute',
  'image',
  'placement',
  'network',
  'identity',
  'block-storage',
  'instance-ha',
] as const;
export type Service = (typeof SERVICES)[number];

/** Names that clouds give to a service besides its own (OpenStack's service-types-authority, and older habits). */
const ALIASES: Readonly<Record<Service, readonly string[]>> = {
  compute: ['compute', 'computev21', 'compute_v21', 'computev2.1'],
  image: ['image', 'imagev2', 'image_v2'],
  placement: ['placement'],
  network: ['network', 'networking'],
  identity: ['identity', 'identityv3', 'identity_v3'],
  'block-storage': ['block-storage', 'block-store', 'volumev3', 'block_storage'],
  'instance-ha': ['instance-ha', 'ha', 'instance_ha'],
};

export interface Endpoint {
  /** Without a slash at the end. */
  readonly url: string;
  /** `undefined` for an address that the profile gives. */
  readonly region: string | undefined;
}

/** True if the catalog, or the profile, has the service under one of its names, in whatever region. */
export function isOffered(profile: CloudProfile, catalog: Catalog, service: Service): boolean {
  const names = ALIASES[service];
  return (
    names.some((name) => profile.endpointOverrides[name] !== undefined) ||
    catalog.some((entry) => names.includes(entry.type))
  );
}

/**
 * Finds the address of a service: the profile's own, or the catalog's for its interface and region.
 *
 * @throws Failure `cloud.no-endpoint` that names what was looked for and what is there. Also if the profile
 * names no region and the cloud has several: to act on the wrong one would be worse than to ask.
 */
export function endpointOf(profile: CloudProfile, catalog: Catalog, service: Service): Endpoint {
  const names = ALIASES[service];
  const override = names.map((name) => profile.endpointOverrides[name]).find((url) => url !== undefined);
  if (override !== undefined) return { url: withoutSlash(override), region: undefined };

  const all = catalog
    .filter((entry) => names.includes(entry.type))
    .flatMap((entry) => entry.endpoints)
    .map((entry) => ({
      interface: entry.interface.replace(/URL$/i, ''),
      region: entry.region_id ?? entry.region ?? undefined,
      url: withoutSlash(entry.url),
    }));
  const fitting = all.filter(
    (entry) =>
      entry.interface === profile.interface &&
      (profile.region === undefined || entry.region === profile.region),
  );
  const regions = new Set(fitting.map((entry) => entry.region));
  const found = fitting[0];
  if (found === undefined || regions.size > 1) throw noEndpoint(profile, catalog, service, all);
  return { url: found.url, region: found.region };
}

function noEndpoint(
  profile: CloudProfile,
  catalog: Catalog,
  service: Service,
  all: readonly { readonly interface: string; readonly region: string | undefined }[],
): Failure {
  const wanted = `a ${profile.interface} address of the ${service} service`;
  const region = profile.region === undefined ? '' : ` in region "${profile.region}"`;
  const there =
    all.length > 0
      ? `It has: ${all.map((entry) => `${entry.interface} in ${entry.region ?? 'no region'}`).join(', ')}.`
      : catalog.length > 0
        ? `Services that it has: ${catalog.map((entry) => entry.type).join(', ')}.`
        : 'The login sees no services at all: its token has no project.';
  const several = profile.region === undefined && all.some((entry) => entry.interface === profile.interface);
  return new Failure(
    'cloud.no-endpoint',
    several
      ? `Cloud "${profile.name}" has several regions, and the profile names none. ${there}`
      : `Cloud "${profile.name}" has no ${wanted.slice(2)}${region}. ${there}`,
    {
      hint: several
        ? `Set "region_name" in ${profile.source}.`
        : `Correct "region_name" or "interface" in ${profile.source}, or give "${service}_endpoint_override".`,
    },
  );
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
