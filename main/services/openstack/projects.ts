import { z } from 'zod';
import type { Client } from './client.ts';
import { readBody } from './read-body.ts';

const Body = z.object({ projects: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Names of all projects by their id. @throws Failure `cloud.forbidden` where only Keystone's own admins may ask. */
export async function listProjectNames(
  client: Client,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { url } = await client.endpoint('identity', signal);
  const root = url.replace(/\/v\d+(\.\d+)?$/, '');
  const { question, answer } = await client.call(
    { service: 'identity', method: 'GET', url: `${root}/v3/projects`, act: 'list projects' },
    signal,
  );
  return new Map(readBody(Body, question, answer).projects.map(({ id, name }) => [id, name]));
}
