import { execa } from 'execa';
import { fileURLToPath } from 'node:url';

export const HOSTS = ['hostA', 'hostB'] as const;
export type HostName = (typeof HOSTS)[number];

const SCRIPT = fileURLToPath(new URL('cloud.sh', import.meta.url));

/** Runs cloud.sh. @throws with what it said if it fails. */
export async function cloud(...words: readonly string[]): Promise<string> {
  const { stdout } = await execa(SCRIPT, words, { stdin: 'ignore' });
  return stdout;
}

/** Runs a program inside a host; its standard output, or `undefined` if it ended with anything but 0. */
export async function ask(host: HostName, ...argv: readonly string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa(SCRIPT, ['exec', host, ...argv], { stdin: 'ignore', reject: false });
  return failed ? undefined : stdout;
}

export function otherHost(host: HostName): HostName {
  return host === 'hostA' ? 'hostB' : 'hostA';
}

const LOOK_EVERY_MS = 250;

/**
 * Looks until there is an answer.
 *
 * @throws if there is none after `boundMs`: a bound against hanging, wide for a busy machine.
 */
export async function until<T>(
  what: string,
  boundMs: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const endMs = Date.now() + boundMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > endMs) throw new Error(`waited ${String(boundMs / 1000)} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
