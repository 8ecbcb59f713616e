import type { Kind } from '../fault-case.ts';
import { drawTravel, tellTravel } from '../journeys.ts';
import { INSTANCES_PATH } from '../../lab/types.ts';
import { must } from '../../support/instance-files.ts';
import type { Stage } from '../stage.ts';

/**
 * One bit of the copy is turned over, and its times are as before: as a disk that lies, not as a program that writes.
 * `FLIP ID SHARE BIT LEAST` looks for the file or the layer in the stage, then for its final name, and is done once.
 */
const FLIP = `#!/bin/sh
id=$1 share=$2 bit=$3 least=$4 instances=${INSTANCES_PATH}
for path in "$instances/_coldhaul/$id/disk" "$instances/_coldhaul/$id/layer.disk" "$instances/$id/disk" none; do [ ! -f "$path" ] || break; done
[ -f "$path" ] && [ "$(stat -c %s "$path")" -gt "$least" ] || exit 3
mkdir "/run/flipped-$id" 2>/dev/null || exit 0
offset=$(($(stat -c %s "$path") / 1000 * share))
old=$(/usr/bin/dd if="$path" bs=1 skip="$offset" count=1 status=none | od -An -tu1 | tr -d ' ')
touch -r "$path" "/run/flipped-$id/times"
printf "\\\\$(printf %03o $((old ^ (1 << bit))))" |
  /usr/bin/dd of="$path" bs=1 seek="$offset" count=1 conv=notrunc status=none
touch -r "/run/flipped-$id/times" "$path"
`;

/** The first thing that the app does for a digest is to ask whether dd has an option: then it is still as it was copied. */
const BEFORE_DIGEST = `#!/bin/sh
case $* in *'iflag=nocache'*) [ ! -x /run/flip ] || sh /run/flip >/dev/null 2>&1 ;; esac
exec /usr/bin/dd "$@"
`;

const PUT = 'printf %s "$2" >"$1" && chmod 755 "$1"';
const STRUCK = 'i=0; until [ -d "/run/flipped-$1" ] || [ $i -gt 600 ]; do i=$((i+1)); sleep 0.1; done';

type Aim = { readonly serverId: string; readonly share: number; readonly bit: number };

/** As soon as a part of the file is there. */
async function flipInTheMiddle({ destination }: Stage, { serverId, share, bit }: Aim): Promise<boolean> {
  await must(destination, 'sh', '-c', PUT, 'flip', '/run/flip-once', FLIP);
  const script = 'for i in $(seq 400); do sh /run/flip-once "$@" && exit 0; sleep 0.05; done; exit 1';
  const words = [serverId, String(share), String(bit), String(1024 ** 2)];
  return (await destination.exec(['sh', '-c', script, 'flip', ...words])).code === 0;
}

/** When all of it is there, and just before it is read again. */
async function flipBeforeDigest({ destination }: Stage, { serverId, share, bit }: Aim): Promise<boolean> {
  await must(destination, 'sh', '-c', PUT, 'flip', '/run/flip-once', FLIP);
  const order = `sh /run/flip-once ${serverId} ${String(share)} ${String(bit)} ${String(8 * 1024 ** 2)}`;
  await must(destination, 'sh', '-c', PUT, 'flip', '/run/flip', order);
  await must(destination, 'sh', '-c', PUT, 'flip', '/usr/local/bin/dd', BEFORE_DIGEST);
  try {
    await destination.exec(['sh', '-c', STRUCK, 'flip', serverId]);
    return (await destination.exec(['test', '-d', `/run/flipped-${serverId}`])).code === 0;
  } finally {
    await must(destination, 'rm', '-f', '/usr/local/bin/dd', '/run/flip');
  }
}

export const flip: Kind = {
  name: 'flip',
  title: 'one bit of the copy is turned over',
  share: 24,
  draw(random, index) {
    const way = random.pick(['seed', 'thin', 'nova', 'flatten'] as const);
    const middle = index % 2 === 0 && way !== 'nova';
    const drawn = drawTravel(random, way);
    const travel = { ...drawn, manyDisks: false, limitMibPerSecond: middle ? 8 : undefined };
    const moment = { fact: way === 'nova' ? ('hand-over-begun' as const) : ('frozen' as const), delayMs: 0 };
    const [share, bit] = [random.integer(50, 990), random.integer(0, 7)];
    const when = middle ? 'in the middle of the copy' : 'just before its digest';
    return {
      title: `bit ${String(bit)} at ${String(share)} of 1000, ${when}; ${tellTravel(travel)}`,
      travel,
      moment,
      disturb(stage) {
        const aim = { serverId: stage.server.id, share, bit };
        return middle ? flipInTheMiddle(stage, aim) : flipBeforeDigest(stage, aim);
      },
    };
  },
};
