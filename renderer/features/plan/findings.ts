import type { PlanView } from '@contract/views.ts';
import type { Tone } from '../../components/Status.tsx';

export type Finding = PlanView['findings'][number];

const ORDER = ['block', 'warn', 'note', 'pass'] as const satisfies readonly Finding['verdict'][];

export const VERDICTS = {
  block: { word: 'Blocks', tone: 'bad' },
  warn: { word: 'Warning', tone: 'warn' },
  note: { word: 'Note', tone: 'note' },
  pass: { word: 'In order', tone: 'good' },
} as const satisfies Record<Finding['verdict'], { readonly word: string; readonly tone: Tone }>;

/** What must be read, worst first, and what was simply in order. */
export function sorted(findings: readonly Finding[]): {
  readonly open: readonly Finding[];
  readonly passed: readonly Finding[];
} {
  const open = ORDER.filter((verdict) => verdict !== 'pass').flatMap((verdict) =>
    findings.filter((finding) => finding.verdict === verdict),
  );
  return { open, passed: findings.filter(({ verdict }) => verdict === 'pass') };
}

/** Ids of the warnings that nobody has acknowledged yet. */
export function unacknowledged(plan: PlanView, acknowledged: readonly string[]): readonly string[] {
  return plan.findings
    .filter(({ verdict, id }) => verdict === 'warn' && !acknowledged.includes(id))
    .map(({ id }) => id);
}

export function blockers(plan: PlanView): readonly Finding[] {
  return plan.findings.filter(({ verdict }) => verdict === 'block');
}

/** A fix such as `On compute-a: chown nova: /path` as the sentence and the command in it, if it ends with one. */
export function fixParts(fix: string): { readonly said: string; readonly command: string | undefined } {
  const cut = fix.indexOf(': ');
  const tail = cut < 0 ? fix : fix.slice(cut + 2);
  const isCommand = /^(sudo|systemctl|openstack|qemu-img|chown|chmod|ls|mv|rm|df|apt-get|virsh|ssh)\s/.test(
    tail,
  );
  if (!isCommand || /[,;]\s|\.$/.test(tail)) return { said: fix, command: undefined };
  return { said: cut < 0 ? '' : fix.slice(0, cut + 1), command: tail };
}
