import type { Fact } from '../../main/domain/facts.ts';
import type { Ports } from '../../main/domain/ports.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { openLabEngine, type LabEngine } from './lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from './lab.ts';
import { must } from './instance-files.ts';
import { aroundPoints, type Points } from './points.ts';
import { chainOf, putOther } from './virtual-disk.ts';

/** A lab in which every root disk must be flattened: the destination holds another file under the name of its base. */
export interface FlattenBench extends LabWithImage {
  readonly source: LabHost;
  readonly destination: LabHost;
  readonly points: Points;
  /** Everything that the engine said so far. */
  readonly said: readonly string[];
  /** The engine that runs now. */
  engine(): LabEngine;
  /** The engine's own ports, without what the points do. */
  ports(): Ports<Fact>;
  /** Ends the engine where it is and opens another, which knows only the journals. */
  newEngine(): Promise<LabEngine>;
  create(name: string, running?: boolean): Promise<LabServer>;
  /** Plans and starts; answers as soon as it is under way. */
  begin(server: string): Promise<string>;
  /** Its owner stops it and starts it again: the guest writes to its disk. */
  bootAgain(serverId: string): Promise<void>;
  down(): Promise<void>;
}

export async function flattenBench(): Promise<FlattenBench> {
  const bench = await labWithImage();
  const [source, destination] = [bench.lab.host(SOURCE), bench.lab.host(DESTINATION)];
  const points: Points = {};
  const said: string[] = [];
  let real: Ports<Fact> | undefined;
  const open = (): Promise<LabEngine> =>
    openLabEngine(bench.lab, (ports) => aroundPoints(points, said)((real = ports)));
  let engine = await open();
  const create: FlattenBench['create'] = (name, running = true) =>
    bench.lab.cloud.createServer({ name, host: SOURCE, image: bench.image, running, project: 'demo' });
  const press = async (serverId: string, act: 'os-start' | 'os-stop'): Promise<void> => {
    const status = await bench.lab.cloud.control.owner(serverId, act);
    if (status !== 202) throw new Error(`${act} was answered with ${String(status)}`);
    await bench.lab.cloud.idle();
  };

  const first = await create('first', false);
  const [, base = ''] = await chainOf(source, `${INSTANCES_PATH}/${first.id}/disk`);
  await putOther(destination, base, Number(await must(source, 'stat', '-c', '%s', base)));

  return {
    ...bench,
    source,
    destination,
    points,
    said,
    engine: () => engine,
    ports() {
      if (real === undefined) throw new TypeError('no engine was opened');
      return real;
    },
    async newEngine() {
      await engine.close();
      return (engine = await open());
    },
    create,
    async begin(server) {
      const plan = await engine.call('plan.make', { server, destination: DESTINATION });
      const acknowledged = plan.findings.map((finding) => finding.id);
      return (await engine.call('migration.start', { planId: plan.id, by: 'a test', acknowledged })).id;
    },
    async bootAgain(serverId) {
      await press(serverId, 'os-stop');
      await press(serverId, 'os-start');
    },
    async down() {
      await engine.close();
      await bench.lab.down();
    },
  };
}
