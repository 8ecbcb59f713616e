import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentsOf } from './contents.ts';
import type { FaultCase } from './fault-case.ts';
import type { Field, Lane } from './field.ts';
import { go } from './go.ts';
import { judge } from './judge.ts';
import type { Result } from './report.ts';
import { openStage } from './stage.ts';
import { sweep } from './sweep.ts';

const LOG_CHARACTERS = 20_000;

/** One instance is made, moved, hurt on its way, judged and removed. A defect of the test itself is a failure, too. */
export async function runCase(field: Field, lane: Lane, one: FaultCase): Promise<Result> {
  const begunMs = performance.now();
  const secondsNow = (): number => (performance.now() - begunMs) / 1000;
  try {
    const stage = await openStage(field, lane, one);
    try {
      await one.prepare?.(stage);
      const before = await contentsOf(lane.source, stage.server.id);
      const gone = await go(stage, one);
      const judgement = await judge(stage, one, gone, before);
      const log = await readFile(join(stage.stateDirectory, 'coldhaul.log'), 'utf8').catch(() => '');
      const { met, commands } = gone;
      return { one, judgement, met, seconds: secondsNow(), commands, log: log.slice(-LOG_CHARACTERS) };
    } finally {
      await sweep(stage);
    }
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const judgement = { end: 'stopped' as const, problems: [`the test broke: ${why}`], sentence: '' };
    return { one, judgement, met: false, seconds: secondsNow(), commands: [], log: '' };
  }
}
