import { spawnSync } from 'node:child_process';
import { missingPrograms, packageManager, packagesFor } from './programs.mjs';

/**
 * Runs as root, with the package names as its arguments. While it runs no service may start: of openssh-server only
 * the program is wanted, so the service that its package brings is also kept from starting with the machine.
 */
const INSTALL = `
set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' >"$policy"
  chmod 0755 "$policy"
fi
apt-get -q -o DPkg::Lock::Timeout=120 update
apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@"
for package; do
  if [ "$package" = openssh-server ] && command -v systemctl >/dev/null; then
    systemctl disable ssh.service ssh.socket || echo 'could not disable the ssh service: please look at it' >&2
  fi
done
`;

/**
 * Installs what is missing of these programs, if that can be done without asking anybody.
 *
 * @param {readonly string[]} programs
 * @returns {string | undefined} one line on what is missing and how to get it; undefined if all are there now
 */
export function installPrograms(programs) {
  const missing = missingPrograms(programs);
  if (missing.length === 0) return undefined;
  const manager = packageManager();
  if (manager === undefined)
    return `missing programs: ${missing.join(', ')}; install them with your package manager`;
  const packages = packagesFor(missing, manager);
  const byHand = `missing programs: ${missing.join(', ')}; install them with: ${command(manager, packages)}`;
  if (manager !== 'apt') return byHand;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return byHand;

  console.error(`Installing ${packages.join(', ')} with ${isRoot ? '' : 'sudo '}apt-get ...`);
  const script = ['sh', '-c', INSTALL, 'coldhaul-setup', ...packages];
  const [program, ...rest] = isRoot ? script : ['sudo', '-n', ...script];
  const done = spawnSync(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  const still = missingPrograms(programs);
  if (done.status === 0 && still.length === 0) return undefined;
  const said =
    (done.error?.message ?? done.stderr.trim().split('\n').slice(-3).join(' ')) || `status ${done.status}`;
  return `could not install ${packages.join(', ')} (${said}); try: ${command(manager, packages)}`;
}

function command(manager, packages) {
  const install = { apt: 'apt-get install', dnf: 'dnf install', pacman: 'pacman -S' }[manager];
  return `sudo ${install} ${packages.join(' ')}`;
}
