import { Command, Option } from 'commander';
import { FLATTENINGS, ROUTES } from '../domain/plan.ts';
import { CODECS } from '../domain/codec.ts';
import { DIGEST_ALGORITHMS } from '../domain/digest.ts';
import * as commands from './commands.ts';
import * as recovery from './recovery.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import type { GlobalOptions } from './session.ts';
import type { ExitCode } from './exit-codes.ts';

type Act = (options: GlobalOptions) => Promise<ExitCode>;

/**
 * The command line: what there is, with help and examples. `run` carries a command out and sets the exit code.
 * Parsing throws `CommanderError` for a wrong option, and with exit code 0 after help or version were shown.
 */
export function createProgram(run: (options: GlobalOptions, act: Act) => Promise<void>): Command {
  const program = new Command('coldhaul')
    .description(
      'Moves shut-off virtual machines with local disks between KVM hosts under OpenStack Nova, and proves the copy.',
    )
    .version('0.1.0')
    .option('--cloud <name>', 'cloud in clouds.yaml (default: OS_CLOUD, or the OS_* variables)')
    .option('--openrc <file>', 'an openrc file instead of clouds.yaml; it is read, not executed')
    .option('--settings <file>', 'settings file (default: ~/.config/coldhaul/settings.yaml)')
    .option('--json', 'one JSON document on standard output; progress goes to standard error')
    .option('--verbose', 'also show every command and call')
    // Said by the entry, in the form of every other failure. Commands added below inherit both.
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      'after',
      `\nExit codes:\n${EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(2)}  ${meaning}`).join('\n')}\n\nExamples:\n  coldhaul inventory\n  coldhaul plan web-01 --to compute-02 --commands\n  coldhaul migrate web-01 --to compute-02\n  coldhaul status`,
    );

  const command = (name: string, description: string, example: string): Command =>
    program
      .command(name)
      .description(description)
      .addHelpText(
        'after',
        `\nExamples:\n${example
          .split('\n')
          .map((line) => `  ${line}`)
          .join('\n')}`,
      );
  const globals = (): GlobalOptions => program.opts();
  const route = (): Option =>
    new Option(
      '--route <route>',
      'how Nova takes the copy over (default: seed if Nova on the source copies by rsync, else nova; thin works with both)',
    ).choices(ROUTES);
  const limit = (): Option =>
    new Option('--bwlimit <MiB/s>', 'bandwidth limit of the migration, all disks together').argParser(
      commands.positive,
    );
  const stopTimeout = (): Option =>
    new Option('--stop-timeout <seconds>', 'time for a graceful stop before the plug is pulled').argParser(
      commands.positive,
    );

  const digest = (): Option =>
    new Option(
      '--digest <name>',
      'what content is compared by (default: the fastest that both hosts have)',
    ).choices(DIGEST_ALGORITHMS);
  const codec = (): Option =>
    new Option(
      '--codec <name>',
      'what our copies are compressed with on their way (default: what a sample shows to be the fastest)',
    ).choices(CODECS);
  const streams = (): Option =>
    new Option(
      '--streams <number>',
      'connections that share each big file, 1 to 4 (default: more than one where a probe shows them to be faster)',
    ).choices(['1', '2', '3', '4']);
  const live = (): Option =>
    new Option(
      '--live',
      'freeze and copy the disks while the instance runs (route thin): it is off only for what it wrote since',
    );

  const flatten = (): Option =>
    new Option(
      '--flatten <how>',
      'where a disk that cannot keep its base is made one file: as a file on the source, or as a stream, on its way (route thin; default: what is quicker)',
    ).choices(FLATTENINGS);

  command(
    'inventory',
    'Lists hosts and instances; with --disks also what lies on the hosts.',
    'coldhaul inventory\ncoldhaul inventory --host compute-01 --disks',
  )
    .option('--host <name>', 'this host only')
    .option('--disks', 'read disks, chains and room on the hosts themselves, over SSH')
    .action((options: commands.InventoryOptions) =>
      run(globals(), (all) => commands.inventory(options, all)),
    );

  command(
    'plan',
    'Shows what a move would do, what speaks against it, and how long the instance would be off. Changes nothing.',
    'coldhaul plan web-01 --to compute-02\ncoldhaul plan web-01 --to compute-02 --route nova --commands',
  )
    .argument('<server>', 'instance, by name or id')
    .requiredOption('--to <host>', 'destination')
    .addOption(route())
    .addOption(limit())
    .addOption(stopTimeout())
    .addOption(digest())
    .addOption(codec())
    .addOption(streams())
    .addOption(live())
    .addOption(flatten())
    .option('--commands', 'list every command and call in order')
    .action((server: string, options: commands.PlanOptions) =>
      run(globals(), (all) => commands.plan(server, options, all)),
    );

  command(
    'preflight',
    'Checks everything that would make a move fail, and shows what was seen. Changes nothing.',
    'coldhaul preflight web-01 --to compute-02\ncoldhaul preflight web-01 --to compute-02 --all --json',
  )
    .argument('<server>', 'instance, by name or id')
    .requiredOption('--to <host>', 'destination')
    .addOption(route())
    .addOption(digest())
    .addOption(live())
    .addOption(flatten())
    .option('--all', 'also list what is in order')
    .action((server: string, options: commands.PreflightOptions) =>
      run(globals(), (all) => commands.preflight(server, options, all)),
    );

  command(
    'checks',
    'Lists every check of a preflight: what it protects from, what it reads, where that is known from.',
    'coldhaul checks\ncoldhaul checks destination.room\ncoldhaul checks --json',
  )
    .argument('[check]', 'this one only, by its id')
    .action((name: string | undefined) => run(globals(), (all) => commands.checks(name, all)));

  command(
    'migrate',
    'Moves one or more instances. Ends before the verdict, unless --confirm is given.',
    'coldhaul migrate web-01 --to compute-02\ncoldhaul migrate web-01 web-02 --to compute-02 --bwlimit 200\ncoldhaul migrate web-01 --to compute-02 --yes --confirm --json',
  )
    .argument('<server...>', 'instances, by name or id')
    .requiredOption('--to <host>', 'destination')
    .addOption(route())
    .addOption(limit())
    .addOption(stopTimeout())
    .addOption(digest())
    .addOption(codec())
    .addOption(streams())
    .addOption(live())
    .addOption(flatten())
    .option('--confirm', 'confirm without asking once the copy is proven')
    .option('--yes', 'do not ask before the start')
    .option(
      '--acknowledge <check>',
      'go on in spite of this warning (may be given again)',
      (value: string, before: readonly string[]) => [...before, value],
      [] as readonly string[],
    )
    .action((servers: readonly string[], options: commands.MigrateOptions) =>
      run(globals(), (all) => commands.migrate(servers, options, all)),
    );

  const verdict = (name: 'confirm' | 'revert' | 'cancel' | 'pause' | 'resume', description: string): void => {
    command(name, description, `coldhaul ${name} web-01\ncoldhaul ${name} 3f2b8c1e`)
      .argument('<migration>', 'migration id or its beginning, or the instance')
      .action((reference: string) => run(globals(), (all) => commands.goOn(name, reference, all)));
  };
  verdict(
    'confirm',
    'Accepts the copy at the destination; Nova then removes the source copy. Refused unless the copy is proven.',
  );
  verdict('revert', 'Goes back to the source copy, after the hand-over and before the confirm.');
  verdict('cancel', 'Gives up before the hand-over: the instance runs again at its source.');
  verdict(
    'pause',
    'Stops what runs on the hosts, before the hand-over; nothing is given up. Where it is followed, press Ctrl-C first.',
  );
  verdict('resume', 'Goes on from the last fact, after a pause, a crash, a lost link or Ctrl-C.');

  command(
    'status',
    'Lists migrations made from this machine, or shows one.',
    'coldhaul status\ncoldhaul status web-01',
  )
    .argument('[migration]', 'migration id or its beginning, or the instance')
    .action((reference: string | undefined) => run(globals(), (all) => commands.status(reference, all)));

  command(
    'doctor',
    'Checks the cloud and every host: login, sudo, tools, settings, room, and what of our work lies there.',
    'coldhaul doctor\ncoldhaul doctor compute-01 compute-02',
  )
    .argument('[host...]', 'these hosts only')
    .action((hosts: readonly string[]) => run(globals(), (all) => commands.doctor(hosts, all)));

  command(
    'stuck',
    'Finds every instance that is stuck, or silently wrong, in the cloud and on its hosts. Changes nothing.',
    'coldhaul stuck\ncoldhaul stuck --json',
  ).action(() => run(globals(), (all) => recovery.stuck(all)));

  command(
    'diagnose',
    'Reads all that is known of an instance, and says what is wrong with it and what helps. Changes nothing.',
    'coldhaul diagnose web-01\ncoldhaul diagnose web-01 --record',
  )
    .argument('<server>', 'instance, by name or id')
    .option('--record', 'what was done with it from this workstation, and seen before and after, as JSON')
    .action((server: string, options: recovery.DiagnoseOptions) =>
      run(globals(), (all) => recovery.diagnose(server, options, all)),
    );

  command(
    'recover',
    'Leads out of a stuck state step by step: each is shown and asked for, and all is read again before it.',
    'coldhaul recover web-01\ncoldhaul recover web-01 --step 1',
  )
    .argument('<server>', 'instance, by name or id')
    .option(
      '--step <number>',
      'do this step alone, as diagnose numbers it, without asking',
      commands.positive,
    )
    .action((server: string, options: recovery.RecoverOptions) =>
      run(globals(), (all) => recovery.recover(server, options, all)),
    );

  command(
    'rules',
    'Lists every stuck state that is known: what it looks like, why, what to do, what never to do.',
    'coldhaul rules\ncoldhaul rules verify-nothing-copied\ncoldhaul rules F03 --json',
  )
    .argument('[rule]', 'this one only, by its id or failure')
    .action((name: string | undefined) => run(globals(), (all) => recovery.rules(name, all)));
  return program;
}
