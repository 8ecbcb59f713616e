import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { installPrograms } from './install.mjs';
import { namespaceProblem } from './namespaces.mjs';
import { installModules, nodeProblem } from './node-modules.mjs';
import { BROWSERS, LAB_PROGRAMS, missingPrograms, USER_LAB_PROGRAMS } from './programs.mjs';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the lab needs on this machine, by who runs it. */
export function labPrograms() {
  return process.getuid?.() === 0 ? LAB_PROGRAMS : USER_LAB_PROGRAMS;
}

/** What the stories in a browser need besides. */
export function browserPrograms() {
  return missingPrograms(BROWSERS).length === BROWSERS.length ? BROWSERS.slice(0, 1) : [];
}

/**
 * Checks what a script of ours stands on, and installs what is missing. Where that is not possible it prints one
 * line that says what to do, and ends the process with status 1. COLDHAUL_SKIP_SETUP=1 leaves everything as it is.
 *
 * Runs before node_modules exists, so this folder uses Node's own modules only.
 *
 * @param {{ readonly tools?: readonly string[], readonly npm?: boolean, readonly namespaces?: boolean }} needs
 */
export function ensure({ tools = [], npm = true, namespaces = false }) {
  if (process.env['COLDHAUL_SKIP_SETUP'] === '1') return;
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const checks = [
    () => nodeProblem(engines.node),
    () => (npm ? installModules(ROOT) : undefined),
    () => (tools.length > 0 && process.platform !== 'linux' ? 'the lab needs Linux' : undefined),
    () => installPrograms(tools),
    () => (namespaces ? namespaceProblem() : undefined),
  ];
  for (const check of checks) {
    const problem = check();
    if (problem === undefined) continue;
    console.error(problem);
    process.exit(1);
  }
}
