import { join } from 'node:path';
import { z } from 'zod';
import { seedSamples } from '../cloud/samples.ts';
import { startLab } from '../start-lab.ts';
import { identify } from './process-identity.ts';
import { takeDirectory, writeState } from './state.ts';

/** What `up` asks for, as it travels to the process that owns the lab. */
export const ServeOptions = z.object({
  directory: z.string(),
  hosts: z.int().min(2).max(200),
  transport: z.enum(['rsync', 'ssh']),
  samples: z.boolean(),
});
export type ServeOptions = z.infer<typeof ServeOptions>;

/** The one word that `up` waits for. */
export const ServeAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up') }),
  z.object({ kind: z.literal('failed'), message: z.string(), hint: z.string().optional() }),
]);
export type ServeAnswer = z.infer<typeof ServeAnswer>;

/** Owns a lab from start to end: this process is the lab, and hosts and cloud end with it. */
export async function serve(options: ServeOptions): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
  await takeDirectory(options.directory);
  const lab = await startLab({
    directory: options.directory,
    hosts: hostNames(options.hosts).map((name) => ({ name, nova: { transport: options.transport } })),
  });
  try {
    if (options.samples) await seedSamples(lab.cloud, join(options.directory, 'images'));
    const owner = await identify(process.pid);
    if (owner === undefined) throw new TypeError('we are a process');
    const hosts = await Promise.all(
      lab.hosts.map(async ({ name, address, sshPort, pid }) => {
        const found = await identify(pid);
        if (found === undefined) throw new TypeError(`lab host ${name} ended as soon as it was up`);
        return { name, address, sshPort, process: found };
      }),
    );
    await writeState(options.directory, {
      owner,
      hosts,
      authUrl: lab.cloud.authUrl,
      controlUrl: lab.cloud.urls.control,
      login: lab.login,
    });
    answer({ kind: 'up' });
    await asked;
  } finally {
    await lab.down();
  }
}

/** Tells `up`, and lets go of it. */
export function answer(word: ServeAnswer): void {
  if (process.send === undefined || !process.connected) return;
  process.send(word, () => {
    process.disconnect();
  });
}

function hostNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    count <= 26 ? `compute-${String.fromCharCode(97 + index)}` : `compute-${index + 1}`,
  );
}
