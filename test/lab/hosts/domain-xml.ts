import { INSTANCES_PATH } from '../types.ts';

export interface DomainDisk {
  readonly path: string;
  readonly format: 'raw' | 'qcow2';
  readonly device?: 'disk' | 'cdrom';
}

export interface DomainDescription {
  readonly serverId: string;
  /** libvirt's name, such as instance-00000007. */
  readonly name: string;
  readonly disks: readonly DomainDisk[];
  readonly memoryMib?: number;
  readonly vcpus?: number;
}

/** Domain XML with the parts that a migration looks at. */
export function domainXml(domain: DomainDescription): string {
  const disks = domain.disks.map((disk, index) => diskXml(disk, `vd${String.fromCharCode(97 + index)}`));
  return `<domain type='qemu'>
  <name>${escape(domain.name)}</name>
  <uuid>${escape(domain.serverId)}</uuid>
  <memory unit='KiB'>${(domain.memoryMib ?? 64) * 1024}</memory>
  <vcpu placement='static'>${domain.vcpus ?? 1}</vcpu>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
  </os>
  <devices>
${disks.join('')}    <console type='pty'>
      <log file='${INSTANCES_PATH}/${escape(domain.serverId)}/console.log' append='off'/>
      <target type='serial' port='0'/>
    </console>
  </devices>
</domain>
`;
}

function diskXml(disk: DomainDisk, target: string): string {
  const device = disk.device ?? 'disk';
  return `    <disk type='file' device='${device}'>
      <driver name='qemu' type='${disk.format}' cache='none'/>
      <source file='${escape(disk.path)}'/>
      <target dev='${target}' bus='${device === 'cdrom' ? 'sata' : 'virtio'}'/>
${device === 'cdrom' ? '      <readonly/>\n' : ''}    </disk>
`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&apos;')
    .replaceAll('"', '&quot;');
}
