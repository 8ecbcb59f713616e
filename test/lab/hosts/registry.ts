import { chmod, copyFile, mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import PQueue from 'p-queue';
import { z } from 'zod';

/**
 * What the hosts of one lab directory know of each other: names, addresses, ports and keys. The files in `shared`
 * are in view of every host (as /etc/lab) and are written anew when a host joins.
 */
const HostEntry = z.object({
  name: z.string(),
  address: z.string(),
  sshPort: z.int(),
  /** `TYPE BASE64`, as in known_hosts. */
  hostKey: z.string(),
});
export type HostEntry = z.infer<typeof HostEntry>;

const SCRIPTS = [
  'supervise.sh',
  'boot.sh',
  'domain.awk',
  'guest-servers.sh',
  'guest-life.sh',
  'guest-views.sh',
  'guest-blocks.sh',
  'guest-snapshot.sh',
  'guest-pull.sh',
] as const;

// Hosts may be started side by side; each must find the ones that joined before it.
const joining = new PQueue({ concurrency: 1 });

/**
 * Gives a host its port and key, and tells all hosts of the directory. A host that was there before keeps both.
 *
 * @returns its entry.
 */
export function joinLab(directory: string, name: string, address: string): Promise<HostEntry> {
  return joining.add(async () => {
    const shared = join(directory, 'shared');
    await mkdir(shared, { recursive: true });
    await mkdir(join(directory, 'keys'), { recursive: true, mode: 0o700 });
    await makeKey(join(directory, 'keys', 'operator'), 'operator@lab');
    await makeKey(join(directory, 'keys', 'nova'), 'nova@lab');
    for (const key of ['operator.pub', 'nova.pub', 'nova'])
      await copyWhole(join(directory, 'keys', key), join(shared, key));
    for (const script of SCRIPTS) await copyWhole(scriptPath(script), join(shared, script));

    const home = join(directory, 'hosts', name);
    const ssh = join(home, 'etc', 'ssh');
    await mkdir(ssh, { recursive: true });
    await makeKey(join(ssh, 'host_key'), `root@${name}`);
    const [type, key] = (await readFile(join(ssh, 'host_key.pub'), 'utf8')).split(' ');
    const known = (await entries(directory)).find((entry) => entry.name === name);
    const sshPort = known?.address === address ? known.sshPort : await freePort(address);
    const entry = { name, address, sshPort, hostKey: `${type ?? ''} ${key ?? ''}` };
    await writeFile(join(home, 'host.json'), `${JSON.stringify(entry, undefined, 2)}\n`);
    await tellAll(directory, await entries(directory));
    return entry;
  });
}

/** All hosts that ever joined this lab directory, by name. */
export async function entries(directory: string): Promise<readonly HostEntry[]> {
  const names = await readdir(join(directory, 'hosts')).catch(() => []);
  const found: HostEntry[] = [];
  for (const name of names.toSorted()) {
    const text = await readFile(join(directory, 'hosts', name, 'host.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) found.push(HostEntry.parse(JSON.parse(text)));
  }
  return found;
}

/** Where a script of the lab lies in the repository. */
export function scriptPath(name: string): string {
  return new URL(`scripts/${name}`, import.meta.url).pathname;
}

async function tellAll(directory: string, hosts: readonly HostEntry[]): Promise<void> {
  const shared = join(directory, 'shared');
  const names = hosts.map((host) => `${host.address} ${host.name}`);
  await replaceFile(join(shared, 'hosts'), lines(['127.0.0.1 localhost', ...names]));
  const keys = hosts.map(
    (host) => `[${host.address}]:${host.sshPort},[${host.name}]:${host.sshPort} ${host.hostKey}`,
  );
  await replaceFile(join(shared, 'known_hosts'), lines(keys));
  await replaceFile(join(directory, 'known_hosts'), lines(keys));
  // Nova knows no ports: it says `ssh 127.0.0.12`, and this is where that leads.
  await replaceFile(join(shared, 'ssh_config'), hosts.map(clientBlock).join(''));
  const workstation = [
    '  User operator',
    `  IdentityFile "${join(directory, 'keys', 'operator')}"`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile "${join(directory, 'known_hosts')}"`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
  ];
  await replaceFile(
    join(directory, 'ssh_config'),
    hosts.map((host) => `${clientBlock(host)}${lines(workstation)}`).join('\n'),
  );
}

function clientBlock(host: HostEntry): string {
  return lines([`Host ${host.name} ${host.address}`, `  HostName ${host.address}`, `  Port ${host.sshPort}`]);
}

async function makeKey(path: string, comment: string): Promise<void> {
  const there = await readFile(`${path}.pub`).then(
    () => true,
    () => false,
  );
  if (!there) await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
  await chmod(path, 0o600);
}

async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * A host that is starting reads it meanwhile: it sees the old file or the new one, never an empty one. What is there already
 * stays, for cp(1) leaves out a file that is replaced under its hands.
 */
async function copyWhole(from: string, to: string): Promise<void> {
  const before = await readFile(to).catch(() => undefined);
  if (before?.equals(await readFile(from)) === true) return;
  await copyFile(from, `${to}.new`);
  await rename(`${to}.new`, to);
}

/** A reader sees the old file or the new one, never half of one. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}
