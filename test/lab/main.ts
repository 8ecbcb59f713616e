import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { down } from './command/down.ts';
import { answer, serve, ServeOptions } from './command/serve.ts';
import { readState } from './command/state.ts';
import { up } from './command/up.ts';
import { cloudState, execIn, orderFault, stateOf } from './command/use.ts';
import { LabProblem } from './hosts/problem.ts';
import { labPaths } from './lab-files.ts';
import { readFile } from 'node:fs/promises';

const DEFAULT_DIRECTORY = fileURLToPath(new URL('../../.lab/default', import.meta.url));

const EXAMPLES = `
Examples:
  npm run lab -- up                                  two hosts, a cloud and sample servers
  npm run lab -- up --transport ssh --hosts 3
  npm run lab -- exec compute-a virsh list --all     a command inside a host, as root
  npm run lab -- exec --user nova compute-b ls -l /var/lib/nova/instances
  npm run lab -- fault kill-compute host=compute-a   order trouble
  npm run lab -- fault api kind=503 times=3 path=/servers
  eval "$(npm run --silent lab -- openrc)"           OS_* variables for this shell
  npm run lab -- down                                ends it and removes its files
`;

interface Common {
  /** Given after the command's name; before it, it is the program's. */
  readonly directory?: string;
}

const program = new Command('lab')
  .description(
    'Two or more pretend hypervisors with real sshd, rsync and qemu-img, and a cloud in front of them.',
  )
  .option(
    '-d, --directory <path>',
    'where the lab keeps everything',
    (path) => resolve(path),
    DEFAULT_DIRECTORY,
  )
  .addHelpText('after', EXAMPLES)
  .enablePositionalOptions();

labCommand('up')
  .description('start the lab; one that is up stays as it is')
  .option('--hosts <count>', 'number of hypervisors', parseCount, 2)
  .option('--transport <name>', "how Nova copies: rsync, or ssh (Nova's default)", 'rsync')
  .option('--empty', 'no sample servers')
  .action(async (options: Common & { hosts: number; transport: string; empty?: true }) => {
    const wanted = ServeOptions.safeParse({
      directory: directoryOf(options),
      hosts: options.hosts,
      transport: options.transport,
      samples: options.empty !== true,
    });
    if (!wanted.success) throw new LabProblem('--hosts is 2 to 200, --transport is rsync or ssh');
    const isNew = await up(wanted.data);
    console.log(isNew ? 'The lab is up.' : 'The lab was up already; it stays as it is.');
    await report(directoryOf(options));
  });

labCommand('down')
  .description('end the lab, however it was left, and remove its files')
  .action(async (options: Common) => {
    console.log(
      (await down(directoryOf(options))) ? 'The lab is gone.' : `There is no lab in ${directoryOf(options)}.`,
    );
  });

labCommand('status')
  .description('what runs; exit status 3 if nothing does')
  .option('--json', 'with all that the cloud holds')
  .action(async (options: Common & { json?: true }) => {
    const state = await readState(directoryOf(options));
    if (options.json === true) {
      console.log(JSON.stringify({ state, cloud: state && (await cloudState(state)) }, undefined, 2));
    } else if (state === undefined) console.log(`No lab is up in ${directoryOf(options)}.`);
    else await report(directoryOf(options));
    if (state === undefined) process.exitCode = 3;
  });

labCommand('exec')
  .description('run a program in a host, as root unless --user says otherwise')
  .argument('<host>')
  .argument('[command...]', 'default: bash')
  .option('-u, --user <name>')
  .passThroughOptions()
  .action(async (host: string, command: readonly string[], options: Common & { user?: string }) => {
    const argv = command.length > 0 ? command : ['bash'];
    process.exitCode = await execIn(await stateOf(directoryOf(options)), host, argv, options.user);
  });

labCommand('fault')
  .description('order trouble from the cloud')
  .argument('<name>')
  .argument('[words...]', 'key=value')
  .action(async (name: string, words: readonly string[], options: Common) => {
    console.log(await orderFault(await stateOf(directoryOf(options)), name, words));
  });

labCommand('openrc')
  .description('OS_* variables of the lab, for eval')
  .action(async (options: Common) => {
    await stateOf(directoryOf(options));
    process.stdout.write(await readFile(labPaths(directoryOf(options)).openrc, 'utf8'));
  });

labCommand('paths')
  .description('files by which programs use the lab, as JSON')
  .action((options: Common) => {
    console.log(JSON.stringify(labPaths(directoryOf(options)), undefined, 2));
  });

program.command('serve', { hidden: true }).argument('<options>').action(serveAndTell);

function labCommand(name: string): Command {
  return program.command(name).option('-d, --directory <path>', 'the lab in this directory', toPath);
}

function directoryOf(options: Common): string {
  return options.directory ?? program.opts<Common>().directory ?? DEFAULT_DIRECTORY;
}

function toPath(path: string): string {
  return resolve(path);
}

async function report(directory: string): Promise<void> {
  const state = await stateOf(directory);
  const paths = labPaths(directory);
  for (const host of state.hosts) {
    const ssh = `ssh -F ${quote(paths.sshConfig)} ${host.name}`;
    console.log(`  ${host.name.padEnd(12)} ${ssh}   (${host.address}:${host.sshPort})`);
  }
  console.log(`  cloud        ${state.authUrl}`);
  console.log('Use it with:');
  const [clouds, settings] = [quote(paths.cloudsYaml), quote(paths.settingsYaml)];
  console.log(`  export OS_CLIENT_CONFIG_FILE=${clouds} OS_CLOUD=lab COLDHAUL_SETTINGS=${settings}`);
}

/** For a line that is meant to be copied into a shell. */
function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

/** The owner's log is for looking things up; `up` gets the one sentence. */
async function serveAndTell(text: string): Promise<void> {
  try {
    await serve(ServeOptions.parse(JSON.parse(text)));
  } catch (error) {
    console.error(error);
    const hint = error instanceof LabProblem ? error.hint : undefined;
    const message = error instanceof Error ? error.message : String(error);
    answer({ kind: 'failed', message, ...(hint !== undefined && { hint }) });
    process.exitCode = 1;
  }
}

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('not a number');
  return Number(text);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof LabProblem)) throw error;
  console.error(error.message);
  if (error.hint !== undefined) console.error(error.hint);
  process.exitCode = 1;
}
