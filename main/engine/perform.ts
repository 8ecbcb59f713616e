import type { NewFact } from '../domain/facts.ts';
import { unreachable } from '../domain/failure.ts';
import type { Step } from '../domain/steps.ts';
import type { StepContext } from './context.ts';
import { beginStop } from './steps/begin-stop.ts';
import { beginHandOver } from './steps/begin-hand-over.ts';
import { flattenLayer } from './steps/flatten-layer.ts';
import { beginLive, freezeLive } from './steps/freeze-live.ts';
import { handOver, place } from './steps/hand-over.ts';
import { layer } from './steps/layer.ts';
import { lock } from './steps/lock.ts';
import { merge } from './steps/merge.ts';
import { copy, verify } from './steps/move.ts';
import { flatten, freeze } from './steps/prepare.ts';
import { prove } from './steps/prove.ts';
import { restore } from './steps/restore.ts';
import { stageBase } from './steps/stage-base.ts';
import { stop } from './steps/stop.ts';
import { tidy } from './steps/tidy.ts';
import { confirm, revert, start } from './steps/verdict.ts';

/** Does one step and answers with what has happened. */
export function perform(step: Step, context: StepContext): Promise<NewFact> {
  switch (step.kind) {
    case 'lock':
      return lock(context);
    case 'stage-base':
      return stageBase(context, step.path);
    case 'begin-live':
      return beginLive(context);
    case 'freeze-live':
      return freezeLive(context);
    case 'flatten-layer':
      return flattenLayer(context, step.disk);
    case 'begin-stop':
      return beginStop(context);
    case 'stop':
      return stop(context);
    case 'flatten':
      return flatten(context, step.disk);
    case 'layer':
      return layer(context, step.disk);
    case 'freeze':
      return freeze(context);
    case 'copy':
      return copy(context, step.disk);
    case 'verify':
      return verify(context, step.disk);
    case 'place':
      return place(context);
    case 'begin-hand-over':
      return beginHandOver(context);
    case 'hand-over':
      return handOver(context);
    case 'prove':
      return prove(context);
    case 'confirm':
      return confirm(context);
    case 'revert':
      return revert(context);
    case 'start':
      return start(context);
    case 'merge':
      return merge(context, step.disk);
    case 'restore':
      return restore(context);
    case 'tidy':
      return tidy(context);
    default:
      return unreachable(step);
  }
}
