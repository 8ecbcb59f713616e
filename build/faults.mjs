// `npm run test:faults`: the same set-up as the tests, then faults by the hundred (docs/handbook/reliability.md).
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asRootOfNamespace } from './setup/as-root.mjs';
import { ensure, labPrograms, ROOT } from './setup/ensure.mjs';

const HELP = `npm run test:faults -- [--seed N] [--only KIND,…] [--cases N] [--case ID,…] [--short] [--json FILE]

Moves instances between hosts of the lab by the real command line, hurts each on its way, and holds what the app says
against the files of both hosts. Each case ends confirmed or reverted with equal bytes, or stopped with the source whole
and a true sentence about it. Prints a line a case, a table a kind, and N passed, N failed; the exit code is 1 if one
failed, 2 for a wrong word. A whole run takes an hour or two on two cores.

  --seed   the same number gives the same cases (default 1; with --short 14, whose first cases are quick)
  --only   some of: kill, link, room, host, flip, clock, answer, journal
  --cases  how many in all (default 320, or the share that those of --only have in it)
  --case   repeats single cases of this seed, such as kill-007
  --lanes  how many go on at a time, each on two hosts of its own (default 4)
  --short  one case a kind
  --json   writes all that was seen to this file, after every case

Examples:
  npm run test:faults
  npm run test:faults -- --seed 7 --only link,room --json faults.json
  npm run test:faults -- --seed 7 --case link-012`;

/** The words for the run itself. A wrong word ends the process with 2. */
function asked() {
  try {
    const text = { type: 'string' };
    const flag = { type: 'boolean' };
    const options = { seed: text, only: text, cases: text, case: text, lanes: text, json: text, short: flag };
    const { values } = parseArgs({ options: { ...options, help: flag } });
    if (values.help === true) {
      console.log(HELP);
      process.exit(0);
    }
    const given = Object.keys(options).filter((name) => values[name] !== undefined);
    return given.map((name) => {
      if (name === 'short') return '--short';
      return `--${name}=${name === 'json' ? resolve(values[name]) : values[name]}`;
    });
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const words = asked();
ensure({ tools: labPrograms(), namespaces: true });
const { buildApp } = await import('./build-app.mjs');
const { runScript, typescript } = await import('./run-script.mjs');
const cli = join(ROOT, 'out/main/cli.js');
// A whole run of the tests has built it already; hundreds of starts from the sources would take too long.
if (!existsSync(process.env['COLDHAUL_BUILT_CLI'] ?? '')) {
  process.exitCode = await buildApp();
  process.env['COLDHAUL_BUILT_CLI'] = cli;
}
if ((process.exitCode ?? 0) === 0) {
  const main = typescript(join(ROOT, 'test/faults/main.ts'));
  // File systems that a case mounts are seen by this run alone, and end with it.
  const own = ['unshare', '--mount', '--propagation', 'private'];
  const [program, ...rest] = [...asRootOfNamespace(), ...own, process.execPath, ...main, ...words];
  process.exitCode = await runScript(program, rest, { cwd: ROOT });
}
