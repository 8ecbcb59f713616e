import type { LabImage, LabServer } from '../../lab/cloud/model.ts';
import type { Lab } from '../../lab/start-lab.ts';
import { INSTANCES_PATH } from '../../lab/types.ts';
import { SOURCE } from '../../support/lab.ts';
import type { FlavorSizes } from './layout.ts';
import { script, STORE } from './on-host.ts';

/** One of the bench's own: the lab's biggest, with disks for the content. */
const FLAVOR = 'bench';

/** Has the cloud offer it. */
export function addFlavor({ cloud: { state } }: Lab, sizes: FlavorSizes): void {
  const biggest = state.flavors.find(({ name }) => name === 'lab.big');
  if (biggest === undefined) throw new Error('the lab has no flavor lab.big');
  const number = state.flavors.length + 1;
  state.flavors.push({ ...biggest, ...sizes, id: `lab.${number}`, number, name: FLAVOR });
}

/** The disks of the flavor that travel. */
export const DISK_NAMES = ['disk', 'disk.eph0'] as const;

/** An instance as Nova makes it, shut off after its first boot. */
export function createInstance(lab: Lab, image: LabImage, name: string): Promise<LabServer> {
  const order = { name, host: SOURCE, image, flavor: FLAVOR, running: false, project: 'demo' } as const;
  return lab.cloud.createServer(order);
}

/** One that runs on the stored disks: on these very files, for a guest that has booted once hardly writes. */
export async function startInstance(lab: Lab, image: LabImage, name: string): Promise<LabServer> {
  const server = await createInstance(lab, image, name);
  for (const disk of DISK_NAMES) {
    const path = `${INSTANCES_PATH}/${server.id}/${disk}`;
    await script(lab.host(SOURCE), 'ln -f "$1" "$2"', `${STORE}/${disk}`, path);
  }
  await lab.cloud.control.owner(server.id, 'os-start');
  await lab.cloud.idle();
  if (server.vmState !== 'active') throw new Error(`${name} did not start: it is ${server.vmState}`);
  return server;
}

/** Stops it if it runs. Nothing of it is left but its disks in the store. */
export async function removeInstance(lab: Lab, { id }: LabServer): Promise<void> {
  await lab.cloud.idle();
  await lab.cloud.control.owner(id, 'os-stop');
  await lab.cloud.idle();
  await lab.cloud.control.owner(id, 'delete');
  await lab.cloud.idle();
}
