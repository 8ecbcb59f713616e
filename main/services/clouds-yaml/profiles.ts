import type { CloudProfile, CloudProfileSummary, Principal } from '../../domain/cloud-profile.ts';
import { Failure } from '../../domain/failure.ts';
import { cloudOfEnvironment, nameOfEnvironment } from './environment.ts';
import type { Environment } from './places.ts';
import { placesOf } from './places.ts';
import { toProfile } from './to-profile.ts';
import type { RawCloud, RawValue, YamlFile } from './yaml-file.ts';
import { readYamlFile } from './yaml-file.ts';

const ENVIRONMENT = 'the environment';

/** A cloud that was found, with all its files merged; not yet checked. */
interface Found {
  readonly name: string;
  readonly source: string;
  readonly where: string;
  readonly raw: RawCloud;
}

/**
 * Lists the clouds that the user has, as openstacksdk finds them: `clouds.yaml` with `secure.yaml` and
 * `clouds-public.yaml`, and the `OS_*` variables. A cloud that is malformed is a problem, and the others are
 * listed nevertheless. No secret is in the result.
 */
export async function findProfiles(
  env: Environment,
  cwd: string,
  home: string,
): Promise<{
  readonly profiles: readonly CloudProfileSummary[];
  readonly problems: readonly Failure[];
  /** Every place that was looked at, whether or not it is there. */
  readonly searched: readonly string[];
}> {
  const { found, problems } = await findClouds(env, cwd, home);
  const profiles: CloudProfileSummary[] = [];
  const all = [...problems];
  for (const cloud of found) {
    try {
      profiles.push(summaryOf(toProfile(cloud.raw, { ...cloud, cwd, home })));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      all.push(error);
    }
  }
  return { profiles, problems: all, searched: ['the OS_* variables', ...placesOf('clouds', env, cwd, home)] };
}

/**
 * Loads one cloud by name. Without a name it is that of `OS_CLOUD`, else the one of the `OS_*` variables, else
 * the only one there is.
 *
 * @throws Failure `profile.not-found` with the names that are there and the places looked at, `profile.malformed`
 */
export async function loadProfile(
  name: string | undefined,
  env: Environment,
  cwd: string,
  home: string,
): Promise<CloudProfile> {
  const { found, problems } = await findClouds(env, cwd, home);
  const wanted = name ?? nonEmpty(env['OS_CLOUD']);
  const cloud =
    wanted === undefined
      ? (found.find((candidate) => candidate.source === ENVIRONMENT) ??
        (found.length === 1 ? found[0] : undefined))
      : found.find((candidate) => candidate.name === wanted);
  if (cloud !== undefined) return toProfile(cloud.raw, { ...cloud, cwd, home });
  if (problems[0] !== undefined) throw problems[0];
  throw notFound(wanted, found, placesOf('clouds', env, cwd, home));
}

/** What may be shown of a profile. */
export function summaryOf(profile: CloudProfile): CloudProfileSummary {
  const { login } = profile;
  const user =
    login.kind === 'password'
      ? labelOf(login.user)
      : login.kind === 'application-credential' && 'user' in login.credential
        ? labelOf(login.credential.user)
        : undefined;
  const scope = login.kind === 'application-credential' ? undefined : login.scope;
  return {
    name: profile.name,
    source: profile.source,
    authUrl: profile.authUrl,
    login: login.kind,
    user,
    project: scope?.kind === 'project' ? labelOf(scope.project) : undefined,
    region: profile.region,
  };
}

function labelOf(principal: Principal): string {
  return 'id' in principal ? principal.id : principal.name;
}

async function findClouds(
  env: Environment,
  cwd: string,
  home: string,
): Promise<{ readonly found: readonly Found[]; readonly problems: readonly Failure[] }> {
  const problems: Failure[] = [];
  const first = async (name: 'clouds' | 'secure' | 'clouds-public'): Promise<YamlFile | undefined> => {
    try {
      return await readFirst(
        placesOf(name, env, cwd, home),
        name === 'clouds-public' ? 'public-clouds' : 'clouds',
      );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const [clouds, secure, vendors] = await Promise.all([
    first('clouds'),
    first('secure'),
    first('clouds-public'),
  ]);
  const names = new Set([...Object.keys(clouds?.clouds ?? {}), ...Object.keys(secure?.clouds ?? {})]);
  const found = [...names].map((name): Found => {
    const own = merge(clouds?.clouds[name] ?? {}, secure?.clouds[name] ?? {});
    const file = clouds?.clouds[name] === undefined ? secure : clouds;
    const profile = own['profile'] ?? own['cloud'];
    const vendor = typeof profile === 'string' ? vendors?.clouds[profile] : undefined;
    return {
      name,
      source: file?.path ?? '',
      where: file?.locate([name]) ?? '',
      raw: merge(vendor ?? {}, own),
    };
  });

  const raw = cloudOfEnvironment(env);
  const ownName = nameOfEnvironment(env);
  if (raw === undefined) return { found: found.map((cloud) => inRegion(cloud, env)), problems };
  if (names.has(ownName)) {
    problems.push(
      new Failure(
        'profile.malformed',
        `${clouds?.path ?? ''} and the OS_* variables both have a cloud "${ownName}".`,
        {
          hint: 'Rename the one in the file, or set OS_CLOUD_NAME. The file counts meanwhile.',
        },
      ),
    );
    return { found, problems };
  }
  return { found: [...found, { name: ownName, source: ENVIRONMENT, where: ENVIRONMENT, raw }], problems };
}

/** `OS_REGION_NAME` beside `OS_CLOUD`, with no other variable, chooses the region of that cloud. */
function inRegion(cloud: Found, env: Environment): Found {
  const region = nonEmpty(env['OS_REGION_NAME']);
  if (region === undefined || cloud.name !== env['OS_CLOUD']) return cloud;
  return { ...cloud, raw: { ...cloud.raw, regions: null, region_name: region } };
}

async function readFirst(
  places: readonly string[],
  section: 'clouds' | 'public-clouds',
): Promise<YamlFile | undefined> {
  for (const place of places) {
    const file = await readYamlFile(place, section);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Maps are merged, everything else is replaced. */
function merge(under: RawCloud, over: RawCloud): RawCloud {
  const merged: Record<string, RawValue> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? merge(before, value) : value;
  }
  return merged;
}

function isMap(value: RawValue | undefined): value is RawCloud {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function notFound(wanted: string | undefined, found: readonly Found[], places: readonly string[]): Failure {
  const names = found.map((cloud) => `"${cloud.name}"`).join(', ');
  const looked = `Looked at the OS_* variables and ${places.join(', ')}.`;
  if (found.length > 0) {
    const message =
      wanted === undefined
        ? 'There are several clouds, and none is chosen.'
        : `There is no cloud "${wanted}".`;
    return new Failure('profile.not-found', `${message} There is: ${names}. ${looked}`, {
      hint: 'Choose one of these, or set OS_CLOUD.',
    });
  }
  const what = wanted === undefined ? 'no cloud' : `no cloud "${wanted}", nor any other`;
  return new Failure('profile.not-found', `There is ${what}. ${looked}`, {
    hint: 'Download clouds.yaml from the dashboard (API Access) to ~/.config/openstack/clouds.yaml.',
  });
}
