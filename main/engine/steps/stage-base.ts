import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { fileName, stagedBaseName } from '../../domain/naming.ts';
import { say, type StepContext } from '../context.ts';
import { pinBases } from './bases.ts';
import { copyWithinLimit } from './copy-within-limit.ts';
import { baseOrder, stagedPath } from './copying.ts';

/** What is being brought where by this process, so that instances of one image do not bring the same base side by side. */
const underWay = new Map<string, Promise<void>>();

/**
 * Brings a base to the destination while the instance runs: copied, proven equal, then given its name, never over another
 * file. One that another migration of this process is bringing is waited for.
 */
export async function stageBase(context: StepContext, path: string): Promise<NewFact> {
  const key = `${context.state.plan.destination.name} ${path}`;
  const before = underWay.get(key);
  if (before !== undefined)
    say(context, `waiting for base ${fileName(path)}, which another migration brings`);
  const mine = waitFor(before, context.signal).then(() => bring(context, path));
  // The next one looks for itself, however this one ends; but not before all that came earlier has ended.
  const ended: Promise<void> = mine
    .catch(() => undefined)
    .then(() => before)
    .then(() => {
      if (underWay.get(key) === ended) underWay.delete(key);
    });
  underWay.set(key, ended);
  return mine;
}

/** @throws Failure `cancelled` if the signal fires first. */
function waitFor(before: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  if (before === undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new Failure('cancelled', 'stopped waiting for the base that another migration brings'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void before.then(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });
}

async function bring(context: StepContext, path: string): Promise<NewFact> {
  const { ports, state, signal } = context;
  const { plan } = state;
  const name = stagedBaseName(path);
  const staged = stagedPath(plan, name);
  await ports.hypervisors.makeStage(plan.destination.name, plan.server.id, signal);

  const [published] = await ports.hypervisors.stat(plan.destination.name, [path], signal);
  let copied = { bytes: published?.sizeBytes ?? 0, seconds: 0 };
  if (published === undefined) {
    say(context, `copying base ${fileName(path)} to ${plan.destination.name} while the instance runs`, {
      host: plan.source.name,
    });
    copied = await copyWithinLimit(context, name, (limit) => baseOrder(plan, path, limit));
  }
  const there = published === undefined ? staged : path;
  const [source, destination] = await Promise.all([
    digestOf(context, `${name}.source`, plan.source.name, path, false),
    digestOf(context, `${name}.destination`, plan.destination.name, there, true),
  ]);
  if (source !== destination) throw differs(path, published !== undefined);
  if (
    published === undefined &&
    !(await ports.hypervisors.publishBase(plan.destination.name, staged, path, signal))
  ) {
    // Somebody else was faster: Nova, or a Coldhaul elsewhere. What counts is what lies there now.
    const taken = await digestOf(context, `${name}.taken`, plan.destination.name, path, true);
    if (taken !== source) throw differs(path, true);
  }
  await pinBases(context, plan.destination.name, [path]);
  say(context, `base ${fileName(path)} is at ${plan.destination.name} and equal`, {
    host: plan.destination.name,
  });
  return {
    type: 'base-staged',
    path,
    bytes: copied.bytes,
    seconds: copied.seconds,
    digest: destination,
  };
}

async function digestOf(
  { ports, state, signal }: StepContext,
  name: string,
  host: string,
  path: string,
  written: boolean,
): Promise<string> {
  const order = {
    migrationId: state.id,
    name,
    host,
    path,
    algorithm: state.plan.algorithm,
    written,
    shared: true,
  };
  return (await ports.transfer.digest(order, signal)).digest;
}

function differs(path: string, wasThere: boolean): Failure {
  return wasThere
    ? new Failure(
        'migration.changed',
        `since the plan, a different file took the name of the base ${path} at the destination`,
        { hint: 'Plan again.' },
      )
    : new Failure('migration.copy-differs', `the copy of the base ${path} is not equal to its source`, {
        hint: 'Check memory, disk and network of both hosts; the instance was not touched.',
      });
}
