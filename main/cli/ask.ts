import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { printable } from '../domain/naming.ts';
import type { Asker } from '../domain/ports.ts';

/** Questions to the person at the terminal; without one every answer is no. */
export function createTerminalAsker(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Asker & { confirm(question: string): Promise<boolean> } {
  const ask = async (question: string, hidden: boolean): Promise<string | undefined> => {
    if (!input.isTTY) return undefined;
    // What is typed for a passphrase is not shown.
    const nowhere = new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    const terminal = createInterface({ input, output: hidden ? nowhere : output, terminal: true });
    // Not before: until the terminal is ours it shows what is typed, and some have pasted already.
    if (hidden) output.write(question);
    try {
      // It wipes the line that it asks on, so it must be the one that writes the question there.
      return await terminal.question(hidden ? '' : question);
    } finally {
      terminal.close();
      if (hidden) output.write('\n');
    }
  };
  const yes = async (question: string): Promise<boolean> =>
    /^y(es)?$/i.test((await ask(`${question} [y/N] `, false))?.trim() ?? '');
  return {
    confirm: yes,
    acceptHostKey({ host, address, keyType, fingerprint }) {
      return yes(
        `The host key of ${printable(host)} (${printable(address)}) is not known.\n${keyType} ${fingerprint}\nCompare it with the host’s own. Store it and go on?`,
      );
    },
    passphrase({ keyFile }) {
      return ask(`Passphrase of ${printable(keyFile)}: `, true);
    },
  };
}
