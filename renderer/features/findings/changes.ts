import { printable } from '@contract/format.ts';
import { rank, type Finding } from './verdicts.ts';

/** Names of what is otherwise than at the check before. */
export interface Changes {
  readonly worse: readonly string[];
  /** Nothing was said of them before, or they were in order. */
  readonly appeared: readonly string[];
  /** Warnings and blocks that say something else now, such as another figure. */
  readonly reworded: readonly string[];
  readonly better: readonly string[];
  /** In order now, or not looked at any more. */
  readonly gone: readonly string[];
}

/** As many names of one kind as a line has room for. */
const NAMED = 3;

export function changesOf(before: readonly Finding[], now: readonly Finding[]): Changes {
  const [old, current] = [openOf(before), openOf(now)];
  const changes = {
    worse: new Array<string>(),
    appeared: new Array<string>(),
    reworded: new Array<string>(),
    better: new Array<string>(),
    gone: [...old].filter(([id]) => !current.has(id)).map(([, finding]) => nameOf(finding)),
  };
  for (const [id, finding] of current) {
    const earlier = old.get(id);
    const kind = earlier === undefined ? 'appeared' : kindOf(earlier, finding);
    if (kind !== undefined) changes[kind].push(nameOf(finding));
  }
  return changes;
}

/** In one line, the bad news first: `Worse: Room (destination). Gone: Lock.` */
export function changeWords({ worse, appeared, reworded, better, gone }: Changes): string {
  const parts = [
    ['Worse', worse],
    ['New', appeared],
    ['Says something else', reworded],
    ['Better', better],
    ['Gone', gone],
  ] as const;
  const said = parts
    .filter(([, names]) => names.length > 0)
    .map(([word, names]) => `${word}: ${list(names)}.`);
  return said.length === 0 ? 'Nothing changed since the check before.' : said.join(' ');
}

function openOf(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const open = new Map<string, Finding>();
  for (const finding of findings) {
    const known = open.get(finding.id);
    const isWorse = known === undefined || rank(finding.verdict) < rank(known.verdict);
    if (finding.verdict !== 'pass' && isWorse) open.set(finding.id, finding);
  }
  return open;
}

function kindOf(before: Finding, now: Finding): 'worse' | 'better' | 'reworded' | undefined {
  const difference = rank(now.verdict) - rank(before.verdict);
  if (difference !== 0) return difference < 0 ? 'worse' : 'better';
  return now.verdict !== 'note' && now.message !== before.message ? 'reworded' : undefined;
}

/** Checks of one host have the same title on both sides of a move: `Room (destination)`. */
function nameOf({ id, title }: Finding): string {
  if (title === undefined) return printable(id);
  const [side = ''] = id.split('.', 1);
  return printable(side === 'source' || side === 'destination' ? `${title} (${side})` : title);
}

function list(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}
