import type { Codec } from '../../domain/codec.ts';
import { Failure, unreachable } from '../../domain/failure.ts';
import type { CopyOrder, HostKeyTrust } from '../../domain/transfer.ts';

type Version = readonly [major: number, minor: number, patch: number];

/** What no rsync in use is older than; also taken for a version that cannot be read. */
const OLDEST: Version = [3, 0, 0];

/** The version in what `rsync --version` printed. */
export function readRsyncVersion(text: string): Version {
  const found = /(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)/.exec(text)?.groups;
  if (found === undefined) return OLDEST;
  return [Number(found['major']), Number(found['minor']), Number(found['patch'])];
}

function atLeast(version: Version, wanted: Version): boolean {
  const at = [0, 1, 2].find((index) => version[index] !== wanted[index]) ?? 0;
  return (version[at] ?? 0) >= (wanted[at] ?? 0);
}

/**
 * Options of ssh for bulk data between hosts: no question, no compression, a dead line noticed within two minutes. The
 * second cipher is for a server too old for the first (OpenSSH 6.2).
 *
 * @param hostKey - `known`: another key than that is refused, whatever the settings of the host would take. `any`: they
 * decide, and what they take is not written down.
 */
export function sshOptions(aes: boolean, hostKey?: HostKeyTrust): readonly string[] {
  return [
    ...(hostKey === 'known' ? ['-o', 'StrictHostKeyChecking=yes'] : []),
    ...(hostKey === 'any' ? ['-o', 'UserKnownHostsFile=/dev/null'] : []),
    ...['-o', 'BatchMode=yes', '-o', 'Compression=no', '-o', 'ConnectTimeout=20'],
    ...['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=8'],
    ...(aes ? ['-c', 'aes128-gcm@openssh.com,aes128-ctr'] : []),
  ];
}

/** As whom the source logs in there. */
export function loginOf({ user, destAddress }: Pick<CopyOrder, 'user' | 'destAddress'>): string {
  return `${user}@${destAddress}`;
}

/**
 * Options of rsync by what both sides can do. Compressed only with the codec of the order, which was measured to be faster
 * than the link (domain/codec.ts).
 *
 * In place, a copy that was cut goes on where it was, without room for a second file. With `--sparse` that works from
 * 3.1.3 on (rsync NEWS); before 3.3.0 a hole at the end does not clear what an older copy left there (same place), so
 * onto an existing file the zeros are then written out. `--ignore-times`: a file of equal size and time is compared all
 * the same, or a copy that was found to differ would never be mended.
 *
 * @param onto - True if the destination has a file of that name already.
 */
export function rsyncOptions(
  order: Pick<CopyOrder, 'rsyncVersion' | 'keepMtime' | 'limitKibPerSecond' | 'aes' | 'codec' | 'hostKey'>,
  onto: boolean,
): readonly string[] {
  const source = readRsyncVersion(order.rsyncVersion.source);
  const dest = readRsyncVersion(order.rsyncVersion.dest);
  if (!atLeast(source, OLDEST) || !atLeast(dest, OLDEST)) {
    throw new Failure('host.tool-missing', 'rsync is older than 3.0 on one of the hosts.', {
      hint: 'Install a newer rsync there.',
    });
  }
  const both = (wanted: Version): boolean => atLeast(source, wanted) && atLeast(dest, wanted);
  const inPlace = both([3, 1, 3]);
  const sparse = !inPlace || !onto || both([3, 3, 0]);
  return [
    ...(inPlace ? ['--inplace'] : []),
    ...(sparse ? ['--sparse'] : []),
    '--partial',
    '--ignore-times',
    ...(order.keepMtime ? ['--times'] : []),
    ...codecOptions(order.codec),
    '--protect-args',
    ...(atLeast(source, [3, 1, 0])
      ? ['--info=progress2', '--no-human-readable', '--outbuf=N']
      : ['--progress']),
    ...(order.limitKibPerSecond === undefined ? [] : [`--bwlimit=${order.limitKibPerSecond.toString()}`]),
    '-e',
    ['ssh', ...sshOptions(order.aes, order.hostKey)].join(' '),
  ];
}

/** Since rsync 3.2.0 (NEWS). The lowest level of zstd: a higher one is for links slower than any between two hosts. */
export function codecOptions(codec: Codec | undefined): readonly string[] {
  switch (codec) {
    case undefined:
    case 'none':
      return [];
    case 'lz4':
      return ['--compress', '--compress-choice=lz4'];
    case 'zstd':
      return ['--compress', '--compress-choice=zstd', '--compress-level=1'];
    default:
      return unreachable(codec);
  }
}

/** The whole command, as the source runs it. */
export function rsyncCommand(order: CopyOrder, onto: boolean): readonly string[] {
  const address = order.destAddress.includes(':') ? `[${order.destAddress}]` : order.destAddress;
  const target = `${order.user}@${address}:${order.toPath}`;
  return ['rsync', ...rsyncOptions(order, onto), '--', order.fromPath, target];
}
