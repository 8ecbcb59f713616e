import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { freePort, makeKey } from './sshd.ts';
import { hostFiles, type HostFilesOptions, LOGIND, SSHD } from './systemd-files.ts';

/** A host of its own on this machine, booted by the real systemd, with a real sshd as one of its services. */
export interface SystemdHost {
  /** Of the sshd, on this machine's loopback. */
  readonly port: number;
  /** Private key (no passphrase) that may log in as root. */
  readonly userKey: string;
  /** Runs a script inside, beside any login, and gives what it wrote. */
  run(script: string, ...args: readonly string[]): Promise<string>;
  /** Ends sshd and all that is in its control group, and starts it again. */
  restartSshd(): Promise<void>;
  /** Ends every process of the host and removes its files and control groups. */
  stop(): Promise<void>;
}

const MANAGER = '/lib/systemd/systemd';

/** Why no systemd can be booted here, or nothing. */
export function reasonWithoutSystemd(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  if (!existsSync(MANAGER)) return `no ${MANAGER}`;
  for (const program of [SSHD, LOGIND, '/usr/bin/dbus-daemon', '/usr/bin/sudo'])
    if (!existsSync(program)) return `no ${program}`;
  if (!readFileSync('/proc/filesystems', 'utf8').includes('cgroup2')) return 'a kernel without cgroup2';
  const tried = spawnSync('unshare', ['--mount', '--pid', '--fork', 'sh', '-c', TRY_GROUP]);
  return tried.status === 0 ? undefined : 'no control group can be made';
}

/** In namespaces that are gone afterwards: the very things that `ENTER` needs of the kernel. */
const TRY_GROUP = `set -eu
place=$(mktemp -d) && trap 'umount "$place"; rmdir "$place"' EXIT
mount -t cgroup2 cgroup2 "$place"
mkdir "$place/coldhaul-try-$$" && rmdir "$place/coldhaul-try-$$"
`;

/**
 * In new mount, PID, UTS and IPC namespaces: `DIRECTORY GROUP NAME…`. The kernel's settings can only be read, nothing but
 * a few devices is there, and each name in /etc is what the directory has for it. It moves itself alone into a control
 * group, which becomes the root of all that the host sees.
 */
const ENTER = `set -eu
directory=$1 group=$2
shift 2
mount -t proc proc /proc
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
for name; do mount --bind "$directory/etc/$name" "/etc/$name"; done
mount -t tmpfs -o mode=755 tmpfs /var/lib/systemd
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/sshd /run/none /run/dev /run/hierarchy /run/systemd/logind.conf.d
[ ! -e "$directory/logind.conf" ] || cp "$directory/logind.conf" /run/systemd/logind.conf.d/
mount -t tmpfs -o mode=755 tmpfs /run/dev
for node in null zero full random urandom tty; do
  : >"/run/dev/$node"
  mount --bind "/dev/$node" "/run/dev/$node"
done
: >/run/dev/console
mount --bind /dev/null /run/dev/console
mkdir /run/dev/pts /run/dev/shm
mount -t devpts -o newinstance devpts /run/dev/pts
mount --move /run/dev /dev
mount -t cgroup2 cgroup2 /run/hierarchy
mkdir "/run/hierarchy/$group"
echo 0 >"/run/hierarchy/$group/cgroup.procs"
umount /run/hierarchy
exec unshare --cgroup sh -c 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"' sh \
  env -i container=coldhaul PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  SYSTEMD_UNIT_PATH="$directory/units" SYSTEMD_GENERATOR_PATH=/run/none SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/run/none \
  SYSTEMD_LOG_TARGET=null ${MANAGER} --system --unit=host.target --show-status=no
`;

/** Removes the control groups of a host that is no more, once its last process has left them: `DIRECTORY GROUP`. */
const REMOVE_GROUPS = `
mkdir -p "$1/hierarchy" && mount -t cgroup2 cgroup2 "$1/hierarchy" || exit 1
group=$1/hierarchy/$2
if [ -d "$group" ]; then find "$group" -depth -type d -exec rmdir '{}' ';' 2>/dev/null; fi
[ ! -d "$group" ]
`;

/**
 * Boots one; it takes about a second. Root only, see `reasonWithoutSystemd`.
 *
 * @param options - `logind`: every login is a session of logind, which ends all of it that is left when it closes; one may
 * log in as `ADMIN`, too. Else the logins are in sshd's own control group.
 */
export async function startSystemdHost({ logind = false } = {}): Promise<SystemdHost> {
  const directory = await mkdtemp(join(tmpdir(), 'coldhaul-systemd-'));
  const group = basename(directory);
  const [port, userKey] = [await freePort(), join(directory, 'user_key')];
  await makeKey(join(directory, 'host_key'), {});
  await makeKey(userKey, {});
  await copyFile(`${userKey}.pub`, join(directory, 'authorized_keys'));
  await writeFiles({ directory, port, logind });
  const namespaces = [
    '--mount',
    '--pid',
    '--uts',
    '--ipc',
    '--fork',
    '--kill-child',
    '--propagation=private',
  ];
  const replaced = logind ? ['passwd', 'sudoers', 'pam.d'] : ['passwd'];
  const outside = spawn('unshare', [...namespaces, 'sh', '-c', ENTER, 'sh', directory, group, ...replaced], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    if (outside.exitCode === null && outside.kill('SIGKILL')) await once(outside, 'exit');
    const remove = ['--mount', '--propagation', 'private', 'sh', '-c', REMOVE_GROUPS, 'sh', directory, group];
    await patiently(() => execa('unshare', remove));
    await rm(directory, { recursive: true });
  };
  const host: SystemdHost = {
    port,
    userKey,
    async run(script, ...args) {
      const enter = ['--target', String(await managerOf(outside)), '--all'];
      return (await execa('nsenter', [...enter, 'sh', '-c', script, 'sh', ...args])).stdout;
    },
    async restartSshd() {
      await host.run('systemctl restart sshd.service');
      await patiently(() => isReached(port));
    },
    stop,
  };
  try {
    await patiently(() => isReached(port));
  } catch (error) {
    await stop();
    throw error;
  }
  return host;
}

/** Writes the host's files; those of sudo must be nobody else's to change. */
async function writeFiles(options: HostFilesOptions): Promise<void> {
  for (const [name, text] of Object.entries(await hostFiles(options))) {
    const path = join(options.directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: name === 'etc/sudoers' ? 0o440 : 0o644 });
  }
  // A user who is not root reads its own key here.
  await chmod(options.directory, 0o755);
}

/** The host's process 1, by its number outside. */
async function managerOf({ pid }: ChildProcess): Promise<number> {
  if (pid === undefined) throw new Error('unshare has no pid');
  return Number(await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8'));
}

async function isReached(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** Tries again for ten seconds; the last failure counts. */
async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (attempt === 100) throw error;
      await pause(100);
    }
  }
}
