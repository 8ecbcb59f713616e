import { z } from 'zod';
import { booted, novaSays, settled } from '../../guests.ts';
import { until, type HostName } from '../../machines.ts';
import type { Scenario, Stage } from '../../scenario.ts';
import { must } from '../words.ts';
import { findings } from './findings.ts';

/**
 * Where an instance may be placed: what the checks say, and that Nova itself says the same when it is asked.
 */
export const PLACED: readonly Scenario[] = [
  { name: 'preflight-placed', route: 'seed', transport: 'rsync', run: placed },
];

const TRAIT = 'CUSTOM_COLDHAUL_TEST';
const FLAVOR = 'trait';

async function placed(stage: Stage): Promise<readonly number[]> {
  const { caller, from, to } = stage;
  await caller.ask('placement', 'PUT', `/traits/${TRAIT}`);
  await setTrait(stage, from, true);
  stage.later(() => setTrait(stage, from, false));
  await makeFlavor(stage);
  const group = await makeGroup(stage);
  const id = await stage.guest({ flavor: FLAVOR, configDrive: false, port: false, group });

  await says(stage, id, 'destination.traits', 'block', TRAIT);
  // Alone in a group that stays together: by the source of the scheduler it never leaves its host.
  await says(stage, id, 'server.group', 'block', 'affinity');
  await setTrait(stage, to, true);
  stage.later(() => setTrait(stage, to, false));
  await says(stage, id, 'destination.traits', 'pass', TRAIT);
  await isRefusedByNova(stage, id);
  must((await booted(from, id)).boot === 1, 'the guest was started again');
  return [];
}

async function says(stage: Stage, id: string, check: string, verdict: string, word: string): Promise<void> {
  const found = (await findings(stage, id)).find((finding) => finding.id === check);
  must(found?.verdict === verdict, `${check} is ${found?.verdict ?? 'not there'}, not ${verdict}`);
  must(found.message.includes(word), `${check} does not speak of ${word}: ${found.message}`);
}

const Records = z.object({ migrations: z.array(z.object({ status: z.string() })) });

/** Nova takes the order, finds no host for it, and says so in its record alone. */
async function isRefusedByNova({ caller, to, from }: Stage, id: string): Promise<void> {
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { migrate: { host: to } });
  await until('Nova’s refusal', 120_000, async () => {
    const said = await caller.ask('compute', 'GET', `/os-migrations?instance_uuid=${id}&limit=1`);
    return Records.parse(said).migrations[0]?.status === 'error' ? true : undefined;
  });
  await settled(caller, id, 'ACTIVE');
  must((await novaSays(caller, id)).host === from, 'Nova has moved it');
}

async function makeFlavor(stage: Stage): Promise<void> {
  const { caller } = stage;
  const flavor = { id: FLAVOR, name: FLAVOR, ram: 192, vcpus: 1, disk: 1 };
  await caller.ask('compute', 'POST', '/flavors', { flavor });
  stage.later(() => caller.ask('compute', 'DELETE', `/flavors/${FLAVOR}`));
  const specs = { extra_specs: { [`trait:${TRAIT}`]: 'required' } };
  await caller.ask('compute', 'POST', `/flavors/${FLAVOR}/os-extra_specs`, specs);
}

async function makeGroup(stage: Stage): Promise<string> {
  const { caller } = stage;
  const made = await caller.ask('compute', 'POST', '/os-server-groups', {
    server_group: { name: 'together', policy: 'affinity' },
  });
  const { id } = z.object({ server_group: z.object({ id: z.string() }) }).parse(made).server_group;
  stage.later(() => caller.ask('compute', 'DELETE', `/os-server-groups/${id}`));
  return id;
}

const Providers = z.object({ resource_providers: z.array(z.object({ uuid: z.string() })) });
const Traits = z.object({ traits: z.array(z.string()), resource_provider_generation: z.number() });

async function setTrait({ caller }: Stage, host: HostName, wanted: boolean): Promise<void> {
  const said = await caller.ask('placement', 'GET', `/resource_providers?name=${host}`);
  const path = `/resource_providers/${Providers.parse(said).resource_providers[0]?.uuid ?? ''}/traits`;
  const { traits, ...generation } = Traits.parse(await caller.ask('placement', 'GET', path));
  const others = traits.filter((name) => name !== TRAIT);
  await caller.ask('placement', 'PUT', path, {
    ...generation,
    traits: wanted ? [...others, TRAIT] : others,
  });
}
