import { Command, InvalidArgumentError } from 'commander';
import { EXIT, EXIT_MEANINGS } from '../cli/exit-codes.ts';

export interface WebOptions {
  readonly port?: number;
  readonly cloud?: string;
  /** False: only the address is printed. */
  readonly open: boolean;
}

const FIRST_FREE_PORT = 1_024;
const LAST_PORT = 65_535;
const ENDS: readonly number[] = [EXIT.done, EXIT.usage, EXIT.interrupted, EXIT.defect];

/** @throws CommanderError for a wrong option, and with exit code 0 after the help was shown. */
export function readWebOptions(words: readonly string[], version: string): WebOptions {
  const ends = EXIT_MEANINGS.filter(([code]) => ENDS.includes(code));
  return new Command('npm run web --')
    .description(
      'Serves Coldhaul to the browsers of this user on this machine, at an address that works once.\nEnter prints another address, Ctrl-C ends it.',
    )
    .version(version)
    .option('--port <number>', 'port of 127.0.0.1 (default: any that is free)', portOf)
    .option('--cloud <name>', 'cloud to open at once (default: the one of last time)')
    .option('--no-open', 'prints the address, and starts no browser')
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      'after',
      `\nExit codes:\n${ends.map(([code, meaning]) => `  ${String(code).padStart(2)}  ${meaning}`).join('\n')}

Standard output is the address and nothing else; words go to standard error.

Examples:
  npm run web
  npm run web -- --cloud mycloud
  ssh -L 8470:127.0.0.1:8470 bastion     # then there: npm run web -- --port 8470 --no-open`,
    )
    .parse(words, { from: 'user' })
    .opts<WebOptions>();
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= FIRST_FREE_PORT && port <= LAST_PORT) return port;
  throw new InvalidArgumentError(`It is a number from ${FIRST_FREE_PORT} to ${LAST_PORT}.`);
}
