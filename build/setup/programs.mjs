import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that the lab or its tests run, and the packages that bring them, by package manager. */
export const PROGRAMS = {
  'qemu-img': { apt: 'qemu-utils', dnf: 'qemu-img', pacman: 'qemu-img' },
  'qemu-io': { apt: 'qemu-utils', dnf: 'qemu-img', pacman: 'qemu-img' },
  'qemu-nbd': { apt: 'qemu-utils', dnf: 'qemu-img', pacman: 'qemu-img' },
  rsync: { apt: 'rsync', dnf: 'rsync', pacman: 'rsync' },
  sshd: { apt: 'openssh-server', dnf: 'openssh-server', pacman: 'openssh' },
  ssh: { apt: 'openssh-client', dnf: 'openssh-clients', pacman: 'openssh' },
  'ssh-keygen': { apt: 'openssh-client', dnf: 'openssh', pacman: 'openssh' },
  'mkfs.ext4': { apt: 'e2fsprogs', dnf: 'e2fsprogs', pacman: 'e2fsprogs' },
  unshare: { apt: 'util-linux', dnf: 'util-linux', pacman: 'util-linux' },
  nsenter: { apt: 'util-linux', dnf: 'util-linux', pacman: 'util-linux' },
  setpriv: { apt: 'util-linux', dnf: 'util-linux', pacman: 'util-linux' },
  hostname: { apt: 'hostname', dnf: 'hostname', pacman: 'inetutils' },
  awk: { apt: 'mawk', dnf: 'gawk', pacman: 'gawk' },
  ps: { apt: 'procps', dnf: 'procps-ng', pacman: 'procps-ng' },
  sudo: { apt: 'sudo', dnf: 'sudo', pacman: 'sudo' },
  newuidmap: { apt: 'uidmap', dnf: 'shadow-utils', pacman: 'shadow' },
  // A page without any font cannot be looked at.
  chromium: {
    apt: ['chromium', 'fonts-dejavu-core'],
    dnf: ['chromium', 'dejavu-sans-fonts'],
    pacman: ['chromium', 'ttf-dejavu'],
  },
};

/** Any of these can show the page to a test; where none is there, the first is installed. */
export const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** A lab without sudo logs in as root; the tests want a login that has to become root. */
export const TEST_PROGRAMS = ['sudo'];

/** All that two hosts and their guests need. */
export const LAB_PROGRAMS = Object.keys(PROGRAMS).filter(
  (program) => !['newuidmap', ...TEST_PROGRAMS, ...BROWSERS].includes(program),
);

/** Only a user without privileges needs help to get the ids of a host's users. */
export const USER_LAB_PROGRAMS = [...LAB_PROGRAMS, 'newuidmap'];

/**
 * Which of these programs are not there. Daemons lie in sbin, which a user's PATH may leave out.
 *
 * @param {readonly string[]} programs
 * @param {string} path - directories to look in, as in PATH
 */
export function missingPrograms(
  programs,
  path = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
) {
  const directories = path.split(delimiter).filter((directory) => directory !== '');
  return programs.filter(
    (program) => !directories.some((directory) => isExecutable(join(directory, program))),
  );
}

/**
 * The packages that bring these programs, each once.
 *
 * @param {readonly string[]} programs
 * @param {'apt' | 'dnf' | 'pacman'} manager
 */
export function packagesFor(programs, manager) {
  return [...new Set(programs.flatMap((program) => PROGRAMS[program][manager]))].sort();
}

/** Which package manager this system has, by its own description. @returns 'apt', 'dnf', 'pacman' or undefined */
export function packageManager(osRelease = readOsRelease()) {
  const ids = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, value]) =>
    value.split(' '),
  );
  if (ids.some((id) => ['debian', 'ubuntu'].includes(id))) return 'apt';
  if (ids.some((id) => ['fedora', 'rhel', 'centos'].includes(id))) return 'dnf';
  if (ids.includes('arch')) return 'pacman';
  return undefined;
}

function readOsRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    // Not a Linux distribution that we know: the caller then names programs, not packages.
    return '';
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
