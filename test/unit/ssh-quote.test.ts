import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import { quote, quoteAll } from '../../main/services/ssh/quote.ts';

/** A lone surrogate has no UTF-8, so no program can be given one. */
const argument = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      '\\',
      '$',
      '`',
      '!',
      '\n',
      '\r',
      ' ',
      '-',
      '*',
      '~',
      '=',
      '#',
      '{',
      'ä',
      '🖥',
    ),
  }),
);
const arguments_ = fc.array(
  argument.filter((text) => !text.includes('\0')),
  { maxLength: 6 },
);

test('whatever the arguments are, a real sh gives them to the program as they were', () => {
  fc.assert(
    fc.property(arguments_, (words) => {
      const said = execFileSync('sh', ['-c', quoteAll(['printf', '%s\\0', '.', ...words])]).toString('utf8');
      expect(said).toBe(['.', ...words, ''].join('\0'));
    }),
    { numRuns: 150 },
  );
});

test('only what no shell reads in its own way stays without quotes', () => {
  expect(['A=b', '-x', '~', 'plain-1.2/x', ''].map(quote)).toEqual([
    "'A=b'",
    '-x',
    "'~'",
    'plain-1.2/x',
    "''",
  ]);
});

test.each(['dash', 'bash'])('through %s, the end of a program is its own', (shell) => {
  const ended = spawnSync(shell, ['-c', quoteAll(['sh', '-c', 'kill -KILL $$'])]);
  expect(ended).toMatchObject({ signal: 'SIGKILL', status: null });
});

test.each([
  ['a NUL', ['printf', 'a\0b']],
  ['no program', []],
  ['an empty program', ['']],
  ['a program that would be an option', ['-a', 'x']],
  ['more than Linux takes', ['printf', 'x'.repeat(131_072)]],
])('%s is refused', (_what, argv) => {
  expect(() => quoteAll(argv)).toThrow(Failure);
});
