import { labWithImage, type LabWithImage, DESTINATION, SOURCE } from '../support/lab.ts';
import type { LabPaths } from '../lab/lab-files.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import type { Calls } from '../electron/wire.ts';
import { answerParent } from './child.ts';

export interface LabWish {
  /** Hosts and instances that exist in the cloud's answers only. */
  readonly extraHosts: number;
  readonly extraServers: number;
  /** Real ones that are shut off, with two disks each to copy; half of them on either host. */
  readonly servers: number;
  /** In each of those disks. */
  readonly payloadMib: number;
}

export interface LabServerHere {
  readonly name: string;
  readonly host: string;
  readonly destination: string;
}

/** A cloud and two hypervisors in a process of their own. They end with it. */
export interface LabCalls extends Calls {
  start(wish: LabWish): Promise<{ readonly paths: LabPaths; readonly servers: readonly LabServerHere[] }>;
}

let bench: LabWithImage | undefined;

async function start(wish: LabWish): Promise<Awaited<ReturnType<LabCalls['start']>>> {
  bench = await labWithImage({ cloud: { extraHosts: wish.extraHosts, extraServers: wish.extraServers } });
  const { lab, image } = bench;
  const servers: LabServerHere[] = [];
  for (let index = 0; index < wish.servers; index += 1) {
    const [host, destination] = index % 2 === 0 ? [SOURCE, DESTINATION] : [DESTINATION, SOURCE];
    const name = `bench-${String(index + 1)}`;
    const { payloadMib } = wish;
    const order = { name, host, image, flavor: 'lab.data', running: false, payloadMib };
    const { id } = await lab.cloud.createServer(order);
    await fill(`${INSTANCES_PATH}/${id}/disk.eph0`, host, payloadMib);
    servers.push({ name, host, destination });
  }
  return { paths: lab.paths, servers };
}

/** A guest would have written something into its second disk too. */
async function fill(disk: string, host: string, mib: number): Promise<void> {
  const commands = Array.from({ length: mib }, (_, index) => [
    '-c',
    `write -q -P ${1 + (index % 255)} ${16 + index}M 1M`,
  ]);
  const done = await bench?.lab.host(host).exec(['qemu-io', ...commands.flat(), disk]);
  if (done?.code !== 0) throw new Error(`${disk} could not be filled: ${done?.stderr ?? ''}`);
}

answerParent<LabCalls>({ start }, async () => {
  await bench?.lab.down();
});
