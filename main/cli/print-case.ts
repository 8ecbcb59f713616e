import { goodCopyWords, stepsOf, untilWords } from '../contract/recovery-steps.ts';
import type { CaseView, OfferView, SideView, StuckView } from '../contract/recovery-views.ts';
import { printable } from '../domain/naming.ts';
import { formatBytes } from '../domain/units.ts';
import { table } from './table.ts';

/** Words for a person at a terminal. What a program wants is `--json`. */
export function printStuck({ cases, orphans, problems, readAtMs }: StuckView): string {
  return [
    cases.length === 0
      ? 'Nothing is stuck.'
      : table(
          [
            { title: 'INSTANCE' },
            { title: 'NAME', width: 30 },
            { title: 'STATUS' },
            { title: 'HOST' },
            { title: 'HOW BAD' },
            { title: 'AT STAKE', align: 'right' },
            { title: 'WHAT IS WRONG', width: 140 },
          ],
          cases.map((each) => [
            each.id,
            each.name,
            each.status,
            each.host ?? '',
            each.urgency,
            formatBytes(each.bytesAtStake),
            `${each.verdict}${each.nextClock === undefined ? '' : ` ${each.nextClock.says} (${untilWords(each.nextClock.atMs, readAtMs)})`}`,
          ]),
        ),
    ...(orphans.length === 0
      ? []
      : [
          '',
          'Directories of instances that Nova does not know:',
          ...orphans.map(({ host, path, allocatedBytes }) =>
            printable(`  ${host}  ${path}  ${formatBytes(allocatedBytes)}`),
          ),
        ]),
    ...(problems.length === 0
      ? []
      : ['', ...problems.map((problem) => printable(`Not looked at: ${problem}`))]),
    ...(cases.length === 0
      ? []
      : ['', 'coldhaul diagnose INSTANCE tells more; coldhaul recover INSTANCE leads out of it.']),
  ].join('\n');
}

export function printCase(view: CaseView, verbose: boolean): string {
  const { server, cloud, sides, clocks, diagnoses } = view;
  const numbers = new Map(stepsOf(view).map((step, index) => [step.key, index + 1]));
  const lines = [
    `${server.name} (${server.id}): ${server.status}${server.taskState === undefined ? '' : `, ${server.taskState}`} on ${server.host ?? 'no host'}${server.locked ? ', locked' : ''}`,
    ...(server.fault === undefined ? [] : [`  fault: ${server.fault}`]),
    ...cloud.map((line) => `  ${line}`),
    ...sides.flatMap((side) => ['', ...printSide(side, verbose)]),
    ...(clocks.length === 0
      ? []
      : [
          '',
          ...clocks.map(
            ({ says, atMs, settledBy }) =>
              `${untilWords(atMs, view.readAtMs)}: ${says}${stepWords(' Settled by step', numbers.get(settledBy ?? ''))}`,
          ),
        ]),
    ...(diagnoses.length === 0 ? ['', 'Nothing is known to be wrong with it.'] : []),
    ...diagnoses.flatMap((diagnosis) => [
      '',
      `${diagnosis.urgency.toUpperCase()}, ${diagnosis.confidence}: ${diagnosis.title} (${diagnosis.rule})`,
      ...(diagnosis.goodCopy === undefined ? [] : [`  Good copy: ${goodCopyWords(diagnosis.goodCopy)}`]),
      `  ${diagnosis.verdict}`,
      ...diagnosis.because.map((line) => `  - ${line}`),
      ...(diagnosis.wouldTell === undefined ? [] : [`  It would tell: ${diagnosis.wouldTell}`]),
      ...diagnosis.steps.flatMap((step) =>
        printStep(step, numbers.get(step.key) ?? 0, numbers.get(step.after ?? '')),
      ),
      ...diagnosis.never.map(({ what, why }) => `  Never: ${what}. ${why}`),
      `  Mended when: ${diagnosis.mendedWhen}`,
    ]),
    ...printPast(view),
  ];
  return lines.map(printable).join('\n');
}

function printPast({ past, pastProblem }: CaseView): readonly string[] {
  if (past.length === 0 && pastProblem === undefined) return [];
  const words = { done: 'done', failed: 'not done', unknown: 'end not known' } as const;
  return [
    '',
    'Done before:',
    ...(pastProblem === undefined ? [] : [`  ${pastProblem}`]),
    ...past.map(
      ({ beganMs, who, title, end, said }) =>
        `  ${new Date(beganMs).toISOString().slice(0, 19)}Z ${who}: ${title} (${words[end]}): ${said}`,
    ),
  ];
}

/** ` Settled by step 3.`, or nothing. */
function stepWords(words: string, number: number | undefined): string {
  return number === undefined ? '' : `${words} ${String(number)}.`;
}

/** @param after - Number of the step after which it is no longer refused. */
export function printStep(step: OfferView, number: number, after?: number): readonly string[] {
  const may =
    step.refusals.length === 0
      ? step.isDoneByUs
        ? ''
        : ' (by hand)'
      : after === undefined
        ? ' (not now)'
        : ` (comes after step ${String(after)})`;
  return [
    `  ${String(number)}. ${step.title}${may}`,
    ...step.refusals.map((reason) => `     refused: ${reason}`),
    ...step.commands.map((line) => `     ${step.where}: ${line}`),
    `     changes: ${step.changes}`,
    `     undo:    ${step.undo}`,
    `     check:   ${step.check}`,
  ];
}

function printSide(side: SideView, verbose: boolean): readonly string[] {
  const head = `${side.name} (${side.role}): ${side.service}`;
  if (side.silent !== undefined) return [head, `  tells nothing: ${side.silent}`];
  const files = side.directories.flatMap(({ path, files: inside }) => [
    `  ${path}`,
    ...inside.map(
      ({ name, allocatedBytes, sizeBytes, changedAtMs, base, problem }) =>
        `    ${name.padEnd(14)} ${formatBytes(allocatedBytes).padStart(10)} taken up, size ${formatBytes(sizeBytes).padStart(10)}  ${new Date(changedAtMs).toISOString().slice(0, 19)}Z${problem === undefined ? '' : `  ${problem}`}${base === undefined ? '' : `  <- ${base}`}`,
    ),
  ]);
  return [
    `${head}, domain ${side.domain ?? 'not told'}${side.freeBytes === undefined ? '' : `, ${formatBytes(side.freeBytes)} free`}`,
    ...(files.length === 0 ? ['  no files of it'] : files),
    ...side.leftovers.map((name) => `  left over: ${name}`),
    ...side.copies.map((copy) => `  copying: ${copy}`),
    ...(verbose
      ? side.logLines.map((line) => `  log: ${line}`)
      : side.logLines.slice(-3).map((line) => `  log: ${line.slice(0, 160)}`)),
  ];
}
