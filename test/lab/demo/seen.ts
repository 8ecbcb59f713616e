import { z } from 'zod';
import { INSTANCES_PATH, type LabHost } from '../types.ts';
import type { Seen } from './report.ts';

/** Of the lab cloud's own account, which no product reads: what the demo's report is held against. */
const CloudState = z.object({
  servers: z.array(z.object({ id: z.string(), name: z.string(), host: z.string(), status: z.string() })),
  migrations: z.array(z.object({ serverId: z.string(), status: z.string() })),
  copies: z.array(z.object({ serverId: z.string(), file: z.string(), bytesWritten: z.number() })),
});

/** What the lab's cloud says of one instance, by name. */
export async function seenInCloud(
  controlUrl: string,
  name: string,
): Promise<Pick<Seen, 'server' | 'status' | 'host' | 'migrationStatus' | 'novaCopies'>> {
  const answer: unknown = await (await fetch(`${controlUrl}/state`)).json();
  const { servers, migrations, copies } = CloudState.parse(answer);
  const server = servers.find((candidate) => candidate.name === name);
  const ours = <T extends { readonly serverId: string }>(all: readonly T[]): readonly T[] =>
    all.filter((one) => one.serverId === server?.id);
  return {
    server: server?.id ?? 'unknown',
    status: server?.status,
    host: server?.host,
    migrationStatus: ours(migrations).at(-1)?.status,
    novaCopies: ours(copies),
  };
}

/** Sizes of an instance's files in a directory, and whether each has a base; swap stays out, which Nova makes new. */
export async function seenFiles(host: LabHost, directory: string): Promise<Seen['files']> {
  const script =
    'cd "$1" && for name in disk*; do [ "$name" = disk.swap ] && continue; ' +
    'base=$(qemu-img info -U --output=json "$name" | grep -c \'"backing-filename"\'); ' +
    'echo "$name $(stat -c %s "$name") $base"; done';
  const path = `${INSTANCES_PATH}/${directory}`;
  const { code, stdout, stderr } = await host.exec(['sh', '-c', script, 'sh', path]);
  if (code !== 0) throw new Error(`${path} on ${host.name}: ${stderr.trim()}`);
  const rows = stdout.trim().split('\n');
  return new Map(
    rows.map((row) => {
      const [name = '', bytes, bases] = row.split(' ');
      return [name, { bytes: Number(bytes), hasBase: Number(bases) > 0 }];
    }),
  );
}
