import { expect, test } from 'vitest';
import { domainFilesOf } from '../../main/services/hypervisor/domain-files.ts';

const LIVE = `<disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none'/>
      <source file='/i/u/disk.snap1' index='3'/>
      <backingStore type='file' index='1'>
        <format type='qcow2'/>
        <source file='/i/u/disk'/>
        <backingStore type='file' index='2'><format type='raw'/><source file='/i/_base/abc'/><backingStore/></backingStore>
      </backingStore>
      <target dev='vda' bus='virtio'/>
    </disk>
    <disk type='network' device='disk'>
      <source protocol='rbd' name='volumes/volume-1'/>
    </disk>
    <disk type='file' device='cdrom'>
      <source startupPolicy="optional" file="/i/a &amp; b/disk.config"/>
    </disk>
    <disk type='file' device='cdrom'><target dev='sdb'/></disk>`;

test('the layer that a domain writes to, not what lies below; volumes and empty drives have no file', () => {
  expect(domainFilesOf(LIVE)).toEqual(['/i/u/disk.snap1', '/i/a & b/disk.config']);
  expect(domainFilesOf('')).toEqual([]);
});

test('a file of Cinder’s is a volume, a layer on it that Nova does not know is not', () => {
  const id = '5b4cc8b8-7f25-4d7e-a1ae-40d5b7fd0d2b';
  const disk = (file: string, serial = `<serial>${id}</serial>`): string =>
    `<disk type='file' device='disk'><source file='${file}'/><backingStore/><target dev='vdb'/>${serial}</disk>`;
  const ofCinder = [`/mnt/a/volume-${id}`, `/mnt/a/volume-${id}.0d57496a-64d2-4903-8745-0bc3b70895cd`];
  expect(domainFilesOf(ofCinder.map((file) => disk(file)).join())).toEqual([]);
  const others = [`/mnt/a/volume-${id}.snap1`, '/backup/disk.snap1'];
  expect(domainFilesOf(others.map((file) => disk(file)).join())).toEqual(others);
  expect(domainFilesOf(disk(`/mnt/a/volume-${id}`, ''))).toEqual([`/mnt/a/volume-${id}`]);
});
