import { expect, test } from 'vitest';
import type { CopyOrder } from '../../main/domain/transfer.ts';
import { explainJob } from '../../main/services/transfer/explain.ts';
import { readRsyncVersion, rsyncCommand, rsyncOptions } from '../../main/services/transfer/rsync-options.ts';

const order: CopyOrder = {
  migrationId: 'm1',
  disk: 'disk',
  sourceHost: 'a',
  destHost: 'b',
  destAddress: '10.0.0.2',
  user: 'nova',
  fromPath: '/i/x/disk',
  toPath: '/i/_coldhaul/x/disk',
  keepMtime: true,
  limitKibPerSecond: undefined,
  rsyncVersion: { source: 'rsync  version 3.4.1  protocol version 32', dest: 'rsync  version 3.4.1' },
  aes: true,
};

const withVersions = (source: string, dest: string): CopyOrder => ({
  ...order,
  rsyncVersion: { source, dest },
});

test('a new pair copies in place, sparse, and without compression', () => {
  expect(rsyncCommand(order, true)).toEqual([
    'rsync',
    '--inplace',
    '--sparse',
    '--partial',
    '--ignore-times',
    '--times',
    '--protect-args',
    '--info=progress2',
    '--no-human-readable',
    '--outbuf=N',
    '-e',
    'ssh -o BatchMode=yes -o Compression=no -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=8 -c aes128-gcm@openssh.com,aes128-ctr',
    '--',
    '/i/x/disk',
    'nova@10.0.0.2:/i/_coldhaul/x/disk',
  ]);
});

test.each([
  ['known', 'StrictHostKeyChecking=yes'],
  ['any', 'UserKnownHostsFile=/dev/null'],
] as const)('a host key that is %s is said to ssh as such', (hostKey, option) => {
  const options = rsyncOptions({ ...order, hostKey }, true);
  expect(options.at(-1)).toMatch(`ssh -o ${option} -o BatchMode=yes `);
});

test.each([
  // source, dest, onto an existing file: in place, sparse
  ['3.1.3', '3.4.1', false, true, true],
  ['3.1.3', '3.4.1', true, true, false],
  ['3.4.1', '3.2.7', true, true, false],
  ['3.3.0', '3.3.0', true, true, true],
  ['3.1.2', '3.4.1', false, false, true],
  ['3.4.1', '3.0.6', true, false, true],
  ['', 'unreadable', true, false, true],
  ['10.0.0', '10.0.0', true, true, true],
])('%s to %s (onto a file: %s): in place %s, sparse %s', (source, dest, onto, inPlace, sparse) => {
  const options = rsyncOptions(withVersions(source, dest), onto);
  expect([options.includes('--inplace'), options.includes('--sparse')]).toEqual([inPlace, sparse]);
});

test('progress is asked for in the way that the source knows', () => {
  expect(rsyncOptions(withVersions('3.0.9', '3.4.1'), false)).toContain('--progress');
  expect(rsyncOptions(withVersions('3.0.9', '3.4.1'), false).join(' ')).not.toContain('--info');
  expect(rsyncOptions(withVersions('3.1.0', '3.0.9'), false)).toContain('--info=progress2');
});

test('a codec is asked for by its name, zstd at its lowest level, and zlib never', () => {
  expect(rsyncOptions({ ...order, codec: 'lz4' }, false).join(' ')).toContain(
    '--compress --compress-choice=lz4 ',
  );
  expect(rsyncOptions({ ...order, codec: 'zstd' }, false).join(' ')).toContain(
    '--compress --compress-choice=zstd --compress-level=1 ',
  );
  expect(rsyncOptions({ ...order, codec: 'none' }, false)).toEqual(rsyncOptions(order, false));
});

test('a limit, no times, no AES, and an address of IPv6', () => {
  const other = { ...order, limitKibPerSecond: 500, keepMtime: false, aes: false, destAddress: 'fd00::2' };
  const command = rsyncCommand(other, false);
  expect(command).toContain('--bwlimit=500');
  expect(command).not.toContain('--times');
  expect(command.join(' ')).not.toContain('aes128');
  expect(command.at(-1)).toBe('nova@[fd00::2]:/i/_coldhaul/x/disk');
});

test('an rsync that nobody has is refused', () => {
  expect(() => rsyncOptions(withVersions('2.6.9', '3.4.1'), false)).toThrow(/older than 3.0/);
  expect(readRsyncVersion('rsync  version 3.1.3  protocol version 31')).toEqual([3, 1, 3]);
});

test.each([
  [
    11,
    'rsync: [receiver] write failed on "/i/disk": No space left on device (28)',
    'the file system is full',
    false,
  ],
  [255, 'Host key verification failed.', 'does not know the host key', false],
  [255, 'nova@b: Permission denied (publickey).', 'refused the SSH key', false],
  [
    23,
    'rsync: [sender] send_files failed to open "/i/disk": Permission denied (13)',
    'may not be read',
    false,
  ],
  [255, 'ssh: connect to host b port 22: Connection refused', 'the link between the hosts is cut', true],
  [255, '', 'ssh did not reach', true],
  [12, 'rsync error: error in rsync protocol data stream', 'stopped in the middle', true],
  [10, '', 'the connection broke', true],
  [24, '', 'vanished', false],
  [30, '', 'too long', true],
  [99, 'what', 'status 99', false],
])('status %i with %j is explained', (code, stderr, why, passing) => {
  const failure = explainJob('The copy of disk from a to b', code, stderr);
  expect([failure.code, failure.passing]).toEqual(['job.failed', passing]);
  expect(failure.message).toContain(why);
  expect(failure.message).toContain(stderr);
  expect(failure.hint).toMatch(/\.$/);
});
