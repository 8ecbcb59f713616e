import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLabCloud, type LabCloud } from '../lab/cloud/lab-cloud.ts';
import { makeSampleImage } from '../lab/cloud/sample-image.ts';
import type { LabImage, LabServer } from '../lab/cloud/model.ts';
import { removeTree } from '../lab/hosts/namespace.ts';
import { startHost } from '../lab/hosts/start-host.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { login, type Caller } from './caller.ts';

/** Two real hosts and a cloud over them. */
export interface Bench {
  readonly cloud: LabCloud;
  readonly a: RunningHost;
  readonly b: RunningHost;
  readonly admin: Caller;
  readonly image: LabImage;
  close(): Promise<void>;
}

export async function openBench(
  instancesMib: { readonly a?: number; readonly b?: number } = {},
): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'coldhaul-cloud-'));
  const nova = { transport: 'rsync', shutdownTimeoutSeconds: 1 } as const;
  const [a, b] = await Promise.all([
    startHost({ name: 'hosta', address: '127.0.0.61', directory, nova, instancesMib: instancesMib.a ?? 0 }),
    startHost({ name: 'hostb', address: '127.0.0.62', directory, nova, instancesMib: instancesMib.b ?? 0 }),
  ]);
  const cloud = await startLabCloud({ hosts: [a, b], directory: join(directory, 'cloud') });
  const file = join(directory, 'sample.qcow2');
  await makeSampleImage(file, { virtualMib: 64, dataMib: 4 });
  const image = await cloud.addImage({ name: 'sample', file, diskFormat: 'qcow2' });
  return {
    cloud,
    a,
    b,
    admin: await login(cloud),
    image,
    async close() {
      await cloud.stop();
      await Promise.all([a.stop(), b.stop()]);
      await removeTree(directory);
    },
  };
}

/** Runs a command on a host and gives its output. @throws if it fails. */
export async function on(host: RunningHost, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv);
  if (code !== 0) throw new Error(`${argv.join(' ')} on ${host.name}: ${stderr}`);
  return stdout.trim();
}

/** Names in the instance's directory; `undefined` if it is not there. */
export async function filesOf(
  host: RunningHost,
  server: LabServer,
  ending = '',
): Promise<readonly string[] | undefined> {
  const { code, stdout } = await host.exec(['ls', '-1A', `${INSTANCES_PATH}/${server.id}${ending}`]);
  return code === 0
    ? stdout
        .trim()
        .split('\n')
        .filter((name) => name !== '')
    : undefined;
}

export async function digest(
  host: RunningHost,
  server: LabServer,
  ending: string,
  file: string,
): Promise<string> {
  return (await on(host, 'sha256sum', `${INSTANCES_PATH}/${server.id}${ending}/${file}`)).slice(0, 64);
}

export async function domain(host: RunningHost, server: LabServer): Promise<string> {
  const { code, stdout } = await host.exec(['virsh', 'domstate', server.id]);
  return code === 0 ? stdout.trim() : 'absent';
}

/** Copies the stopped instance to the other host as Coldhaul does: by size, mtime and owner the same. */
export async function seed(from: RunningHost, to: RunningHost, server: LabServer): Promise<void> {
  const directory = `${INSTANCES_PATH}/${server.id}`;
  const rsync = ['rsync', '-rt', '--sparse', '--exclude=disk.swap', '--exclude=console.log'];
  const copied = await from.exec([...rsync, `${directory}/`, `${to.address}:${directory}/`], {
    user: 'nova',
  });
  if (copied.code !== 0) throw new Error(copied.stderr);
}

/** The states that a poller without pause would have seen since `since`, without repetitions. */
export function statesSince(server: LabServer, since: number): readonly string[] {
  const seen = server.history
    .slice(since)
    .map(({ status, taskState, host }) => `${status}/${taskState ?? '-'} ${host}`);
  return seen.filter((state, index) => state !== seen[index - 1]);
}
