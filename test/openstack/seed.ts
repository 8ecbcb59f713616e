import { z } from 'zod';
import { callerFor, OWNER, password, SERVICES, type Caller } from './api.ts';

/** `seed.ts identity|contents`: what cloud.sh lets be made over the API. Safe to repeat. */

const Named = z.object({ id: z.string(), name: z.string() });

/** The thing of that name in a collection of Keystone's, made if it is not there. */
async function keystone(
  caller: Caller,
  kind: 'role' | 'project' | 'user' | 'service',
  name: string,
  more: object = {},
): Promise<string> {
  const listed = await caller.ask('identity', 'GET', `/${kind}s?name=${name}`);
  const [found] = z.array(Named).parse(z.record(z.string(), z.unknown()).parse(listed)[`${kind}s`]);
  if (found !== undefined) return found.id;
  const made = await caller.ask('identity', 'POST', `/${kind}s`, { [kind]: { name, ...more } });
  return Named.parse(z.record(z.string(), z.unknown()).parse(made)[kind]).id;
}

async function identity(): Promise<void> {
  const caller = callerFor({ user: 'admin', project: 'admin' });
  const domain = { domain_id: 'default' };
  const [admin, member, service] = [
    await keystone(caller, 'role', 'admin'),
    await keystone(caller, 'role', 'member'),
    await keystone(caller, 'role', 'service'),
  ];
  const grant = (project: string, user: string, role: string): Promise<unknown> =>
    caller.ask('identity', 'PUT', `/projects/${project}/users/${user}/roles/${role}`);

  const services = await keystone(caller, 'project', 'service', domain);
  for (const name of ['glance', 'placement', 'neutron', 'nova', 'cinder']) {
    const user = await keystone(caller, 'user', name, { ...domain, password: password() });
    await grant(services, user, admin);
    await grant(services, user, service);
  }
  const project = await keystone(caller, 'project', OWNER.project, domain);
  await grant(
    project,
    await keystone(caller, 'user', OWNER.user, { ...domain, password: password() }),
    member,
  );
  await grant(project, await keystone(caller, 'user', 'admin'), admin);

  for (const type of ['compute', 'placement', 'image', 'network', 'block-storage'] as const) {
    const id = await keystone(caller, 'service', type, { type });
    // Neutron's own clients add the version.
    const url = SERVICES[type].url.replace(/\/v2(\.0)?$/, '');
    const listed = await caller.ask('identity', 'GET', `/endpoints?service_id=${id}`);
    const { endpoints } = z.object({ endpoints: z.array(z.object({ interface: z.string() })) }).parse(listed);
    for (const face of ['public', 'internal', 'admin'])
      if (!endpoints.some((endpoint) => endpoint.interface === face))
        await caller.ask('identity', 'POST', '/endpoints', {
          endpoint: { service_id: id, interface: face, url, region_id: 'RegionOne' },
        });
  }
}

const FLAVORS = [
  { name: 'plain', ram: 192, vcpus: 1, disk: 1, swap: 0, 'OS-FLV-EXT-DATA:ephemeral': 0 },
  { name: 'full', ram: 192, vcpus: 1, disk: 1, swap: 64, 'OS-FLV-EXT-DATA:ephemeral': 1 },
];

async function contents(): Promise<void> {
  const caller = callerFor({ user: 'admin', project: 'admin' });
  const { flavors } = z
    .object({ flavors: z.array(Named) })
    .parse(await caller.ask('compute', 'GET', '/flavors'));
  for (const flavor of FLAVORS)
    if (!flavors.some(({ name }) => name === flavor.name))
      await caller.ask('compute', 'POST', '/flavors', { flavor: { id: flavor.name, ...flavor } });
  const { networks } = z
    .object({ networks: z.array(Named) })
    .parse(await caller.ask('network', 'GET', '/networks?name=local'));
  if (networks.length > 0) return;
  const { network } = z.object({ network: Named }).parse(
    await caller.ask('network', 'POST', '/networks', {
      network: { name: 'local', shared: true, port_security_enabled: false },
    }),
  );
  await caller.ask('network', 'POST', '/subnets', {
    subnet: { network_id: network.id, ip_version: 4, cidr: '192.168.99.0/24', enable_dhcp: false },
  });
}

await (process.argv[2] === 'identity' ? identity() : contents());
