import type { FaultCase, Kind } from './fault-case.ts';
import type { Judgement } from './judge.ts';

/** One case, and what came of it. */
export interface Result {
  readonly one: FaultCase;
  readonly judgement: Judgement;
  /** Whether the fault struck while there was something to strike. */
  readonly met: boolean;
  readonly seconds: number;
  /** What the commands said; kept where the case failed. */
  readonly commands: readonly { readonly words: readonly string[]; readonly exitCode: number }[];
  readonly log: string;
}

export function passed({ judgement }: Result): boolean {
  return judgement.problems.length === 0;
}

/** One line a case, with the time that is left at the pace so far. */
export function progressLine(result: Result, done: number, all: number, leftSeconds: number): string {
  const { one, judgement, met, seconds } = result;
  const count = `[${String(done).padStart(String(all).length)}/${String(all)}]`;
  const left = `${String(Math.ceil(leftSeconds / 60))} min left`;
  const end = `${judgement.end}${met ? '' : ', fault came too late'}`;
  const words = `${passed(result) ? 'ok    ' : 'FAILED'} ${one.id}: ${one.title} -> ${end}`;
  const problems = judgement.problems.map((problem) => `\n         ${problem}`).join('');
  return `${count} ${words} (${String(Math.round(seconds))} s, ${left})${problems}`;
}

const HEAD = ['kind', 'cases', 'confirmed', 'reverted', 'stopped', 'too late', 'failed', 'mean s'] as const;

/** A table with a row a kind, and what failed below it. */
export function summary(kinds: readonly Kind[], results: readonly Result[], seed: number): string {
  const rows = kinds.flatMap((kind) => {
    const own = results.filter(({ one }) => one.kind === kind.name);
    return own.length === 0 ? [] : [rowOf(kind.title, own)];
  });
  const table = [HEAD, ...rows, ...(rows.length > 1 ? [rowOf('all', results)] : [])];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row.map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column] ?? 0)).join('  '),
  );
  const failed = results.filter((result) => !passed(result));
  const again = failed.map(({ one }) => `npm run test:faults -- --seed ${String(seed)} --case ${one.id}`);
  return [...lines, ...(again.length > 0 ? ['', 'To repeat what failed:', ...again] : [])].join('\n');
}

function rowOf(title: string, results: readonly Result[]): readonly string[] {
  const count = (of: (result: Result) => boolean): string => String(results.filter(of).length);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0) / results.length;
  return [
    title,
    String(results.length),
    count(({ judgement }) => judgement.end === 'confirmed'),
    count(({ judgement }) => judgement.end === 'reverted'),
    count(({ judgement }) => judgement.end === 'stopped'),
    count(({ met }) => !met),
    count((result) => !passed(result)),
    seconds.toFixed(1),
  ];
}
