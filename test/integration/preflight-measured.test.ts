/** Checks of what is tried while the way is measured: real writes of a guest, real files at the destination. */
import { checkObstacles, type Obstacle, usePreflightLab } from '../support/preflight-lab.ts';
import { must } from '../support/instance-files.ts';

const lab = usePreflightLab({ running: true });

/** A disk that takes its time, so that the way is slow beside what the guest writes. */
const SLOW_DISK = 'sleep 1; exec /bin/dd "$@"';
/** Writes through the guest's own process and flushes, over and over, until its file is gone. */
const WRITER = `touch /run/writer
while [ -e /run/writer ]; do
  qemu-io -f raw -c 'write -f -P 7 0 8M' "nbd+unix:///?socket=/run/guests/$1-0.sock" >/dev/null || exit 1
done >/dev/null 2>&1 &
while [ ! -e /run/writer ]; do :; done`;

const obstacles: readonly Obstacle[] = [
  {
    id: 'destination.file-features',
    because: 'a file system without holes',
    verdict: 'warn',
    says: /compute-b keeps no holes: disks that take up \S+ \w+ here may take up to \S+ \w+ there/,
    // What truncate(1) does on VFAT: every byte is there.
    harm: async ({ destination }) => {
      const path = '/usr/local/bin/truncate';
      const script = '#!/bin/sh\nexec head -c 1048576 /dev/zero >"$3"\n';
      await must(destination, 'sh', '-c', 'printf %s "$2" >"$1" && chmod 755 "$1"', 'test', path, script);
      return () => must(destination, 'rm', path);
    },
  },
  {
    id: 'source.guest-writes',
    because: 'a guest that writes more than the way carries',
    verdict: 'note',
    says: /web wrote \S+ [MG]iB in .* on average since .*: more than half of what the way carries/,
    harm: async ({ source, destination, server }) => {
      const path = '/usr/local/bin/dd';
      await must(
        destination,
        'sh',
        '-c',
        'printf "#!/bin/sh\\n%s\\n" "$2" >"$1" && chmod 755 "$1"',
        'test',
        path,
        SLOW_DISK,
      );
      await must(source, 'sh', '-c', WRITER, 'test', server.id);
      return async () => {
        await must(source, 'rm', '/run/writer');
        await must(destination, 'rm', path);
      };
    },
  },
];

checkObstacles(lab, obstacles);
