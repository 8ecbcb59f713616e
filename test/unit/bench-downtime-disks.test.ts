import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { contentFrom } from '../bench/downtime/content.ts';
import { contentMib, layoutOf } from '../bench/downtime/layout.ts';
import { loopbackBytes } from '../bench/downtime/meter.ts';
import { floorCommand, peerSteps } from '../bench/downtime/peers.ts';
import { readTimes } from '../bench/downtime/processes.ts';
import { orderOf } from '../bench/downtime/rounds.ts';
import { WAYS } from '../bench/downtime/types.ts';

const ORDER = { from: '/i/a', to: '/i/a', address: '127.0.0.12', names: ['disk', 'disk.eph0'] };

test('the same seed gives the same bytes; every second MiB can be compressed, the others cannot', () => {
  const [one, same, other] = ['a', 'a', 'b'].map(contentFrom);
  const [random, text] = [one?.() ?? Buffer.alloc(0), one?.() ?? Buffer.alloc(0)];
  expect(same?.().equals(random)).toBe(true);
  expect(same?.().equals(text)).toBe(true);
  expect(other?.().equals(random)).toBe(false);
  expect(deflateSync(random).length / random.length).toBeGreaterThan(0.99);
  expect(deflateSync(text).length / text.length).toBeLessThan(0.5);
});

test.each([64, 256, 3072, 4608, 8192])(
  '%i MiB of content fit, and the overlay lies over base and holes',
  (size) => {
    const { base, overlay, ephemeral, flavor } = layoutOf(size);
    if (size < 4700) expect(flavor).toEqual({ rootGib: 5, ephemeralGib: 1 });
    const contents = [base, overlay, ephemeral];
    expect(contents.reduce((sum, content) => sum + contentMib(content), 0)).toBe(size);
    for (const { extents, virtualMib } of contents) {
      const last = extents.at(-1);
      expect((last?.offsetMib ?? 0) + (last?.mib ?? 0)).toBeLessThanOrEqual(virtualMib);
    }
    expect(base.extents[0]?.offsetMib).toBe(8);
    expect(overlay.extents.length).toBeGreaterThan(1);
  },
);

test('Nova’s commands are those of its source, one disk after the other', () => {
  const words = (peer: 'nova-icehouse' | 'nova-scp' | 'nova-rsync'): readonly string[] =>
    peerSteps(peer, ORDER).map(({ argv }) => argv.join(' '));
  expect(words('nova-icehouse').slice(0, 4)).toEqual([
    'qemu-img convert -f qcow2 -O qcow2 /i/a/disk /i/a/disk_rbase',
    'rsync --sparse --compress --compress-choice=zlib -e ssh --dry-run /i/a/disk_rbase 127.0.0.12:/i/a/disk',
    'rsync --sparse --compress --compress-choice=zlib -e ssh /i/a/disk_rbase 127.0.0.12:/i/a/disk',
    'rm -f /i/a/disk_rbase',
  ]);
  expect(words('nova-scp')).toEqual([
    'scp -r /i/a/disk 127.0.0.12:/i/a/disk',
    'scp -r /i/a/disk.eph0 127.0.0.12:/i/a/disk.eph0',
  ]);
  expect(words('nova-rsync')[0]).toBe('rsync -r --sparse /i/a/disk 127.0.0.12:/i/a/disk');
});

test('the floor takes the ciphers that our own copies take, and all disks at once', () => {
  const [, , text = '', , ...rest] = floorCommand(ORDER, true);
  expect(text).toContain('-c aes128-gcm@openssh.com,aes128-ctr "$address" "cat >$to/$name" &');
  expect(rest).toEqual(['/i/a', '/i/a', '127.0.0.12', 'disk', 'disk.eph0']);
});

test('every round runs every way, and begins with the next one', () => {
  expect(orderOf(1, WAYS)).toEqual(WAYS);
  expect(orderOf(2, WAYS)[0]).toBe(WAYS[1]);
  expect(orderOf(WAYS.length + 1, WAYS)).toEqual(WAYS);
  expect(orderOf(3, WAYS).toSorted()).toEqual(WAYS.toSorted());
});

test('counters are read from what the kernel writes', () => {
  const devices = `Inter-|   Receive                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
  eth0:      11      1    0    0    0     0          0         0       22       2
    lo: 1188913      8    0    0    0     0          0         0  1188913       8`;
  expect(loopbackBytes(devices)).toBe(1_188_913);
  const stat = '77 (a) b) S 1 77 77 0 -1 4194560 100 0 0 0 150 50 30 20 20 0 1 0 100 0 0';
  expect(readTimes(stat, 11, 15)).toBe(2.5);
  expect(readTimes(stat, 13, 15)).toBe(0.5);
});
