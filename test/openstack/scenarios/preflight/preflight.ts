import { z } from 'zod';
import { FindingView } from '../../../../main/contract/views.ts';
import { booted } from '../../guests.ts';
import type { Scenario, Stage } from '../../scenario.ts';
import { must } from '../words.ts';
import type { Finding } from './obstacle.ts';
import { ofCloud } from './of-cloud.ts';
import { ofDisks } from './of-disks.ts';
import { ofHosts } from './of-hosts.ts';

/** What the checks say of real Nova, libvirt and QEMU: nothing of a healthy move, and each trouble by its name. */
export const PREFLIGHT: readonly Scenario[] = [
  { name: 'preflight', route: 'seed', transport: 'rsync', run: preflight },
];

async function preflight(stage: Stage): Promise<readonly number[]> {
  const id = await stage.guest({ flavor: 'full', configDrive: true, port: true });
  const healthy = await findings(stage, id);
  const alarms = healthy.filter(({ verdict }) => verdict === 'block' || verdict === 'warn');
  must(alarms.length === 0, `a healthy move is called ill:\n${tell(alarms)}`);
  const problems: string[] = [];
  for (const obstacle of [...ofCloud(stage, id), ...ofHosts(stage, id), ...ofDisks(stage, id)]) {
    await obstacle.make();
    stage.later(obstacle.undo);
    const found = await findings(stage, id);
    await obstacle.undo();
    const own = found.find((finding) => finding.id === obstacle.id);
    if (own?.verdict !== obstacle.verdict)
      problems.push(
        `${obstacle.id} is ${own?.verdict ?? 'not there'}, not ${obstacle.verdict}:\n${tell(found)}`,
      );
  }
  const after = await findings(stage, id);
  const left = after.filter(({ verdict }) => verdict === 'block' || verdict === 'warn');
  if (left.length > 0) problems.push(`with all of it undone there is still:\n${tell(left)}`);
  await stage.deleteImage();
  const ofImage = (await findings(stage, id)).find((finding) => finding.id === 'image');
  if (ofImage?.verdict !== 'note')
    problems.push(`image is ${ofImage?.verdict ?? 'not there'} when it is gone`);
  must(problems.length === 0, problems.join('\n'));
  const boot = await booted(stage.from, id, 1);
  must(boot.boot === 1, `the guest has booted ${String(boot.boot)} times: a look must not touch it`);
  return [];
}

async function findings({ workstation, to }: Stage, id: string): Promise<readonly Finding[]> {
  const end = await workstation.run('preflight', id, '--to', to, '--route', 'seed', '--json');
  must(end.exitCode === 0 || end.exitCode === 3, 'the preflight could not be made', end);
  return z.array(FindingView).parse(JSON.parse(end.stdout));
}

function tell(all: readonly Finding[]): string {
  return all
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict, message }) => `${verdict} ${id}: ${message}`)
    .join('\n');
}
