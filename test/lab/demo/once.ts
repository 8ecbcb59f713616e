import { MigrationView } from '../../../main/contract/views.ts';
import { LabProblem } from '../hosts/problem.ts';
import { coldhaul } from './coldhaul.ts';
import type { DemoLab } from './demo-lab.ts';
import { reportOf, untrueReport } from './report.ts';
import { seenFiles, seenInCloud } from './seen.ts';
import { tell } from './tell.ts';
import { bootOn, untrueDigests, untrueEnd } from './truth.ts';

const SAMPLE = 'db-01';
const [SOURCE, DESTINATION] = ['compute-a', 'compute-b'] as const;

async function command(lab: DemoLab, words: readonly string[]): Promise<MigrationView> {
  tell(`\n$ coldhaul ${words.join(' ')}`);
  const { exitCode, stdout } = await coldhaul(lab.paths, words, { show: true });
  if (exitCode !== 0) throw new LabProblem(`coldhaul ${words[0] ?? ''} ended with ${String(exitCode)}`);
  return MigrationView.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

/**
 * `npm run demo -- --once`: one real migration of the sample instance, held against the files on the lab's hosts.
 *
 * @throws LabProblem with all that is not true.
 */
export async function moveOnce(lab: DemoLab, json: boolean): Promise<void> {
  const [source, destination] = [lab.host(SOURCE), lab.host(DESTINATION)];
  const begunMs = performance.now();
  const moved = await command(lab, [
    'migrate',
    SAMPLE,
    '--to',
    DESTINATION,
    '--route',
    'seed',
    '--yes',
    '--json',
  ]);
  const before = await bootOn(source, `${moved.server.id}_resize`);
  const after = await bootOn(destination, moved.server.id);
  const problems = [...(await untrueDigests(moved, source, destination))];
  const files = await seenFiles(source, `${moved.server.id}_resize`);
  const done = await command(lab, ['confirm', moved.id, '--json']);
  const runSeconds = (performance.now() - begunMs) / 1000;
  const report = reportOf(done);
  const inCloud = await seenInCloud(lab.controlUrl, SAMPLE);
  problems.push(...untrueReport(report, { ...inCloud, destination: DESTINATION, files, runSeconds }));
  problems.push(...(await untrueEnd(done.server.id, source, destination)));
  if (before === undefined || after?.payload !== 'OK' || after.boot !== before.boot + 1) {
    problems.push(
      `the guest does not say that it came up on its own data: ${JSON.stringify({ before, after })}`,
    );
  }
  if (problems.length > 0) throw new LabProblem(problems.join('; '));
  tell(
    `\nThe guest came up on ${DESTINATION} with its own data (boot ${String(after?.boot)}); ${SOURCE} holds nothing of it any more.`,
  );
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
}
