import { Failure } from '../../domain/failure.ts';

const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;

/**
 * One argument as a word of the POSIX shell that stands between SSH and the program (POSIX.1-2017, XCU 2.2.2: nothing
 * but a single quote is special between single quotes).
 *
 * @throws Failure `bad-request` for a NUL, which no argument of a program can hold.
 */
export function quote(argument: string): string {
  if (argument.includes('\0')) {
    throw new Failure('bad-request', 'a program cannot be given an argument with a NUL character in it');
  }
  if (PLAIN.test(argument)) return argument;
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/** `MAX_ARG_STRLEN` of Linux, less the final NUL (execve(2)): the login shell gets the command line as one argument. */
const MAX_BYTES = 131_071;

/**
 * A command line for a login shell that starts exactly this program, not a built-in command, with exactly these arguments.
 *
 * @throws Failure `bad-request` for a NUL, if there is no program, or if it is too long for Linux.
 */
export function quoteAll(argv: readonly string[]): string {
  const [program = ''] = argv;
  if (program === '' || program.startsWith('-')) {
    throw new Failure('bad-request', `${JSON.stringify(program)} is not a program to run`);
  }
  // `exec`, so that the shell does not stand between us and how the program ended: some would tell a signal as exit 137.
  const line = `exec ${argv.map(quote).join(' ')}`;
  if (Buffer.byteLength(line) <= MAX_BYTES) return line;
  throw new Failure('bad-request', `the arguments for ${program} are too long for one command line`, {
    hint: 'Give the data on standard input.',
  });
}
