#!/usr/bin/env node
import { CommanderError } from 'commander';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { EXIT } from './cli/exit-codes.ts';
import { exitCodeOf, showFailure } from './cli/run.ts';
import { replyOf } from './host/dispatch.ts';
import { readWebOptions, type WebOptions } from './web/options.ts';
import { runWeb } from './web/run.ts';

/** Where the build puts the page, seen from where it puts us. */
const PAGE_ROOT = join(import.meta.dirname, '../renderer');

function options(): WebOptions | undefined {
  try {
    return readWebOptions(process.argv.slice(2), manifest.version);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error.exitCode === 0) return undefined;
    const message = error.message.replace(/^error: /, '');
    showFailure({ code: 'bad-request', message, hint: 'npm run web -- --help lists the options.' }, false);
    return undefined;
  }
}

const given = options();
if (given !== undefined) {
  try {
    process.exitCode = await runWeb(given, manifest.version, PAGE_ROOT);
  } catch (error) {
    const failure = replyOf(error);
    showFailure(failure, false);
    process.exitCode = exitCodeOf(failure.code);
  }
}
