#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT } from './cli/exit-codes.ts';
import { createProgram } from './cli/program.ts';
import { exitCodeOf, showFailure, usageFailure } from './cli/run.ts';
import { replyOf } from './host/dispatch.ts';

const program = createProgram(async (options, act) => {
  try {
    process.exitCode = await act(options);
  } catch (error) {
    const failure = replyOf(error);
    showFailure(failure, options.json === true);
    process.exitCode = exitCodeOf(failure.code);
  }
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  // Parsing stopped before it came to know of --json.
  if (error.exitCode !== 0) showFailure(usageFailure(error), process.argv.includes('--json'));
}
