import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { EXIT_MEANINGS } from '../../main/cli/exit-codes.ts';
import { createProgram } from '../../main/cli/program.ts';

const COMMANDS = [
  ...[
    'inventory',
    'plan',
    'preflight',
    'checks',
    'migrate',
    'confirm',
    'revert',
    'cancel',
    'pause',
    'resume',
    'status',
    'doctor',
    'stuck',
    'diagnose',
    'recover',
    'rules',
  ],
] as const;

/** What is shown for these words; no command may be carried out. */
async function shown(...words: readonly string[]): Promise<string> {
  let text = '';
  const program = createProgram(() => Promise.reject(new Error('a command was carried out')));
  for (const command of [program, ...program.commands])
    command.configureOutput({
      writeOut: (part) => {
        text += part;
      },
    });
  const end: unknown = await program.parseAsync(words, { from: 'user' }).catch((error: unknown) => error);
  expect(end).toBeInstanceOf(CommanderError);
  expect(end).toMatchObject({ exitCode: 0 });
  return text;
}

test('there are these commands, and no other', () => {
  const program = createProgram(() => Promise.resolve());
  expect(program.commands.map((command) => command.name()).sort()).toEqual([...COMMANDS].sort());
});

test.each(COMMANDS)('the help of %s tells its use, and has examples of itself', async (name) => {
  const text = await shown(name, '--help');
  expect(text).toContain(`Usage: coldhaul ${name} `);
  const [, examples = ''] = text.split('Examples:\n');
  const lines = examples.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(new RegExp(`^ {2}coldhaul ${name}( |$)`));
});

test('the examples can be parsed: no option of theirs is unknown, none is missing', async () => {
  for (const name of COMMANDS) {
    const [, examples = ''] = (await shown(name, '--help')).split('Examples:\n');
    for (const line of examples.trimEnd().split('\n')) {
      let carriedOut = 0;
      const program = createProgram(() => {
        carriedOut += 1;
        return Promise.resolve();
      });
      await program.parseAsync(line.trim().split(' ').slice(1), { from: 'user' });
      expect({ line, carriedOut }).toEqual({ line, carriedOut: 1 });
    }
  }
});

test('the help of all has examples, and every exit code', async () => {
  const text = await shown('--help');
  expect(text).toMatch(/Examples:\n {2}coldhaul /);
  for (const [code, meaning] of EXIT_MEANINGS)
    expect(text).toContain(`${String(code).padStart(4)}  ${meaning}`);
});
