import { booted } from '../../guests.ts';
import type { Scenario, Stage } from '../../scenario.ts';
import { must } from '../words.ts';
import { findings } from './findings.ts';
import type { Finding } from './obstacle.ts';
import { ofCloud } from './of-cloud.ts';
import { ofDisks } from './of-disks.ts';
import { grown, ofDomain } from './of-domain.ts';
import { ofHosts } from './of-hosts.ts';
import { ofImage } from './of-image.ts';

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
  const obstacles = [
    ...[...ofCloud(stage, id), ...ofImage(stage), ...ofHosts(stage, id)],
    ...[...ofDisks(stage, id), ...ofDomain(stage, id), grown(stage, id)],
  ];
  for (const obstacle of obstacles) {
    await obstacle.make();
    const undo = once(obstacle.undo);
    stage.later(undo);
    const found = await findings(stage, id);
    await undo();
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
  const gone = (await findings(stage, id)).find((finding) => finding.id === 'image');
  if (gone?.verdict !== 'note') problems.push(`image is ${gone?.verdict ?? 'not there'} when it is gone`);
  must(problems.length === 0, problems.join('\n'));
  const boot = await booted(stage.from, id, 1);
  must(boot.boot === 1, `the guest has booted ${String(boot.boot)} times: a look must not touch it`);
  return [];
}

/** Nothing more once it has been done. */
function once(act: () => Promise<unknown>): () => Promise<void> {
  let done = false;
  return async () => {
    if (done) return;
    await act();
    done = true;
  };
}

function tell(all: readonly Finding[]): string {
  return all
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict, message }) => `${verdict} ${id}: ${message}`)
    .join('\n');
}
