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
