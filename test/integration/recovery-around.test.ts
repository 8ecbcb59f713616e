/** What lies around an instance: ports, volumes, errors of disks. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RunningHost } from '../lab/hosts/types.ts';
import { must } from '../support/instance-files.ts';
import { SOURCE } from '../support/lab.ts';
import { first, useRecoveryBench } from '../support/recovery-bench.ts';

const bench = useRecoveryBench();

const sh = (host: RunningHost, script: string, ...args: readonly string[]): Promise<string> =>
  must(host, 'sh', '-c', script, 'test', ...args);

test('ports: a binding that failed', async () => {
  const { instance, look } = bench();
  const server = await instance('unbound');
  server.port = { ...server.port, vifType: 'binding_failed' };
  const found = first(await look(server), 'ports');
  expect(found.verdict).toContain(`not bound to ${SOURCE}`);
  expect(found.steps[0]?.commands[0]).toBe(`openstack port set --host ${SOURCE} ${server.portId}`);
});

test('volumes: an attachment that was only reserved', async () => {
  const { lab, instance, look, engine } = bench();
  const server = await instance('reserved');
  const { state, control } = lab.cloud;
  const volume = {
    id: randomUUID(),
    name: 'data',
    sizeGib: 1,
    multiAttach: false,
    projectId: server.projectId,
  };
  state.volumes.push({ ...volume, status: 'reserved', attachedTo: [server.id] });
  state.optionalServices.add('block-storage');
  control.expireTokens();
  const found = first(await look(server), 'volumes');
  expect(found.verdict).toContain(`reserved of volume ${volume.id}`);
  state.volumes.pop();
  state.optionalServices.delete('block-storage');
  control.expireTokens();
  expect(await engine.call('recovery.diagnose', { server: server.id })).toMatchObject({ diagnoses: [] });
});

test('disk-errors: the guest stands still, and libvirt says why', async () => {
  const { instance, look, source } = bench();
  const server = await instance('stands-still', { running: true });
  const virsh = (await sh(source, 'command -v virsh')).trim();
  // The lab’s guests meet no full disk; virsh says what it says of one that did (virsh(1), domblkerror).
  await sh(
    source,
    'cp -p "$1" /run/virsh.own && printf \'#!/bin/sh\\n[ "$1" = domblkerror ] && { echo "vda: no space"; exit; }\\nexec /run/virsh.own "$@"\\n\' >/run/virsh.full && chmod 755 /run/virsh.full && mount --bind /run/virsh.full "$1"',
    virsh,
  );
  try {
    const found = first(await look(server), 'disk-errors');
    expect(found.verdict).toContain('vda: no space');
    expect(found.steps.flatMap(({ commands }) => commands)).toContain(`virsh resume ${server.id}`);
  } finally {
    await must(source, 'umount', virsh);
  }
});
