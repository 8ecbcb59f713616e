import { isWrong, nextStep, stepsOf } from '../contract/recovery-steps.ts';
import type { CaseView } from '../contract/recovery-views.ts';
import { Failure } from '../domain/failure.ts';
import { printable } from '../domain/naming.ts';
import { createTerminalAsker } from './ask.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printCase, printStep, printStuck } from './print-case.ts';
import { listRules, printRule, printRules } from './rules.ts';
import type { GlobalOptions, Session } from './session.ts';
import { answer, within } from './within.ts';

export interface RecoverOptions {
  readonly step?: number;
}

export interface DiagnoseOptions {
  readonly record?: boolean;
}

/** Exit 3 if something is stuck, so that a script can watch. */
export function stuck(all: GlobalOptions): Promise<ExitCode> {
  return within(all, async (session) => {
    const view = await heard(session, () => session.call('recovery.stuck', {}));
    answer(all, view, printStuck(view));
    return view.cases.length > 0 ? EXIT.refused : view.problems.length > 0 ? EXIT.host : EXIT.done;
  });
}

/** Exit 3 if something is wrong with it. */
export function diagnose(server: string, options: DiagnoseOptions, all: GlobalOptions): Promise<ExitCode> {
  return within(all, async (session) => {
    if (options.record === true) {
      const { text } = await session.call('recovery.record-file', { server });
      process.stdout.write(text);
      return EXIT.done;
    }
    const view = await session.call('recovery.diagnose', { server });
    answer(all, view, printCase(view, all.verbose === true));
    return isWrong(view) ? EXIT.refused : EXIT.done;
  });
}

/** What is known of states, without looking: needs no cloud. */
export function rules(name: string | undefined, all: GlobalOptions): Promise<ExitCode> {
  const list = listRules(name);
  const words =
    name === undefined
      ? printRules(list)
      : [
          ...list.rules.map(printRule),
          ...list.notRecognised.map(({ failure, title, why }) => `${failure}: ${title}\n\n${why}`),
        ].join('\n\n');
  answer(all, list, words);
  return Promise.resolve(EXIT.done);
}

/** Step by step: shown, asked, done, looked at again. With `--step N` that one alone, and without a question. */
export function recover(server: string, options: RecoverOptions, all: GlobalOptions): Promise<ExitCode> {
  return within(all, async (session) => {
    const view = await session.call('recovery.diagnose', { server });
    if (options.step !== undefined) return one(session, view, options.step, all);
    if (!process.stdin.isTTY) {
      answer(all, view, printCase(view, all.verbose === true));
      if (!isWrong(view)) return EXIT.done;
      throw new Failure('migration.changed', 'nothing was done: there is nobody to ask', {
        hint: `Give the step by its number: coldhaul recover ${view.server.id} --step 1`,
      });
    }
    return guide(session, view, all);
  });
}

async function one(session: Session, view: CaseView, number: number, all: GlobalOptions): Promise<ExitCode> {
  const step = stepsOf(view)[number - 1];
  if (step === undefined) {
    throw new Failure('bad-request', `there is no step ${String(number)}`, {
      hint: `coldhaul diagnose ${view.server.id} numbers them.`,
    });
  }
  if (!step.isDoneByUs) {
    throw new Failure('migration.changed', `step ${String(number)} is for a person to do: ${step.title}`, {
      hint: `${step.where}: ${step.commands.join('; ')}`,
    });
  }
  const done = await session.call('recovery.step', { server: view.server.id, key: step.key });
  const request = done.requestId === undefined ? '' : ` (${done.requestId})`;
  answer(all, done, `${printable(done.said)}${request}\n\n${printCase(done.now, all.verbose === true)}`);
  return EXIT.done;
}

async function guide(session: Session, first: CaseView, all: GlobalOptions): Promise<ExitCode> {
  const asker = createTerminalAsker(process.stdin, process.stderr);
  let view = first;
  for (;;) {
    process.stderr.write(`${printCase(view, all.verbose === true)}\n\n`);
    const step = nextStep(view);
    if (step === undefined || !isWrong(view)) break;
    process.stderr.write(`Next:\n${printStep(step, 1).map(printable).join('\n')}\n`);
    if (
      !(await asker.confirm(
        step.isDoneByUs ? 'Do it now?' : 'Was it done? Then everything is looked at again.',
      ))
    )
      throw new Failure('cancelled', 'the recovery was left here; nothing more was done', {
        hint: `coldhaul recover ${view.server.id} goes on.`,
      });
    if (!step.isDoneByUs) {
      view = await session.call('recovery.diagnose', { server: view.server.id });
      continue;
    }
    const done = await session.call('recovery.step', { server: view.server.id, key: step.key });
    process.stderr.write(`${printable(done.said)}\n\n`);
    view = done.now;
  }
  answer(
    all,
    view,
    isWrong(view) ? 'What is left is for a person.' : 'Nothing is known to be wrong with it any more.',
  );
  return isWrong(view) ? EXIT.refused : EXIT.done;
}

/** What goes on meanwhile, for whoever waits. */
async function heard<T>(session: Session, act: () => Promise<T>): Promise<T> {
  const end = session.engine.listen((event) => {
    if (event.name === 'recovery.progress' && process.stderr.isTTY)
      process.stderr.write(`${printable(event.payload.message)} …\n`);
  });
  try {
    return await act();
  } finally {
    end();
  }
}
