import { sentence } from '@contract/format.ts';
import type { CheckView } from '@contract/views.ts';
import type { Tone } from '../../components/Status.tsx';

type Verdict = CheckView['verdict'];

/** Worst first. */
const ORDER: readonly Verdict[] = ['block', 'warn', 'note', 'pass'];

export const VERDICT_WORDS: Readonly<Record<Verdict, { readonly tone: Tone; readonly word: string }>> = {
  block: { tone: 'bad', word: 'Does not work' },
  warn: { tone: 'warn', word: 'Look at this' },
  note: { tone: 'note', word: 'Works, with a limit' },
  pass: { tone: 'good', word: 'Works' },
};

/** What was found of the cloud, or of one host. */
export interface Subject {
  readonly name: string;
  readonly worst: Verdict;
  /** Worst first; equal ones in the order they were made: login, tools, Nova, room. */
  readonly checks: readonly CheckView[];
}

/** The cloud first, for without it nothing works; then the hosts, worst first and by name. */
export function subjectsOf(checks: readonly CheckView[]): readonly Subject[] {
  const bySubject = new Map<string, CheckView[]>();
  for (const check of checks) {
    const found = bySubject.get(check.subject);
    if (found === undefined) bySubject.set(check.subject, [check]);
    else found.push(check);
  }
  const subjects = [...bySubject].map(([name, found]): Subject => {
    const sorted = [...found].sort((left, right) => rank(left.verdict) - rank(right.verdict));
    return { name, worst: sorted[0]?.verdict ?? 'pass', checks: sorted };
  });
  return subjects.sort(
    (left, right) =>
      Number(right.name === 'cloud') - Number(left.name === 'cloud') ||
      rank(left.worst) - rank(right.worst) ||
      left.name.localeCompare(right.name, 'en', { numeric: true }),
  );
}

/** Those with something to mend. A note is no problem: it says what is possible. */
export function troubled(subjects: readonly Subject[]): readonly Subject[] {
  return subjects.filter(({ worst }) => worst === 'block' || worst === 'warn');
}

export function countWorst(subjects: readonly Subject[]): Readonly<Record<Verdict, number>> {
  const counts: Record<Verdict, number> = { block: 0, warn: 0, note: 0, pass: 0 };
  for (const { worst } of subjects) counts[worst] += 1;
  return counts;
}

/** A whole sentence of a check. The host's own name stays as it is written, whatever it is. */
export function ofSubject(message: string, name: string): string {
  return message.startsWith(name) ? message : sentence(message);
}

/** A name of a check among those of its subject. */
export function keyOf({ id, message }: CheckView): string {
  return `${id ?? ''} ${message}`;
}

/** What the whole test means, in one sentence. */
export function summary(subjects: readonly Subject[]): { readonly tone: Tone; readonly words: string } {
  const cloud = subjects.find(({ name }) => name === 'cloud');
  const hosts = subjects.filter(({ name }) => name !== 'cloud');
  const counts = countWorst(hosts);
  if (cloud?.worst === 'block')
    return {
      tone: 'bad',
      words: 'The cloud cannot be used as it is. Mend what is said below and test again.',
    };
  if (counts.block > 0)
    return {
      tone: 'bad',
      words: `${hostsAre(counts.block)} not usable yet; ${String(hosts.length - counts.block)} of ${String(hosts.length)} hosts can take part in a migration.`,
    };
  if (counts.warn > 0 || cloud?.worst === 'warn')
    return { tone: 'warn', words: 'Everything answers; some of it deserves a look before you migrate.' };
  return {
    tone: 'good',
    words: `The cloud and ${hosts.length === 1 ? 'its host' : `all ${String(hosts.length)} hosts`} answer as they should.`,
  };
}

function hostsAre(count: number): string {
  return count === 1 ? 'One host is' : `${String(count)} hosts are`;
}

function rank(verdict: Verdict): number {
  return ORDER.indexOf(verdict);
}
