import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export type KeyType = 'ed25519' | 'rsa' | 'ecdsa';

export interface SshdOptions {
  /** Types of the host keys; default ed25519 only. */
  readonly hostKeys?: readonly KeyType[];
  /** Further lines for sshd_config. */
  readonly config?: readonly string[];
  /** Files that this server and its sessions see in place of the machine's own: path to text, such as /etc/passwd. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A real sshd on a loopback port of its own, with keys of its own. It reads nothing of the user's. */
export interface Sshd {
  readonly port: number;
  /** Holds everything of this server; removed by `stop`. */
  readonly directory: string;
  /** Private key (no passphrase) that may log in. */
  readonly userKey: string;
  /** Public half of a host key, as `type base64`. */
  hostKey(type: KeyType): Promise<string>;
  /** Lets another public key log in. */
  authorize(publicKeyFile: string): Promise<void>;
  /** Ends it and every session of it, and starts it again on the same port; new host keys if asked. */
  restart(options?: { readonly newHostKeys?: boolean }): Promise<void>;
  /** Ends the sessions, as a broken link would; the server goes on. */
  dropSessions(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an sshd for the user that runs the tests (root: sshd changes users only then). */
export async function startSshd({
  hostKeys = ['ed25519'],
  config = [],
  files = {},
}: SshdOptions = {}): Promise<Sshd> {
  const directory = await mkdtemp(join(tmpdir(), 'coldhaul-sshd-'));
  const port = await freePort();
  const place = (name: string): string => join(directory, name);
  const makeHostKeys = async (): Promise<void> => {
    for (const type of hostKeys) await makeKey(place(`host_${type}`), { type });
  };
  await makeHostKeys();
  await makeKey(place('user_key'), {});
  await copyFile(place('user_key.pub'), place('authorized_keys'));
  await writeFile(
    place('config'),
    [
      ...[`Port ${String(port)}`, 'ListenAddress 127.0.0.1', 'PidFile none'],
      ...hostKeys.map((type) => `HostKey ${place(`host_${type}`)}`),
      ...[`AuthorizedKeysFile ${place('authorized_keys')}`, 'StrictModes no', 'UsePAM no'],
      ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PermitRootLogin yes'],
      ...['LogLevel VERBOSE', 'PrintMotd no', 'MaxStartups 100', ...config, ''],
    ].join('\n'),
  );
  const mounts: string[] = [];
  await mkdir(place('home'));
  // Whatever the start-up files of this machine's root do, the sessions have nothing to do with it.
  const passwd = { '/etc/passwd': await passwdWithHome(place('home')) };
  for (const [number, [path, text]] of Object.entries({ ...passwd, ...files }).entries()) {
    const replacement = place(`file${String(number)}`);
    await writeFile(replacement, text, { mode: path.includes('sudoers') ? 0o440 : 0o644 });
    mounts.push(replacement, path);
  }
  let daemon = await startDaemon(place('config'), mounts);
  return {
    port,
    directory,
    userKey: place('user_key'),
    async hostKey(type) {
      return (await readFile(place(`host_${type}.pub`), 'utf8')).split(' ').slice(0, 2).join(' ').trim();
    },
    async authorize(publicKeyFile) {
      await appendFile(place('authorized_keys'), await readFile(publicKeyFile));
    },
    async restart({ newHostKeys = false } = {}) {
      await endWithChildren(daemon);
      if (newHostKeys) await makeHostKeys();
      daemon = await startDaemon(place('config'), mounts);
    },
    async dropSessions() {
      for (const pid of await childrenOf(pidOf(daemon))) await endTree(pid);
    },
    async stop() {
      await endWithChildren(daemon);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Makes a key pair at `file` and `file.pub`, in place of what is there. */
export async function makeKey(
  file: string,
  { type = 'ed25519', passphrase = '' }: { readonly type?: KeyType; readonly passphrase?: string },
): Promise<void> {
  await rm(file, { force: true });
  await execa('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', file]);
}

/** After the configuration come pairs: a file, and the path over which it is bound for this server alone. */
const IN_OWN_NAMESPACE = `
config=$1; shift
while [ $# -gt 0 ]; do mount --bind "$1" "$2" || exit; shift 2; done
exec /usr/sbin/sshd -D -e -f "$config"
`;

async function passwdWithHome(home: string): Promise<string> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  return lines.map((line) => (line.startsWith('root:') ? `root:x:0:0::${home}:/bin/sh` : line)).join('\n');
}

async function startDaemon(config: string, mounts: readonly string[]): Promise<ChildProcess> {
  // sshd insists on it; packages make it at boot.
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const argv = ['--mount', '--propagation', 'private', 'sh', '-c', IN_OWN_NAMESPACE, 'sh', config, ...mounts];
  const daemon = spawn('unshare', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  await new Promise<void>((ready, fail) => {
    daemon.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('listening on')) ready();
    });
    daemon.once('error', fail);
    daemon.once('exit', (code) => {
      fail(new Error(`sshd ended with ${String(code)}: ${said}`));
    });
  });
  return daemon;
}

async function endWithChildren(daemon: ChildProcess): Promise<void> {
  const sessions = await childrenOf(pidOf(daemon));
  const exited = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  await exited;
  for (const pid of sessions) await endTree(pid);
}

async function endTree(pid: number): Promise<void> {
  const children = await childrenOf(pid);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  for (const child of children) await endTree(child);
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

function pidOf(daemon: ChildProcess): number {
  if (daemon.pid === undefined) throw new Error('sshd has no pid');
  return daemon.pid;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
