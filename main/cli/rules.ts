import { Failure } from '../domain/failure.ts';
import { printable } from '../domain/naming.ts';
import { NOT_RECOGNISED, RULES } from '../domain/recovery/catalogue.ts';
import type { Rule } from '../domain/recovery/rule.ts';
import { table } from './table.ts';

/** A rule as data, for reading: without its function. */
export type RuleEntry = Omit<Rule, 'find' | 'never'> & {
  readonly never: readonly { readonly what: string; readonly why: string }[];
};

export interface RuleList {
  readonly rules: readonly RuleEntry[];
  /** Failures that leave no state behind, and who tells of them instead. */
  readonly notRecognised: typeof NOT_RECOGNISED;
}

/** All rules, or the one that is named, or those of a failure (`F03`). @throws Failure `bad-request` if there is none. */
export function listRules(name: string | undefined): RuleList {
  const rules = RULES.map(entryOf);
  if (name === undefined) return { rules, notRecognised: NOT_RECOGNISED };
  const found = rules.filter(({ id, failures }) => id === name || failures.includes(name.toUpperCase()));
  const other = NOT_RECOGNISED.filter(({ failure }) => failure === name.toUpperCase());
  if (found.length + other.length > 0) return { rules: found, notRecognised: other };
  throw new Failure('bad-request', `there is no rule ${printable(name)}`, {
    hint: 'coldhaul rules lists them all.',
  });
}

function entryOf(rule: Rule): RuleEntry {
  const { id, title, failures, urgency, looksLike, why, whatToDo, mendedWhen, reads, sources, testedIn } =
    rule;
  const never = rule.never.map(({ what, why: reason }) => ({ what, why: reason }));
  return {
    id,
    title,
    failures,
    urgency,
    looksLike,
    why,
    whatToDo,
    never,
    mendedWhen,
    reads,
    sources,
    testedIn,
  };
}

/** A line for each. */
export function printRules({ rules, notRecognised }: RuleList): string {
  return [
    table(
      [{ title: 'RULE' }, { title: 'HOW BAD' }, { title: 'FAILURES' }, { title: 'WHAT', width: 100 }],
      rules.map(({ id, urgency, failures, title }) => [id, urgency, failures.join(' '), title]),
    ),
    '',
    table(
      [{ title: 'NOT KNOWN BY ITS STATE' }, { title: 'WHAT' }, { title: 'WHO TELLS', width: 120 }],
      notRecognised.map(({ failure, title, why }) => [failure, title, why]),
    ),
  ].join('\n');
}

/** All that is known of one. */
export function printRule(rule: RuleEntry): string {
  return [
    `${rule.id}: ${rule.title} (${rule.failures.join(', ')})`,
    '',
    `Looks like   ${rule.looksLike}`,
    `Why          ${rule.why}`,
    ...rule.whatToDo.map(
      (step, index) => `${index === 0 ? 'What to do  ' : '            '} ${String(index + 1)}. ${step}`,
    ),
    ...rule.never.map(
      ({ what, why }, index) => `${index === 0 ? 'Never       ' : '            '} ${what}: ${why}`,
    ),
    `Mended when  ${rule.mendedWhen}`,
    `Reads        ${rule.reads.join('; ')}`,
    `Known from   ${rule.sources.join('; ')}`,
    `Tested in    ${rule.testedIn.join('; ')}`,
  ].join('\n');
}

/** One entry for each state, in Markdown, and the list of what cannot be known by its state. */
export function rulesMarkdown({ rules, notRecognised }: RuleList): string {
  const test = (path: string): string =>
    `[${path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.test)?\.ts$/, '')}](../../${path})`;
  const text = (words: string): string => words.replaceAll('<', '&lt;').replaceAll('_', '\\_');
  const entry = (rule: RuleEntry): string =>
    [
      `### ${rule.title}`,
      `\`${rule.id}\` · ${rule.urgency} · ${rule.failures.join(', ')}`,
      `**Looks like.** ${text(rule.looksLike)}`,
      `**Why.** ${text(rule.why)}`,
      `**What to do.**\n\n${rule.whatToDo.map((step, index) => `${String(index + 1)}. ${text(step)}`).join('\n')}`,
      ...(rule.never.length === 0
        ? []
        : [`**Never.**\n\n${rule.never.map(({ what, why }) => `- ${text(what)}: ${text(why)}`).join('\n')}`]),
      `**Mended when.** ${text(rule.mendedWhen)}`,
      `Reads: ${text(rule.reads.join('; '))}. Known from: ${text(rule.sources.join('; '))}. Tested in: ${rule.testedIn.map(test).join(', ')}.`,
    ].join('\n\n');
  return [
    `## The states\n\n${String(rules.length)} states are known.`,
    ...rules.map(entry),
    '## What cannot be known by its state',
    notRecognised
      .map(({ failure, title, why }) => `- **${failure}** ${text(title)}. ${text(why)}`)
      .join('\n'),
  ].join('\n\n');
}
