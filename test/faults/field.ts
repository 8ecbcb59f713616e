import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabImage } from '../lab/cloud/model.ts';
import { makeSampleImage } from '../lab/cloud/sample-image.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { startLab, type Lab } from '../lab/start-lab.ts';
import { openLink, type Link } from './link.ts';

/** A pair of hosts that has one case at a time, and the wires to them. */
export interface Lane {
  readonly number: number;
  readonly source: RunningHost;
  readonly destination: RunningHost;
  readonly links: Readonly<Record<LinkName, Link>>;
}

export const LINK_NAMES = ['us to the source', 'us to the destination', 'source to destination'] as const;
export type LinkName = (typeof LINK_NAMES)[number];

/** One lab for all cases of a run. */
export interface Field {
  readonly lab: Lab;
  readonly image: LabImage;
  readonly lanes: readonly Lane[];
  down(): Promise<void>;
}

/** Room for a handful of small instances; a file system of its own, which can be filled and set read-only. */
const INSTANCES_MIB = 1024;

export async function openField(laneCount: number): Promise<Field> {
  const names = Array.from(
    { length: laneCount * 2 },
    (_, index) => `compute-${String.fromCharCode(97 + index)}`,
  );
  const lab = await startLab({ hosts: names.map((name) => ({ name, instancesMib: INSTANCES_MIB })) });
  const links: Link[] = [];
  const down = async (): Promise<void> => {
    await Promise.all(links.map((link) => link.close()));
    await lab.down();
  };
  try {
    const wires = new Map<string, { readonly ours: Link; readonly between: Link }>();
    for (const host of lab.hosts) {
      const ours = await openLink(host.address, host.sshPort);
      const between = await openLink(host.address, host.sshPort);
      links.push(ours, between);
      wires.set(host.name, { ours, between });
      await leadThrough(lab.directory, host, ours.port);
      await leadThrough(join(lab.directory, 'shared'), host, between.port);
    }
    const lanes = Array.from({ length: laneCount }, (_, number): Lane => {
      const [source, destination] = lab.hosts.slice(number * 2);
      const here = wires.get(source?.name ?? '');
      const there = wires.get(destination?.name ?? '');
      if (source === undefined || destination === undefined || here === undefined || there === undefined)
        throw new TypeError('a lane has two hosts');
      const of = {
        'us to the source': here.ours,
        'us to the destination': there.ours,
        'source to destination': there.between,
      };
      return { number, source, destination, links: of };
    });
    return { lab, image: await addImage(lab), lanes, down };
  } catch (error) {
    await down();
    throw error;
  }
}

/** What says in this directory where the host's sshd is, then says the port of the wire. */
async function leadThrough(
  directory: string,
  { address, sshPort }: RunningHost,
  port: number,
): Promise<void> {
  const edit = async (name: string, change: (text: string) => string): Promise<void> => {
    const path = join(directory, name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) await writeFile(path, change(text));
  };
  const [before, after] = [String(sshPort), String(port)];
  await edit('ssh_config', (text) =>
    text.replaceAll(`HostName ${address}\n  Port ${before}`, `HostName ${address}\n  Port ${after}`),
  );
  await edit('settings.yaml', (text) =>
    text.replaceAll(
      new RegExp(`(address: ${address.replaceAll('.', '\\.')}\\s+port: )${before}`, 'g'),
      `$1${after}`,
    ),
  );
  await edit('known_hosts', (text) => {
    const lines = text.split('\n').filter((line) => line.includes(`[${address}]:${before},`));
    return text + lines.map((line) => `${line.replaceAll(`]:${before}`, `]:${after}`)}\n`).join('');
  });
}

async function addImage(lab: Lab): Promise<LabImage> {
  const directory = join(lab.directory, 'images');
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'small.qcow2');
  await makeSampleImage(file, { virtualMib: 16, dataMib: 6 });
  return lab.cloud.addImage({ name: 'small', file, diskFormat: 'qcow2' });
}
