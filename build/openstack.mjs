// `npm run test:openstack`: a real OpenStack with two KVM hosts on this machine, and Coldhaul's scenarios on it.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensure, ROOT } from './setup/ensure.mjs';

const HELP = `npm run test:openstack -- [options]

Installs what is missing (Debian 12, about five minutes), brings up a real OpenStack on this machine, runs the
scenarios, and takes it down again.

  --only NAME,…   these scenarios; --list tells their names
  --short         one scenario for each route, as CI runs it
  --swap          the hosts' roles swapped
  --keep          leave the cloud up: test/openstack/cloud.sh tells how to look into it
  --record DIR    write what a client saw there, a file for each scenario (test/recordings/real)
  --list          the scenarios' names

Examples:
  npm run test:openstack
  npm run test:openstack -- --short
  npm run test:openstack -- --only seed-running --keep`;

const CLOUD = join(ROOT, 'test/openstack/cloud.sh');

function options() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        short: { type: 'boolean' },
        swap: { type: 'boolean' },
        keep: { type: 'boolean' },
        list: { type: 'boolean' },
        record: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const chosen = options();
if (chosen.help === true) {
  console.log(HELP);
  process.exit(0);
}
ensure({});
const { runScript, typescript } = await import('./run-script.mjs');
const driver = [process.execPath, ...typescript(join(ROOT, 'test/openstack/main.ts'))];
const words = [
  ...(chosen.only ?? []).flatMap((names) => ['--only', names]),
  ...['short', 'swap', 'list'].filter((name) => chosen[name] === true).map((name) => `--${name}`),
  ...(chosen.record === undefined ? [] : ['--record', resolve(chosen.record)]),
];
if (chosen.list === true) process.exit(await runScript(driver[0], [...driver.slice(1), ...words]));

/** Namespaces, mounts and packages need root. */
const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n', '--preserve-env=PATH,COLDHAUL_OPENSTACK'];
if (asRoot.length > 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) {
  console.error(
    'npm run test:openstack makes hosts on this machine: run it as root, or where sudo asks for no password',
  );
  process.exit(1);
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (interrupted = true));

/** True if it ended well. */
async function run(...argv) {
  const [program, ...rest] = [...asRoot, ...argv];
  return !interrupted && (await runScript(program, rest, { cwd: ROOT })) === 0;
}

const passed =
  (await run(CLOUD, 'install')) &&
  (await run(CLOUD, 'up')) &&
  (await run(CLOUD, 'enter', ...driver, ...words));
if (chosen.keep === true) {
  console.error(`The cloud goes on. ${CLOUD} help tells how to use it, ${CLOUD} down ends it.`);
} else {
  // Out of reach of the terminal's Ctrl-C: what was begun is always taken down.
  const [program, ...rest] = ['setsid', '--wait', ...asRoot, CLOUD, 'down'];
  spawnSync(program, rest, { stdio: 'inherit' });
}
process.exitCode = passed ? 0 : 1;
