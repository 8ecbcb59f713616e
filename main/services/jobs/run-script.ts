import { Failure } from '../../domain/failure.ts';
import type { RunOptions, Shell } from '../../domain/ports.ts';

/**
 * First lines of every script that runs on a host: messages in one language, and the administrator's programs
 * found, which a login without a terminal does not always have in its PATH.
 */
export const HOST_PRELUDE = `set -u
LC_ALL=C; export LC_ALL
PATH=\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin; export PATH
`;

/** How many characters of a program's complaint a message quotes. */
const QUOTED_CHARACTERS = 600;

/**
 * Runs a constant script on a host; the data travel as its positional parameters.
 *
 * @param what - What the script was to do, for the message: `read the instance`.
 * @returns what it wrote to its output.
 * @throws Failure `host.command-failed` if it ends with another status than 0, and whatever `Shell.run` throws.
 */
export async function runScript(
  shell: Shell,
  what: string,
  script: string,
  args: readonly string[],
  options: Pick<RunOptions, 'as' | 'signal'> = {},
): Promise<string> {
  const result = await shell.run(['sh', '-c', HOST_PRELUDE + script, 'coldhaul', ...args], {
    as: 'root',
    ...options,
  });
  if (result.kind === 'exited' && result.code === 0) return result.stdout;
  const how =
    result.kind === 'killed' ? `was ended by ${result.by}` : `ended with status ${result.code.toString()}`;
  const said = lastWords(result.stderr);
  throw new Failure(
    'host.command-failed',
    `Could not ${what} on ${shell.host}: the script ${how}${said === '' ? '' : `: ${said}`}.`,
    { hint: `Log in to ${shell.host} and look whether its file system and its programs are in order.` },
  );
}

/** The end of what a program complained, on one line. */
export function lastWords(text: string): string {
  const line = text
    .trim()
    .split(/\s*\n\s*/)
    .join(' | ');
  return line.length > QUOTED_CHARACTERS ? `… ${line.slice(-QUOTED_CHARACTERS)}` : line;
}
