import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Hosts } from '../../main/domain/ports.ts';
import { createLocalHosts, type LocalShellOptions } from './local-shell.ts';
import { startSshd, type Sshd } from './sshd.ts';

const UID = 64_999;

/** Two hosts on this machine, of which one reaches the other by a real sshd, as a user that only they know. Root only. */
export interface CopyPair {
  readonly user: string;
  readonly uid: number;
  readonly address: string;
  readonly sshd: Sshd;
  /** Directories that belong to the user. */
  readonly source: string;
  readonly dest: string;
  /** A file system of 8 MiB at the destination. */
  readonly small: string;
  readonly home: string;
  readonly jobs: string;
  /** `a` copies to `b`. */
  hosts(options?: LocalShellOptions): Hosts;
  stop(): Promise<void>;
}

const WITH_USER = 'mount --bind "$1" /etc/passwd || exit; shift; exec "$@"';

/** @param config - Further lines for the sshd of the destination. */
export async function startCopyPair(config: readonly string[] = []): Promise<CopyPair> {
  const root = await mkdtemp(join(tmpdir(), 'coldhaul-pair-'));
  await chmod(root, 0o755);
  const place = (name: string): string => join(root, name);
  const [user, home, small] = ['mover', place('home'), place('small')];
  for (const name of ['home', 'home/.ssh', 'source', 'dest', 'small']) {
    await mkdir(place(name), { mode: 0o755 });
    await chown(place(name), UID, UID);
  }
  await execa('mount', ['-t', 'tmpfs', '-o', `size=8m,uid=${UID.toString()}`, 'none', small]);
  const passwd = `${await readFile('/etc/passwd', 'utf8')}${user}:x:${UID.toString()}:${UID.toString()}::${home}:/bin/sh\n`;
  await writeFile(place('passwd'), passwd);
  const sshd = await startSshd({ files: { '/etc/passwd': passwd }, config });
  await chmod(sshd.directory, 0o755);
  await trust(sshd, join(home, '.ssh'));
  const enter = [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    WITH_USER,
    'sh',
    place('passwd'),
  ];
  return {
    user,
    uid: UID,
    address: '127.0.0.1',
    sshd,
    source: place('source'),
    dest: place('dest'),
    small,
    home,
    jobs: place('jobs'),
    hosts: (options = {}) => createLocalHosts({ a: { enter, ...options }, b: { enter, ...options } }),
    async stop() {
      await sshd.stop();
      await execa('umount', [small]);
      await rm(root, { recursive: true });
    },
  };
}

/** What an admin sets up so that the user reaches the server without a question. */
export async function trust(sshd: Sshd, directory: string): Promise<void> {
  const place = (name: string): string => join(directory, name);
  await copyFile(sshd.userKey, place('key'));
  await writeFile(
    place('known_hosts'),
    `[127.0.0.1]:${sshd.port.toString()} ${await sshd.hostKey('ed25519')}\n`,
  );
  const config = [
    `Port ${sshd.port.toString()}`,
    `IdentityFile ${place('key')}`,
    'GlobalKnownHostsFile /dev/null',
  ];
  await writeFile(place('config'), `${config.join('\n')}\n`);
  for (const name of ['key', 'known_hosts', 'config']) {
    await chown(place(name), UID, UID);
    await chmod(place(name), 0o600);
  }
}
