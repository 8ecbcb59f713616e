import { execa } from 'execa';

/** Where the lab's scripts look for programs, inside and outside. */
export const PROGRAM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** True if this machine's root runs the lab; else a user namespace makes its user root of the hosts. */
export function isPrivileged(): boolean {
  return process.getuid?.() === 0;
}

/** A user namespace in which the caller is root and has 65,535 further ids (util-linux 2.38, and uidmap's helpers). */
const OWN_USERS = ['--user', '--map-root-user', '--map-auto'] as const;

/** Options of `unshare` that make a host out of a process. */
export function unshareOptions(): readonly string[] {
  const host = ['--mount', '--pid', '--uts', '--fork', '--kill-child'];
  return isPrivileged() ? host : [...OWN_USERS, ...host];
}

/** Options of `nsenter` that lead into the host whose PID 1 this is, as its root. */
export function nsenterOptions(pid: number): readonly string[] {
  const target = ['--target', String(pid), '--mount', '--uts', '--pid'];
  return isPrivileged() ? target : [...target, '--user', '--setuid', '0', '--setgid', '0'];
}

/**
 * A command line that runs a program inside a host, with a clean environment. If the caller's `nsenter` is
 * killed, the program is too; what that program started goes on, as it would on a real host.
 */
export function commandInHost(pid: number, argv: readonly string[], user?: string): readonly string[] {
  const becoming = user === undefined ? [] : [`--reuid=${user}`, `--regid=${user}`, '--init-groups'];
  return [
    ...['nsenter', ...nsenterOptions(pid), '--'],
    ...['setpriv', ...becoming, '--reset-env', '--pdeathsig', 'KILL', '--'],
    ...['env', `PATH=${PROGRAM_PATH}`, ...argv],
  ];
}

/** Removes a lab's files. Those of a user's lab belong to ids that only its namespace may touch. */
export async function removeTree(directory: string): Promise<void> {
  const remove = ['rm', '-rf', '--', directory] as const;
  const argv = isPrivileged() ? remove : (['unshare', ...OWN_USERS, ...remove] as const);
  const [program, ...rest] = argv;
  await execa(program, rest);
}
