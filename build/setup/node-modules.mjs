import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether this Node can run us.
 *
 * @param {string} range - `>=MAJOR.MINOR.PATCH`, as in package.json's engines
 * @param {string} version - `MAJOR.MINOR.PATCH`
 * @returns {string | undefined} one line on what to do
 */
export function nodeProblem(range, version = process.versions.node) {
  const wanted = range.replace('>=', '').split('.').map(Number);
  const here = version.split('.').map(Number);
  const difference = wanted.map((part, index) => (here[index] ?? 0) - part).find((part) => part !== 0) ?? 0;
  return difference < 0
    ? `Node ${version} is too old: install Node ${range.replace('>=', '')} or newer`
    : undefined;
}

/**
 * Whether node_modules holds what package-lock.json says. Packages for other systems may be left out.
 *
 * @param {string} root - the repository
 */
export function modulesAreInStep(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const here = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || here === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, peer, link }]) => {
    if (path === '' || link === true) return true;
    const installed = here[path];
    if (installed === undefined) return optional === true || peer === true;
    return installed.version === version;
  });
}

/**
 * Makes node_modules as package-lock.json wants it.
 *
 * @param {string} root - the repository
 * @returns {string | undefined} one line on what went wrong
 */
export function installModules(root) {
  if (modulesAreInStep(root)) return undefined;
  console.error('Installing npm packages with npm ci ...');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (done.status === 0) return undefined;
  const said = done.error?.message ?? done.stderr.trim().split('\n').slice(-3).join(' ');
  return `npm ci failed (${said}); run it by hand in ${root}`;
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    // Not there, or cut short by an interrupted install: npm ci is the answer to both.
    return undefined;
  }
}
