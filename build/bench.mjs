// `npm run bench`: the same set-up as the tests, then the measured promises (docs/handbook/measurements.md).
import { join } from 'node:path';
import { chosen } from './chosen.mjs';
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

const names = chosen(NAMES, 'measurement', HELP);
ensure({ tools: [...labPrograms(), ...browserPrograms()], namespaces: true });
const { runScript, typescript } = await import('./run-script.mjs');
const main = typescript(join(ROOT, 'test/bench/main.ts'));
const [program, ...rest] = [...asRootOfNamespace(), process.execPath, ...main, ...names];
process.exitCode = await runScript(program, rest, { cwd: ROOT });
