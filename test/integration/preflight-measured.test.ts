/** Checks of what is tried while the way is measured: real writes of a guest, real files at the destination. */
import { checkObstacles, type Obstacle, usePreflightLab } from '../support/preflight-lab.ts';
import { program, sh } from '../support/host-program.ts';
import { must } from '../support/instance-files.ts';

const lab = usePreflightLab({ running: true });

/** A disk that takes its time, so that the way is slow beside what the guest writes. */
const SLOW_DISK = 'sleep 1; exec /bin/dd "$@"';
/** Writes through the guest's own process and flushes, over and over, until its file is gone. */
const WRITER = `touch /run/writer
while [ -e /run/writer ]; do
  qemu-io -f raw -c 'write -f -P 7 0 8M' "nbd+unix:///?socket=/run/guests/$1-0.sock" >/dev/null || exit 1
done >/dev/null 2>&1 &`;

const obstacles: readonly Obstacle[] = [
  {
    id: 'destination.file-features',
    because: 'a file system without holes',
    verdict: 'warn',
    says: /compute-b keeps no holes: disks that take up \S+ \w+ here may take up to \S+ \w+ there/,
    // What truncate(1) does on VFAT: every byte is there.
    harm: ({ destination }) => program(destination, 'truncate', 'exec head -c 1048576 /dev/zero >"$3"'),
  },
  {
    id: 'source.guest-writes',
    because: 'a guest that writes more than the way carries',
    verdict: 'note',
    says: /web wrote \S+ [MG]iB in .* on average since .*: more than half of what the way carries/,
    harm: async ({ source, destination, server }) => {
      const quick = await program(destination, 'dd', SLOW_DISK);
      await sh(source, WRITER, server.id);
      return async () => {
        await must(source, 'rm', '/run/writer');
        await quick();
      };
    },
  },
];

checkObstacles(lab, obstacles);
