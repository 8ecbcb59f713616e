import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXIT, EXIT_MEANINGS, exitCodeOf } from '../../main/cli/exit-codes.ts';
import { printFailure } from '../../main/cli/print.ts';
import { exitOf, usageFailure, worstExit } from '../../main/cli/run.ts';
import type { MigrationView } from '../../main/contract/views.ts';
import { FAILURE_CODES } from '../../main/domain/failure.ts';
import type { Phase } from '../../main/domain/migration.ts';
import { migrationView } from '../support/cli-view.ts';

function view(phase: Phase, more: Partial<MigrationView> = {}): MigrationView {
  return migrationView({ phase, active: false, disks: [], bytesToMove: 0, ...more });
}

describe('exit codes', () => {
  test('every failure has one, and every code has a meaning', () => {
    const meanings = EXIT_MEANINGS.map(([code]) => code);
    for (const code of FAILURE_CODES) expect(meanings).toContain(exitCodeOf(code));
    expect(new Set(meanings).size).toBe(Object.keys(EXIT).length);
  });

  test.each<readonly [MigrationView, number]>([
    [view('confirmed'), EXIT.done],
    [view('reverted'), EXIT.done],
    [view('cancelled'), EXIT.done],
    [view('awaiting-verdict'), EXIT.done],
    [view('copying'), EXIT.interrupted],
    [view('awaiting-verdict', { interrupted: { code: 'cancelled', message: '' } }), EXIT.interrupted],
    [view('failed', { failure: { code: 'job.failed', message: '' } }), EXIT.failed],
    [view('failed', { failure: { code: 'migration.changed', message: '' } }), EXIT.refused],
    [view('failed', { failure: { code: 'migration.in-use', message: '' } }), EXIT.inUse],
  ])('%o', (end, code) => {
    expect(exitOf(end)).toBe(code);
  });

  test('of several ends the worst counts', () => {
    expect(worstExit([])).toBe(EXIT.done);
    expect(worstExit([EXIT.done, EXIT.inUse, EXIT.failed])).toBe(EXIT.inUse);
  });
});

describe('messages', () => {
  test('whatever is in them, they drive no terminal, and only the first line begins as ours do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, hint) => {
        const [first, ...more] = printFailure({ message, hint }).split('\n');
        expect(first?.startsWith('coldhaul: ')).toBe(true);
        expect(more.every((line) => line.startsWith('  '))).toBe(true);
        expect([first, ...more].join('')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test('a wrong command line is told without commander’s own prefix', () => {
    const failure = usageFailure({ code: 'commander.unknownOption', message: "error: unknown option '--x'" });
    expect(failure).toMatchObject({ code: 'bad-request', message: "unknown option '--x'" });
    expect(usageFailure({ code: 'commander.help', message: '(outputHelp)' }).message).toBe(
      'no command was given',
    );
  });
});
