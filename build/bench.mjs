// `npm run bench`: the same set-up as the tests, then the measured promises (docs/handbook/measurements.md).
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asRootOfNamespace } from './setup/as-root.mjs';
import { browserPrograms, ensure, labPrograms, ROOT } from './setup/ensure.mjs';
import { missingPrograms } from './setup/programs.mjs';

const NAMES = ['answers', 'memory', 'frames', 'inventory'];
/** Only where it is asked for by name. */
const LONG = ['downtime'];
const HELP = `npm run bench -- [--only NAME,…] [--size GIB] [--rounds N] [--ways WAY,…] [--codec CODEC] [--json FILE]
                 [--svg FILE]

Measures what the desktop promises, on this machine. Prints one line a figure, and how many bounds were kept; the exit
code is 1 if one is broken. Without --only it takes about four minutes; on a machine that is busy, the figures say
little.

  --only   some of: ${[...NAMES, ...LONG].join(', ')}
           answers    how soon the main process answers while 8 disks copy and 1,000 lines are logged a second
           memory     what the page holds over an hour of samples of 8 disks, told faster
           frames     how evenly 1,000 instances on 100 hosts scroll, and how soon the search shows a key
           inventory  how soon the command line lists 1,000 instances on 100 hosts
           downtime   how long an instance is off: Nova's own ways, ours and the floor, in turn, with what each takes.
                      Not part of a run without --only: it takes long, for every way moves all of it in every round,
                      and it needs three times the size of room for temporary files

Only for downtime:
  --size   content of all disks and bases in GiB, 0.0625 to 32 (default 3)
  --rounds how often each way runs (default 3)
  --ways   only some of them: nova-icehouse, nova-scp, nova-rsync, base-there, base-staged, flatten, stream,
           route-thin, live, live-flatten, route-nova, floor; a bound whose way did not run is broken
  --codec  none, lz4 or zstd for our own ways, instead of what the plan chooses
  --json   writes all that was measured to this file
  --svg    writes a chart of the downtimes to this file

Examples:
  npm run bench
  npm run bench -- --only frames
  npm run bench -- --only downtime --size 1 --json downtime.json --svg downtime.svg`;

const OPTIONS = ['size', 'rounds', 'ways', 'codec', 'json', 'svg'];

/** What was asked for: names of measures, then the words for downtime. A wrong word ends the process with 2. */
function asked() {
  try {
    const text = { type: 'string' };
    const { values } = parseArgs({
      options: {
        only: text,
        help: { type: 'boolean' },
        ...Object.fromEntries(OPTIONS.map((name) => [name, text])),
      },
    });
    if (values.help === true) {
      console.log(HELP);
      process.exit(0);
    }
    const names = values.only?.split(',') ?? NAMES;
    const unknown = names.filter((name) => ![...NAMES, ...LONG].includes(name));
    if (unknown.length > 0) throw new Error(`there is no measurement ${unknown.join(', ')}`);
    const given = OPTIONS.filter((name) => values[name] !== undefined);
    if (given.length > 0 && !names.includes('downtime'))
      throw new Error(`--${given[0]} is for --only downtime`);
    return { names, options: given.map((name) => `--${name}=${values[name]}`) };
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

/**
 * A network of its own, so that its loopback interface counts what the measure sends and nothing else. Without `ip` it
 * does without, and says so.
 */
function withOwnNetwork() {
  if (missingPrograms(['ip']).length > 0) return [];
  const up = 'PATH=$PATH:/usr/sbin:/sbin ip link set lo up && COLDHAUL_BENCH_OWN_NETWORK=yes exec "$@"';
  return ['unshare', '--net', 'sh', '-c', up, 'coldhaul'];
}

const { names, options } = asked();
const pages = names.some((name) => NAMES.includes(name));
ensure({ tools: [...labPrograms(), ...(pages ? browserPrograms() : [])], namespaces: true });
const { runScript, typescript } = await import('./run-script.mjs');
const main = typescript(join(ROOT, 'test/bench/main.ts'));
const network = names.includes('downtime') ? withOwnNetwork() : [];
const words = [...asRootOfNamespace(), ...network, process.execPath, ...main, ...names, ...options];
const [program, ...rest] = words;
process.exitCode = await runScript(program, rest, { cwd: ROOT });
