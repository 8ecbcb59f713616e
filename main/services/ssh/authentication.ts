import type { AnyAuthMethod } from 'ssh2';
import { readAgent, type AgentKeys } from './agent.ts';
import { readPublicKey, type KeyFile, type KeyRing } from './key-files.ts';
import type { HostConfig } from './ssh-config.ts';

/** Ways to log in that need no word from the admin, and the keys that would. */
export interface Credentials {
  readonly methods: readonly AnyAuthMethod[];
  readonly locked: readonly (KeyFile & { readonly kind: 'encrypted' })[];
  /** What `methods` are and what could not be used, for the message: file names, never contents. */
  readonly tried: readonly string[];
}

/** Collects the agent's keys, then the key files that open without a passphrase. */
export async function collectCredentials(config: HostConfig, ring: KeyRing): Promise<Credentials> {
  const files = await Promise.all(config.identityFiles.map((file) => ring.read(file)));
  const { agent, note } = await askAgent(config, files);
  const offered = agent?.blobs ?? [];
  const isOffered = (blob: Buffer | undefined): boolean =>
    blob !== undefined && offered.some((other) => other.equals(blob));
  const methods: AnyAuthMethod[] = [];
  const locked: (KeyFile & { readonly kind: 'encrypted' })[] = [];
  const tried: string[] = [note];
  if (agent !== undefined && offered.length > 0) {
    methods.push({ type: 'agent', username: config.user, agent: agent.agent });
  }
  for (const key of files) {
    if (key.kind === 'unusable') tried.push(`${key.file} (not usable: ${key.why})`);
    if (key.kind === 'encrypted' && !isOffered(await readPublicKey(key.file))) locked.push(key);
    if (key.kind === 'ready' && !isOffered(key.key.getPublicSSH())) {
      methods.push({ type: 'publickey', username: config.user, key: key.key });
      tried.push(key.file);
    }
  }
  return { methods, locked, tried };
}

/** Opens the locked keys one after another, with the admin's help. */
export async function unlockCredentials(
  { locked, tried }: Credentials,
  user: string,
  ring: KeyRing,
): Promise<Credentials> {
  const methods: AnyAuthMethod[] = [];
  const notes: string[] = [];
  for (const candidate of locked) {
    const key = await ring.unlock(candidate);
    if (key.kind === 'ready') methods.push({ type: 'publickey', username: user, key: key.key });
    notes.push(key.kind === 'unusable' ? `${key.file} (not usable: ${key.why})` : key.file);
  }
  return { methods, locked: [], tried: [...tried, ...notes] };
}

async function askAgent(
  config: HostConfig,
  files: readonly KeyFile[],
): Promise<{ readonly agent?: AgentKeys; readonly note: string }> {
  if (config.agentSocket === undefined) return { note: 'no agent' };
  const preferred = await Promise.all(
    files.map(async (key) => (key.kind === 'ready' ? key.key.getPublicSSH() : await readPublicKey(key.file))),
  );
  try {
    const known = preferred.filter((blob) => blob !== undefined);
    const agent = await readAgent(config.agentSocket, known, config.identitiesOnly);
    const count = agent.blobs.length;
    return { agent, note: count === 1 ? 'the agent’s key' : `${String(count)} keys of the agent` };
  } catch (cause) {
    return { note: `the agent at ${config.agentSocket} (no answer: ${(cause as Error).message})` };
  }
}
