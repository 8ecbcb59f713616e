import { Failure } from '../../domain/failure.ts';
import type { RunResult } from '../../domain/ports.ts';

/** Who we are on a host. */
export interface Login {
  readonly uid: number;
  readonly name: string;
  /** `runuser -u USER --` works: util-linux 2.23 or newer, and we are root. */
  readonly hasRunuser: boolean;
}

/** Prints uid, name, and whether runuser can be used. */
export const WHO_AM_I = `id -u && id -un && if [ "$(id -u)" = 0 ] && runuser -u root -- true >/dev/null 2>&1; then echo runuser; fi`;

/** @throws Failure `host.command-failed` if the host does not say who we are. */
export function readLogin(host: string, result: RunResult): Login {
  const [uid = '', name = '', runuser] = result.kind === 'exited' ? result.stdout.split('\n') : [];
  if (!/^\d+$/.test(uid) || name === '') {
    throw new Failure(
      'host.command-failed',
      `${host} does not say who we are there: ${result.stderr.trim()}`,
      {
        hint: 'The login needs an ordinary POSIX shell that prints nothing by itself.',
      },
    );
  }
  return { uid: Number(uid), name, hasRunuser: runuser === 'runuser' };
}

/** sudo speaks the admin's language otherwise, and a refusal must be told from a failure of the program. */
const SUDO = ['env', 'LC_ALL=C', 'sudo', '-n'];

/** A program with what must stand before it. */
export interface Elevated {
  readonly argv: readonly string[];
  readonly bySudo: boolean;
}

/** What runs a program as asked, as directly as this login can. */
export function elevate(
  argv: readonly string[],
  as: 'root' | { readonly user: string },
  login: Login,
): Elevated {
  const user = as === 'root' ? 'root' : as.user;
  if (user === login.name || (user === 'root' && login.uid === 0)) return { argv, bySudo: false };
  if (login.hasRunuser) return { argv: ['runuser', '-u', user, '--', ...argv], bySudo: false };
  const forUser = user === 'root' ? [] : ['-u', user];
  return { argv: [...SUDO, ...forUser, '--', ...argv], bySudo: true };
}

const REFUSALS = [
  /^sudo(?:-rs)?: .*(?:password is required|terminal is required|authentication is required|no askpass|no tty present|must have a tty)/m,
  /^\S+ is not in the sudoers file/m,
  /^Sorry, user \S+ (?:is not allowed|may not run sudo)/m,
  /^(?:sudo-rs: )?I'm sorry \S+\. I'm afraid I can't do that/m,
  // env speaks the host's language about a sudo that is not there.
  /^env: .*sudo/m,
];

/** True if sudo itself said no, rather than the program that it was to run. */
export function isSudoRefusal(result: RunResult): boolean {
  if (result.kind !== 'exited' || ![1, 126, 127].includes(result.code)) return false;
  return REFUSALS.some((refusal) => refusal.test(result.stderr));
}

export function noSudo(host: string, login: Login, said: string): Failure {
  const line = `${login.name} ALL=(ALL:ALL) NOPASSWD: ALL`;
  return new Failure(
    'host.no-sudo',
    `${login.name} may not use sudo without a password on ${host}: ${said.trim()}`,
    {
      hint: `On ${host}, run visudo -f /etc/sudoers.d/coldhaul and write: ${line}`,
    },
  );
}

export function sudoForbidden(host: string, program: string, login: Login): Failure {
  return new Failure('host.no-sudo', `${program} on ${host} needs sudo, and the settings forbid it`, {
    hint: `Set ssh.becomeRoot to sudo in the settings, or log in as root instead of ${login.name}.`,
  });
}
