// `npm run bench`: the same set-up as the tests, then the measured promises (docs/handbook/measurements.md).
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asRootOfNamespace } from './setup/as-root.mjs';
import { browserPrograms, ensure, labPrograms, ROOT } from './setup/ensure.mjs';

const NAMES = ['answers', 'memory', 'frames', 'inventory'];
const HELP = `npm run bench -- [--only NAME,…]

Measures what the desktop promises, on this machine. Prints one line a figure, and how many bounds were kept; the exit
code is 1 if one is broken. It takes about four minutes; on a machine that is busy, the figures say little.

  --only   some of: ${NAMES.join(', ')}
           answers    how soon the main process answers while 8 disks copy and 1,000 lines are logged a second
           memory     what the page holds over an hour of samples of 8 disks, told faster
           frames     how evenly 1,000 instances on 100 hosts scroll, and how soon the search shows a key
           inventory  how soon the command line lists 1,000 instances on 100 hosts

Examples:
  npm run bench
  npm run bench -- --only frames`;

function chosen() {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
    if (values.help === true) {
      console.log(HELP);
      process.exit(0);
    }
    const only = values.only?.split(',') ?? NAMES;
    const unknown = only.filter((name) => !NAMES.includes(name));
    if (unknown.length > 0) throw new Error(`there is no measurement ${unknown.join(', ')}`);
    return only;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const names = chosen();
ensure({ tools: [...labPrograms(), ...browserPrograms()], namespaces: true });
const { runScript, typescript } = await import('./run-script.mjs');
const main = typescript(join(ROOT, 'test/bench/main.ts'));
const [program, ...rest] = [...asRootOfNamespace(), process.execPath, ...main, ...names];
process.exitCode = await runScript(program, rest, { cwd: ROOT });
