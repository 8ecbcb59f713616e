import { Failure } from '../domain/failure.ts';
import { printable } from '../domain/naming.ts';
import { CHECKS } from '../domain/preflight/catalogue.ts';
import type { Check } from '../domain/preflight/check.ts';
import { table } from './table.ts';

/** A check as data, for reading: without its judge. */
export type CheckEntry = Omit<Check, 'judge'> & {
  /** Ids that its findings have; warnings are acknowledged by them. */
  readonly findings: readonly string[];
};

/** All checks, or the one whose id or finding is named. @throws Failure `bad-request` if there is none. */
export function listChecks(name: string | undefined): readonly CheckEntry[] {
  const entries = CHECKS.map(entryOf);
  if (name === undefined) return entries;
  const found = entries.filter(({ id, findings }) => id === name || findings.includes(name));
  if (found.length > 0) return found;
  throw new Failure('bad-request', `there is no check ${printable(name)}`, {
    hint: 'coldhaul checks lists them all.',
  });
}

function entryOf(check: Check): CheckEntry {
  const { id, title, scope, protectsFrom, sources, reads, testedIn } = check;
  const findings = check.scope === 'host' ? check.sides.map((side) => `${side}.${id}`) : [id];
  return { id, title, scope, findings, protectsFrom, sources, reads, testedIn };
}

/** A line for each. */
export function printChecks(entries: readonly CheckEntry[]): string {
  return table(
    [{ title: 'CHECK' }, { title: 'ASKED OF' }, { title: 'WHAT' }, { title: 'PROTECTS FROM', width: 110 }],
    entries.map(({ findings, scope, title, protectsFrom }) => [
      findings.join(', '),
      scope,
      title,
      protectsFrom,
    ]),
  );
}

/** All that is known of one. */
export function printCheck({ findings, title, protectsFrom, reads, sources, testedIn }: CheckEntry): string {
  return [
    `${findings.join(', ')}: ${title}`,
    '',
    `Protects from  ${protectsFrom}`,
    `Reads          ${reads}`,
    `Known from     ${sources.join('; ')}`,
    `Tested in      ${testedIn.join('; ')}`,
  ].join('\n');
}

/** The rows of the handbook's table, in Markdown. */
export function checksMarkdown(entries: readonly CheckEntry[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
  const test = (path: string): string =>
    `[${path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.test)?\.ts$/, '')}](../../${path})`;
  return [
    row(['check', 'protects from', 'reads', 'known from', 'tested in']),
    row(['---', '---', '---', '---', '---']),
    ...entries.map(({ findings, protectsFrom, reads, sources, testedIn }) =>
      row([
        findings.map((id) => `\`${id}\``).join(' '),
        protectsFrom,
        reads,
        sources.join('; '),
        testedIn.map(test).join(', '),
      ]),
    ),
  ].join('\n');
}
