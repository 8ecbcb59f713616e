import { z } from 'zod';
import type { FailoverHost } from '../../domain/surroundings.ts';
import type { Client } from './client.ts';
import { readBody } from './read-body.ts';

const Segments = z.object({
  segments: z.array(
    z.object({
      uuid: z.string(),
      name: z.string(),
      /** From Masakari's 1.2 on. */
      enabled: z.boolean().optional(),
    }),
  ),
});
const Hosts = z.object({ hosts: z.array(z.object({ name: z.string(), on_maintenance: z.boolean() })) });

/** The highest version that says something more of what we read (Masakari API reference, 1.2: `enabled`). */
const VERSION = 'instance-ha 1.2';

/** Which of these hosts Masakari watches; `undefined` where the cloud has none. */
export async function listFailoverHosts(
  client: Client,
  hosts: readonly string[],
  signal?: AbortSignal,
): Promise<readonly FailoverHost[] | undefined> {
  if (!(await client.offers('instance-ha', signal))) return undefined;
  const { url } = await client.endpoint('instance-ha', signal);
  const ask = async <Schema extends z.ZodType>(schema: Schema, path: string): Promise<z.output<Schema>> => {
    const call = (headers: Readonly<Record<string, string>>) =>
      client.call(
        {
          service: 'instance-ha',
          method: 'GET',
          url: `${url}${path}`,
          act: 'list failover segments',
          headers,
          alsoFine: [406],
        },
        signal,
      );
    const { question, answer } = await call({ 'openstack-api-version': VERSION });
    if (answer.status !== 406) return readBody(schema, question, answer);
    const older = await call({});
    return readBody(schema, older.question, older.answer);
  };
  const segments = (await ask(Segments, '/segments')).segments;
  const watched = await Promise.all(
    segments.map(async ({ uuid, name, enabled }) =>
      (await ask(Hosts, `/segments/${encodeURIComponent(uuid)}/hosts`)).hosts.map((host) => ({
        host: host.name,
        segment: name,
        inMaintenance: host.on_maintenance,
        enabled: enabled ?? true,
      })),
    ),
  );
  return watched.flat().filter(({ host }) => hosts.includes(host));
}
