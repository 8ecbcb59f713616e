import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { Client } from './client.ts';
import { readBody } from './read-body.ts';
import type { Version } from './version.ts';
import { atLeast, formatVersion, older, parseVersion } from './version.ts';

/** The newest microversion that this app was written for. */
const OURS: Version = { major: 2, minor: 96 };
/** An API without microversions behaves as this one. */
const PLAIN: Version = { major: 2, minor: 1 };

/** Microversions from which Nova does what we ask (Nova doc/source/reference/api-microversion-history.rst). */
export const SINCE = {
  /** The server carries its flavor's numbers. */
  embeddedFlavor: { major: 2, minor: 47 },
  /** `migrate` honours `host`; before, it is silently ignored. */
  migrateToHost: { major: 2, minor: 56 },
  lockedReason: { major: 2, minor: 73 },
} as const satisfies Record<string, Version>;

export interface ComputeApi {
  /** Address that the paths are relative to. */
  readonly url: string;
  readonly region: string | undefined;
  readonly min: Version;
  readonly max: Version;
  /** The newest that both sides know. */
  readonly used: Version;
}

const Entry = z.object({
  id: z.string(),
  version: z.string().default(''),
  min_version: z.string().default(''),
});
const One = z.object({ version: Entry });
const Many = z.object({ versions: z.array(Entry) });

/**
 * Asks the compute service which microversions it speaks.
 *
 * The address in the catalog is that of a version, perhaps with a project id behind it; an override may also
 * name the service's root.
 */
export async function discoverCompute(client: Client, signal?: AbortSignal): Promise<ComputeApi> {
  const { url, region } = await client.endpoint('compute', signal);
  const versionUrl = /^.*\/v2(?:\.\d+)?(?=\/[^/]+$|$)/.exec(url)?.[0];
  const { question, answer } = await client.call(
    {
      service: 'compute',
      method: 'GET',
      url: `${versionUrl ?? url}/`,
      act: 'ask which API versions it speaks',
      alsoFine: [300],
    },
    signal,
  );
  if (versionUrl !== undefined) {
    const { version } = readBody(One, question, answer);
    return negotiate(url, region, version);
  }
  const { versions } = readBody(Many, question, answer);
  const newest = versions.find((entry) => entry.id === 'v2.1') ?? versions.at(-1);
  if (newest === undefined) throw tooOld(url, 'no version at all');
  return negotiate(`${url}/${newest.id}`, region, newest);
}

function negotiate(url: string, region: string | undefined, entry: z.output<typeof Entry>): ComputeApi {
  const max = parseVersion(entry.version) ?? PLAIN;
  const min = parseVersion(entry.min_version) ?? PLAIN;
  if (!atLeast(OURS, min)) {
    throw new Failure(
      'cloud.refused',
      `The compute service at ${url} speaks only versions from ${formatVersion(min)} on, and this app only up to ${formatVersion(OURS)}.`,
      { hint: 'Use a newer version of this app.' },
    );
  }
  return { url, region, min, max, used: older(max, OURS) };
}

function tooOld(url: string, what: string): Failure {
  return new Failure('cloud.too-old', `The compute service at ${url} speaks ${what}.`, {
    hint: 'Check "compute_endpoint_override", or the address of the compute service in the catalog.',
  });
}

/** Both spellings: the first is read from 2.27 on, the second by all. */
export function computeHeaders(version: Version): Readonly<Record<string, string>> {
  const text = formatVersion(version);
  return { 'openstack-api-version': `compute ${text}`, 'x-openstack-nova-api-version': text };
}
