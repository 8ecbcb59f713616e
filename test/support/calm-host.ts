import type { LabHost } from '../lab/types.ts';
import { must } from './instance-files.ts';

const TELL = `mkdir -p /run/calm/proc/pressure
echo "$1 0.20 0.10 1/100 4242" >/run/calm/proc/loadavg
printf 'some avg10=%s avg60=0.00 avg300=0.00 total=0\\n' "$2" >/run/calm/proc/pressure/io`;
/** Once a host: what is told is then changed in the files themselves. */
const SHOW = `for file in /proc/loadavg /proc/pressure/io; do
  [ ! -e $file ] || mount | grep -q " on $file " || mount --bind /run/calm$file $file
done`;

/**
 * What the kernel tells of load and of waiting for disks is the machine's, and that may be busy: these are the host's own
 * words from now on.
 *
 * @param average - Of the last minute.
 * @param pressurePercent - Of the last ten seconds.
 */
export async function tellLoad(host: LabHost, average = '0.10', pressurePercent = '0.00'): Promise<void> {
  await must(host, 'sh', '-c', TELL, 'test', average, pressurePercent);
  await must(host, 'sh', '-c', SHOW);
}
