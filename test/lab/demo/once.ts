import { MigrationView } from '../../../main/contract/views.ts';
import { LabProblem } from '../hosts/problem.ts';
import { coldhaul } from './coldhaul.ts';
import type { DemoLab } from './demo-lab.ts';
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
  const done = await command(lab, ['confirm', moved.id, '--json']);
  problems.push(...(await untrueEnd(done.server.id, source, destination)));
  if (before === undefined || after?.payload !== 'OK' || after.boot !== before.boot + 1) {
    problems.push(
      `the guest does not say that it came up on its own data: ${JSON.stringify({ before, after })}`,
    );
  }
  if (problems.length > 0) throw new LabProblem(problems.join('; '));
  const { startMs, endMs } = done.downtime;
  const report = {
    state: done.phase,
    route: done.route,
    server: done.server.id,
    downtimeSeconds: startMs === undefined || endMs === undefined ? null : (endMs - startMs) / 1000,
    bytes: done.disks.reduce(
      (bytes, disk) => bytes + (disk.state === 'remade by Nova' ? 0 : disk.bytesTotal),
      0,
    ),
    disks: done.disks
      .filter((disk) => disk.state !== 'remade by Nova')
      .map((disk) => ({
        name: disk.name,
        strategy: disk.strategy,
        bytes: disk.bytesTotal,
        seconds: disk.seconds,
        digestAlgorithm: disk.digest?.algorithm,
        sourceDigest: disk.digest?.source,
        destDigest: disk.digest?.destination,
      })),
    novaCopiedBytes: done.novaCopiedBytes,
  };
  tell(
    `\nThe guest came up on ${DESTINATION} with its own data (boot ${String(after?.boot)}); ${SOURCE} holds nothing of it any more.`,
  );
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
}
