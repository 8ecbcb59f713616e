import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  aggregate,
  asks,
  compute,
  group,
  migration,
  newLogin,
  ofOther,
  ofOwn,
  resize,
  undoing,
  volume,
} from '../support/cloud-obstacles.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { checkObstacles, usePreflightLab } from '../support/preflight-lab.ts';

const lab = usePreflightLab({ running: false });

checkObstacles(lab, [
  {
    id: 'cloud.roles',
    because: 'a login with a role of the cloud’s own',
    verdict: 'warn',
    says: /no role admin \(it has: operator\)/,
    harm: (here) => {
      const { users, adminRoles, projects } = here.bench.lab.cloud.state;
      const [admin] = users;
      if (admin === undefined) throw new Error('no admin');
      const before = admin.roles;
      adminRoles.add('operator');
      admin.roles = { [projects[0]?.id ?? '']: ['operator'] };
      newLogin(here);
      return undoing(() => {
        admin.roles = before;
        adminRoles.delete('operator');
        newLogin(here);
      });
    },
  },
  {
    id: 'cloud.token',
    because: 'a login of a minute, and no service token',
    verdict: 'warn',
    says: /lasts 54 s; it would end in the middle/,
    harm: (here) => {
      const { control, state } = here.bench.lab.cloud;
      const beforeSeconds = state.tokenLifeMs / 1000;
      control.setTokenLife(60);
      newLogin(here);
      return undoing(() => {
        control.setTokenLife(beforeSeconds);
        newLogin(here);
      });
    },
  },
  {
    id: 'server.migrations',
    because: 'a record that nobody ended',
    verdict: 'warn',
    says: /Record 7000 .*still “migrating”/,
    harm: migration({}, ofOwn),
  },
  {
    id: 'server.migrations',
    because: 'a state that was reset in VERIFY_RESIZE',
    verdict: 'block',
    says: /“finished” while the instance is SHUTOFF/,
    harm: migration({ status: 'finished' }, ofOwn),
  },
  {
    id: 'server.migrations',
    because: 'an evacuation from the destination that it has not cleaned up after',
    verdict: 'block',
    says: /destroys what it finds/,
    harm: migration(
      { type: 'evacuation', status: 'done', sourceCompute: DESTINATION, destCompute: SOURCE },
      ofOwn,
    ),
  },
  {
    id: 'hosts.migrations',
    because: 'another instance arrives at the destination',
    verdict: 'note',
    says: /1 other instance\(s\) are on their way/,
    harm: migration({}, ofOther),
  },
  {
    id: 'hosts.migrations',
    because: 'another instance leaves the destination',
    verdict: 'note',
    says: /moves 1 other instance/,
    harm: migration({ sourceCompute: DESTINATION, destCompute: 'elsewhere' }, ofOther),
  },
  {
    id: 'server.group',
    because: 'it must be apart from one that is there',
    verdict: 'block',
    says: /anti-affinity.*app-0002.*no valid host/,
    harm: group('anti-affinity', { hasOther: true }),
  },
  {
    id: 'server.group',
    because: 'it must be beside others that are not there',
    verdict: 'block',
    says: /\(affinity\).*has none of them/,
    harm: group('affinity', { hasOther: false }),
  },
  {
    id: 'server.group',
    because: 'it had better be apart',
    verdict: 'note',
    says: /soft-anti-affinity.*nevertheless/,
    harm: group('soft-anti-affinity', { hasOther: true }),
  },
  {
    id: 'cloud.masakari',
    because: 'a segment holds the source',
    verdict: 'warn',
    says: new RegExp(`watches ${SOURCE} \\(segment rack-1\\)`),
    harm: (here) => {
      const { segments, optionalServices } = here.bench.lab.cloud.state;
      const hosts = [{ id: randomUUID(), name: SOURCE, onMaintenance: false }];
      segments.push({ id: randomUUID(), name: 'rack-1', enabled: true, hosts });
      optionalServices.add('instance-ha');
      newLogin(here);
      return undoing(() => {
        segments.pop();
        optionalServices.delete('instance-ha');
        newLogin(here);
      });
    },
  },
  {
    id: 'server.zone',
    because: 'the destination is in another zone',
    verdict: 'note',
    says: /availability zone nova, .* in az2/,
    harm: (here) => {
      const host = compute(here, DESTINATION);
      host.zone = 'az2';
      return undoing(() => (host.zone = 'nova'));
    },
  },
  {
    id: 'destination.aggregates',
    because: 'an aggregate keeps the destination for other projects',
    verdict: 'warn',
    says: /kept for other projects than/,
    harm: aggregate({ filter_tenant_id: 'others' }),
  },
  {
    id: 'destination.aggregates',
    because: 'the flavor wants what no aggregate of the destination has',
    verdict: 'warn',
    says: /the flavor wants ssd = true, which no aggregate of compute-b has/,
    harm: asks({ 'aggregate_instance_extra_specs:ssd': 'true' }),
  },
  {
    id: 'server.flavor',
    because: 'somebody has grown the disk',
    verdict: 'note',
    says: /more than the 1 GiB of its flavor/,
    harm: async (here) => {
      await resize(here, '2G');
      return () => resize(here, '--shrink', '1G');
    },
  },
  {
    id: 'server.cpu-pinning',
    because: 'the destination’s processors are pinned already',
    verdict: 'block',
    says: /asks for 1 pinned processor\(s\), and .* has 0 of 4 free/,
    harm: asks({ 'hw:cpu_policy': 'dedicated' }, { otherClasses: { PCPU: { total: 4, used: 4 } } }),
  },
  {
    id: 'server.numa',
    because: 'more NUMA nodes than the destination has',
    verdict: 'block',
    says: /64 NUMA nodes/,
    harm: asks({ 'hw:numa_nodes': '64' }),
  },
  {
    id: 'server.devices',
    because: 'a GPU that the destination has not',
    verdict: 'block',
    says: /needs 1 VGPU, and .* has none by Placement/,
    harm: asks({ 'resources:VGPU': '1' }),
  },
  {
    id: 'server.devices',
    because: 'a PCI device, which nobody counts',
    verdict: 'warn',
    says: /PCI devices \(nic:1\)/,
    harm: asks({ 'pci_passthrough:alias': 'nic:1' }),
  },
  {
    id: 'destination.traits',
    because: 'a trait that the destination has not',
    verdict: 'block',
    says: /lacks CUSTOM_GOLD/,
    harm: asks({ 'trait:CUSTOM_GOLD': 'required' }, { traits: ['COMPUTE_NODE'] }),
  },
  {
    id: 'server.tpm',
    because: 'a TPM of its own',
    verdict: 'warn',
    says: /TPM 2\.0: Nova carries its state/,
    harm: asks({ 'hw:tpm_version': '2.0' }, { traits: ['COMPUTE_SECURITY_TPM_2_0'] }),
  },
  {
    id: 'server.secure',
    because: 'an image that boots securely alone',
    verdict: 'block',
    says: /needs secure boot/,
    harm: ({ bench: { image } }) => {
      image.properties = { os_secure_boot: 'required' };
      return undoing(() => (image.properties = {}));
    },
  },
  {
    id: 'server.needs',
    because: 'an image that is gone with its properties',
    verdict: 'note',
    says: /does not show the properties of its image/,
    harm: ({ bench: { image } }) => {
      image.deleted = true;
      return undoing(() => (image.deleted = false));
    },
  },
  {
    id: 'image.state',
    because: 'an image without its bytes',
    verdict: 'note',
    says: /“queued” in Glance; its base .* staged/,
    harm: ({ bench: { image } }) => {
      image.status = 'queued';
      return undoing(() => (image.status = 'active'));
    },
  },
  {
    id: 'server.ports',
    because: 'a port on a virtual function',
    verdict: 'warn',
    says: /1 port\(s\) need a device of the host \(direct\)/,
    harm: ({ server }) => {
      const before = server.port;
      server.port = { vnicType: 'direct', vifType: 'hw_veb' };
      return undoing(() => (server.port = before));
    },
  },
  {
    id: 'server.ports',
    because: 'Neutron does not show them to us',
    verdict: 'note',
    says: /could not be read: .*403/,
    harm: ({
      bench: {
        lab: { cloud },
      },
    }) => {
      cloud.control.apiFault({ service: 'network', path: '/v2.0/ports', kind: 403, times: 9 });
      return undoing(() => {
        cloud.control.clearApiFaults();
      });
    },
  },
  {
    id: 'destination.network-agent',
    because: 'the agent that would plug the port is dead',
    verdict: 'block',
    says: /Linux bridge agent on .* is not alive/,
    harm: (here) => {
      const host = compute(here, DESTINATION);
      host.agentAlive = false;
      return undoing(() => (host.agentAlive = true));
    },
  },
  {
    id: 'server.volume-state',
    because: 'a volume that others write to',
    verdict: 'note',
    says: /attached to other instances/,
    harm: volume({ multiAttach: true }, { hasCinder: true }),
  },
  {
    id: 'server.volume-state',
    because: 'a volume that is half attached',
    verdict: 'warn',
    says: /“attaching” in Cinder/,
    harm: volume({ status: 'attaching' }, { hasCinder: true }),
  },
  {
    id: 'server.volume-state',
    because: 'no Cinder in the catalog',
    verdict: 'note',
    says: /could not be read: .*block-storage/,
    harm: volume({}, { hasCinder: false }),
  },
]);

test('of the cloud a usual instance hears nothing but passes, and each thing is asked once', async () => {
  const here = lab();
  const { calls } = here.bench.lab.cloud;
  const before = calls.length;
  const findings = await here.findings();
  const asked = calls.slice(before).map(({ method, path }) => `${method} ${path}`);
  const ofCloud = /^cloud\.|^server\.|^hosts\.migrations|^image|traits$|network-agent$|capacity$/;
  expect(findings.filter(({ id, verdict }) => ofCloud.test(id) && verdict !== 'pass')).toEqual([]);
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.length).toBeLessThanOrEqual(20);
});
