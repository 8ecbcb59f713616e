import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { domainXml } from '../lab/hosts/domain-xml.ts';
import { guestByte, lastBoot } from '../lab/hosts/guest-layout.ts';
import { scriptPath } from '../lab/hosts/registry.ts';

describe("a guest's boot line", () => {
  test.each([
    ['LAB BOOT=2 PAYLOAD=OK EPHEMERAL=2\n', { boot: 2, payload: 'OK', ephemeral: 2 }],
    [
      'old\nLAB BOOT=1 PAYLOAD=OK\nLAB BOOT=12 PAYLOAD=BAD\n',
      { boot: 12, payload: 'BAD', ephemeral: undefined },
    ],
    ['LAB BOOT=1 PAYLOAD=OK EPHEMERAL=BAD', { boot: 1, payload: 'OK', ephemeral: 'BAD' }],
    ['LAB BOOT=NONE PAYLOAD=NONE\n', undefined],
    ['', undefined],
  ])('%j', (console, boot) => {
    expect(lastBoot(console)).toEqual(boot);
  });

  test('its data are never zeroes, which a hole would be too', () => {
    expect(guestByte('3f000000-1111-4222-8333-444444444444')).toBe(0x3f);
    expect(guestByte('00000000-1111-4222-8333-444444444444')).toBe(0xa5);
  });
});

describe('the awk that reads domain XML', () => {
  const directory = mkdtempSync(join(tmpdir(), 'coldhaul-awk-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  function read(xml: string): readonly (readonly string[])[] {
    const path = join(directory, 'domain.xml');
    writeFileSync(path, xml);
    const text = execFileSync('awk', ['-f', scriptPath('domain.awk'), path], { encoding: 'utf8' });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
  }

  test('gets back what was written, whatever the paths are called', () => {
    const path = fc.stringMatching(/^\/[ !-~]{1,40}$/);
    const disk = fc.record({ path, format: fc.constantFrom('raw' as const, 'qcow2' as const) });
    fc.assert(
      fc.property(fc.uuid(), fc.array(disk, { minLength: 1, maxLength: 4 }), (serverId, disks) => {
        const rows = read(domainXml({ serverId, name: 'instance-00000001', disks }));
        expect(rows.filter(([kind]) => kind === 'disk').map((row) => [row[2], row[5]])).toEqual(
          disks.map((each) => [each.format, each.path]),
        );
        expect(rows.at(-1)?.slice(0, 5)).toEqual(['domain', serverId, 'instance-00000001', '65536', '1']);
      }),
      { numRuns: 50 },
    );
  });

  test("passes over metadata and libvirt's own backing chain", () => {
    const rows = read(`<?xml version="1.0"?>
<domain type="qemu" id="4"><name>one</name><uuid>11111111-2222-4333-8444-555555555555</uuid>
<metadata><nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1"><name>not this</name>
<disk type="file"><source file="/not/this"/></disk></nova:instance></metadata>
<memory unit="GiB">2</memory><vcpu>4</vcpu>
<devices><disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="/a/disk" index="1"/>
<backingStore type="file"><format type="raw"/><source file="/a/base"/><backingStore/></backingStore>
<target dev="vda" bus="virtio"/></disk>
<serial type="pty"><log file="/a/console.log" append="off"/></serial></devices></domain>`);
    expect(rows.map((row) => row.slice(0, 6))).toEqual([
      ['disk', 'disk', 'qcow2', 'vda', 'no', '/a/disk'],
      ['log', 'off', '/a/console.log'],
      [
        'domain',
        '11111111-2222-4333-8444-555555555555',
        'one',
        '2097152',
        '4',
        join(directory, 'domain.xml'),
      ],
    ]);
  });
});
