import { readFile } from 'node:fs/promises';
import { Agent } from 'undici';
import type { CloudProfile } from '../../domain/cloud-profile.ts';
import { Failure } from '../../domain/failure.ts';

/** Connections of one cloud, with its own trust: nothing global is touched. */
export interface Agents {
  /** Keeps connections and uses them again. */
  readonly reading: Agent;
  /**
   * A new connection for each call. On a kept one, a call can be lost when the cloud closes it in the same
   * moment, and a call that changes something cannot simply be made again.
   */
  readonly changing: Agent;
}

const CONNECTIONS_PER_ADDRESS = 8;

/** @throws Failure `profile.malformed` if a certificate file cannot be read. */
export async function openAgents(profile: CloudProfile): Promise<Agents> {
  const { verify, caFile, certFile, keyFile } = profile.tls;
  const [ca, cert, key] = await Promise.all([
    readPem(profile, 'cacert', caFile),
    readPem(profile, 'cert', certFile),
    readPem(profile, 'key', keyFile),
  ]);
  const connect = {
    rejectUnauthorized: verify,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return {
    reading: new Agent({ connections: CONNECTIONS_PER_ADDRESS, connect }),
    changing: new Agent({ connections: CONNECTIONS_PER_ADDRESS, pipelining: 0, connect }),
  };
}

async function readPem(
  profile: CloudProfile,
  setting: string,
  path: string | undefined,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Failure(
      'profile.malformed',
      `The file ${path}, which "${setting}" of cloud "${profile.name}" names, cannot be read (${why}).`,
      { hint: `Correct "${setting}" in ${profile.source}.`, cause },
    );
  }
}
