import { createHash, createHmac, randomBytes } from 'node:crypto';
import { access, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { exec } from '../system/exec.ts';

/** A public host key, as the server sends it and as known_hosts has it. */
export interface HostKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` … */
  readonly type: string;
  readonly base64: string;
}

export interface KnownKey extends HostKey {
  readonly file: string;
  readonly line: number;
  readonly revoked: boolean;
}

export type Verdict = 'known' | 'unknown' | 'changed' | 'revoked';

/** `SHA256:…` as OpenSSH shows it: base64 of the digest, without padding. */
export function fingerprint(key: HostKey): string {
  const digest = createHash('sha256').update(Buffer.from(key.base64, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** Reads the wire form of a public key: its first string is the type (RFC 4253, 6.6). */
export function hostKeyOf(blob: Buffer): HostKey {
  const length = blob.readUInt32BE(0);
  return { type: blob.toString('utf8', 4, 4 + length), base64: blob.toString('base64') };
}

/**
 * All keys that these known_hosts files have for a name. OpenSSH's own `ssh-keygen -F` reads them, so hashed names,
 * wildcards, negations and ports mean what they mean to ssh.
 *
 * @param knownAs - `host` or `[host]:port`.
 * @throws Failure `host.tool-missing` without ssh-keygen: then no host can be known for sure.
 */
export async function findKnownKeys(knownAs: string, files: readonly string[]): Promise<readonly KnownKey[]> {
  const found: KnownKey[] = [];
  for (const file of files) {
    if (!(await isThere(file))) continue;
    const result = await exec(['ssh-keygen', '-F', knownAs, '-f', file]);
    if (result.kind === 'exited' && result.code <= 1) found.push(...parseFound(result.stdout, file));
    else throw unreadable(file, result.stderr);
  }
  return found;
}

/** Output of `ssh-keygen -F`: a comment `# Host NAME found: line N [REVOKED|CA]`, then that line of the file. */
export function parseFound(text: string, file: string): readonly KnownKey[] {
  const keys: KnownKey[] = [];
  let line = 0;
  for (const row of text.split('\n')) {
    const number = /^# Host .* found: line (\d+)/.exec(row)?.[1];
    if (number !== undefined) line = Number(number);
    if (row.startsWith('#') || row.trim() === '') continue;
    const words = row.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
    const [, type, base64] = words;
    // Host certificates are not something that ssh2 can check, so what signs them proves nothing here.
    if (marker === '@cert-authority' || type === undefined || base64 === undefined) continue;
    keys.push({ type, base64, file, line, revoked: marker === '@revoked' });
  }
  return keys;
}

/** `changed` also if the host is known by keys of other types only: an impostor would choose the type too. */
export function judge(key: HostKey, known: readonly KnownKey[]): Verdict {
  const same = known.filter((candidate) => candidate.base64 === key.base64);
  if (same.some((candidate) => candidate.revoked)) return 'revoked';
  if (same.length > 0) return 'known';
  return known.some((candidate) => !candidate.revoked) ? 'changed' : 'unknown';
}

/**
 * Adds a key that the admin has accepted, and nothing else, to a known_hosts file.
 *
 * @throws Failure `host.key-unknown` if the file cannot be written.
 */
export async function addKnownKey(
  file: string,
  knownAs: string,
  key: HostKey,
  hashed: boolean,
): Promise<void> {
  const line = `${hashed ? hashName(knownAs) : knownAs} ${key.type} ${key.base64}\n`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      // Someone's editor may have left the last line without its end.
      const lead = size > 0 && last.toString() !== '\n' ? '\n' : '';
      await handle.appendFile(`${lead}${line}`);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new Failure('host.key-unknown', `the accepted key of ${knownAs} could not be written to ${file}`, {
      hint: 'Make the file writable for yourself, or add the key by hand.',
      cause,
    });
  }
}

/** `HashKnownHosts`: `|1|salt|HMAC-SHA1 of the name` (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
function hashName(name: string): string {
  const salt = randomBytes(20);
  const mac = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${mac}`;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw unreadable(file, code ?? '');
  }
}

function unreadable(file: string, why: string): Failure {
  return new Failure(
    'host.key-unknown',
    `${file} could not be read, so no host key can be checked: ${why.trim()}`,
    {
      hint: `Look at the file and its permissions: ls -l ${file}`,
    },
  );
}
