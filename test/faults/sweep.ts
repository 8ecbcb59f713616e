import { execa } from 'execa';
import { release } from '../lab/cloud/allocations.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import type { Stage } from './stage.ts';

/** All that a case may have left on a host, whatever became of it; nothing of another, for the host had but this one. */
const SWEEP = `
id=$1 instances=$2 bases=$3
for pid in $(pgrep -f "$id"); do [ "$pid" = $$ ] || kill -9 "$pid" 2>/dev/null; done
virsh destroy "$id" >/dev/null 2>&1
virsh undefine "$id" >/dev/null 2>&1
rm -f "/run/guests/$id"*
find "$instances" -mindepth 1 -maxdepth 2 -name "$id*" -exec rm -rf {} +
[ "$bases" = keep ] || rm -rf "$instances/_base/"*
rm -rf /run/coldhaul /run/flip* /usr/local/bin/dd /usr/local/bin/rsync
chmod 755 "$instances"
:`;

/** Makes room for the next case: the instance is gone from the cloud and from both hosts, and the destination has no base. */
export async function sweep({ field, source, destination, server, stateDirectory }: Stage): Promise<void> {
  const { cloud } = field.lab;
  for (const host of [source, destination]) await cloud.control.restartCompute(host.name);
  await Promise.race([cloud.idle(), new Promise((resolve) => setTimeout(resolve, 20_000))]);
  server.deleted = true;
  release(cloud.state, server.id);
  const clear = (host: RunningHost, bases: 'keep' | 'remove'): Promise<unknown> =>
    host.exec(['sh', '-c', SWEEP, 'sweep', server.id, INSTANCES_PATH, bases]);
  await clear(source, 'keep');
  await clear(destination, 'remove');
  // One that a case mounted; the lab cannot remove its directory under it.
  await execa('umount', ['--quiet', stateDirectory], { reject: false });
}
