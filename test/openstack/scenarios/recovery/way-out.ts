import { EXIT } from '../../../../main/cli/exit-codes.ts';
import { isWrong, stepsOf } from '../../../../main/contract/recovery-steps.ts';
import {
  CaseView,
  StepDoneView,
  StuckView,
  type DiagnosisView,
} from '../../../../main/contract/recovery-views.ts';
import { until } from '../../machines.ts';
import type { Stage } from '../../scenario.ts';
import { must } from '../words.ts';

/** What was found, as one would read it in a log. */
function tell({ diagnoses }: CaseView): string {
  return diagnoses
    .map(({ rule, confidence, verdict, because, steps }) =>
      [
        `${rule} (${confidence}): ${verdict}`,
        ...because.map((line) => `  ${line}`),
        ...steps.map(
          ({ key, refusals }) =>
            `  step ${key}${refusals.length === 0 ? '' : `, refused: ${refusals.join('; ')}`}`,
        ),
      ].join('\n'),
    )
    .join('\n');
}

/** What `coldhaul diagnose` says. */
export async function look({ workstation }: Stage, id: string): Promise<CaseView> {
  const end = await workstation.run('diagnose', id, '--json');
  must(end.exitCode === 0 || end.exitCode === 3, `diagnose ended with ${String(end.exitCode)}`, end);
  const view = CaseView.parse(JSON.parse(end.stdout));
  must((end.exitCode === 3) === isWrong(view), 'its exit code and its diagnosis are at odds', end);
  return view;
}

/** What it says first, which must be of this rule; `withinMs` for what takes its time to be seen. */
export async function found(stage: Stage, id: string, rule: string, withinMs = 0): Promise<DiagnosisView> {
  let last: CaseView | undefined;
  const first = await until(rule, withinMs, async () => {
    last = await look(stage, id);
    const [worst] = last.diagnoses;
    return worst?.rule === rule ? worst : undefined;
  }).catch(() => undefined);
  must(first !== undefined, `it is not called ${rule}, but\n${last === undefined ? 'nothing' : tell(last)}`);
  return first;
}

/** `coldhaul stuck` names it, under this rule. */
export async function isListed({ workstation }: Stage, id: string, rule: string): Promise<void> {
  const end = await workstation.run('stuck', '--json');
  must(end.exitCode === 3, `stuck ended with ${String(end.exitCode)}`, end);
  const { cases, problems } = StuckView.parse(JSON.parse(end.stdout));
  must(cases.find((each) => each.id === id)?.rule === rule, `stuck does not list it as ${rule}`, end);
  must(problems.length === 0, 'stuck could not look everywhere', end);
}

/** So often Nova may have done something by itself between a look and a step, such as a stop by its power sync. */
const MOST_SURPRISES = 3;

/**
 * All that Coldhaul may do about it, one step after the other. Where a step is refused because something has changed since
 * the look, it looks again, as it is told. @returns the keys of the steps that were done.
 */
export async function wayOut(stage: Stage, id: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let surprises = 0;
  for (let view = await look(stage, id); keys.length < 12;) {
    const next = view.diagnoses
      .filter(({ urgency }) => urgency !== 'fine')
      .flatMap(({ steps }) => steps)
      .find(({ isDoneByUs, refusals }) => isDoneByUs && refusals.length === 0);
    if (next === undefined) return keys;
    const number = String(stepsOf(view).findIndex(({ key }) => key === next.key) + 1);
    const end = await stage.workstation.run('recover', id, '--step', number, '--json');
    const isChanged = end.exitCode === EXIT.refused && end.stdout.includes('"migration.changed"');
    if (isChanged && surprises < MOST_SURPRISES) {
      surprises += 1;
      view = await look(stage, id);
      continue;
    }
    must(
      end.exitCode === 0,
      `after ${keys.join(', ')} recover of ${next.key} ended with ${String(end.exitCode)}:\n${tell(view)}`,
      end,
    );
    keys.push(next.key);
    view = StepDoneView.parse(JSON.parse(end.stdout)).now;
  }
  throw new Error(`it does not come to an end: ${keys.join(', ')}`);
}

/** The steps by their first word. */
export function words(keys: readonly string[]): string {
  return keys.map((key) => key.split(' ')[0]).join(', ');
}
