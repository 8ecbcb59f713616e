import { stringify } from 'yaml';
import type { CloudProfile, CloudProfileSummary } from '../../domain/cloud-profile.ts';
import { Failure } from '../../domain/failure.ts';
import type { Secrets } from '../../domain/ports.ts';
import { writeWhole } from '../system/write-whole.ts';
import type { Environment } from './places.ts';
import { findProfiles, loadProfile, summaryOf } from './profiles.ts';
import { profileOf, readCloudText, type ReadCloud } from './read-text.ts';
import { readYamlFile } from './yaml-file.ts';

export interface StoredProfile extends CloudProfileSummary {
  readonly imported: boolean;
  readonly needsSecret: boolean;
}

/** Ways into clouds: those that openstacksdk would find, and those that the admin brought in here. */
export interface ProfileStore {
  find(): Promise<{
    readonly profiles: readonly StoredProfile[];
    readonly searched: readonly string[];
    readonly problems: readonly Failure[];
  }>;
  /** @throws Failure `profile.not-found`, `profile.malformed`, `cloud.credentials` if its secret is not known */
  load(name: string): Promise<CloudProfile>;
  /**
   * Keeps every cloud of the text, or none of them. @returns their names.
   * @throws Failure `profile.malformed`, `bad-request` if a name is taken
   */
  add(fileName: string, text: string, secret: string | undefined): Promise<readonly string[]>;
  /** @throws Failure `bad-request` for a cloud that was not brought in here */
  setSecret(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface ProfileStoreOptions {
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  /** File that holds what was brought in, without its secrets. */
  readonly path: string;
  readonly secrets: Secrets;
}

export function createProfileStore({ env, cwd, home, path, secrets }: ProfileStoreOptions): ProfileStore {
  type Kept = Readonly<Record<string, ReadCloud['settings']>>;

  const readKept = async (): Promise<Kept> => ((await readYamlFile(path, 'clouds'))?.clouds ?? {}) as Kept;
  const writeKept = async (clouds: Kept): Promise<void> => {
    try {
      await writeWhole(path, `# Written by Coldhaul. Secrets are not kept here.\n${stringify({ clouds })}`);
    } catch (cause) {
      const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
      throw new Failure('profile.malformed', `${path} cannot be written (${code})`, {
        hint: 'Make room or permission there, then try again. Nothing was changed.',
        cause,
      });
    }
  };
  const imported = async (name: string): Promise<Kept> => {
    const kept = await readKept();
    if (Object.hasOwn(kept, name)) return kept;
    throw new Failure('bad-request', `the cloud "${name}" was not imported here`, {
      hint: 'What comes from a file of yours, or from the environment, is changed there.',
    });
  };
  const summaries = async (
    taken: ReadonlySet<string>,
  ): Promise<{ readonly profiles: StoredProfile[]; readonly problems: Failure[] }> => {
    const profiles: StoredProfile[] = [];
    const problems: Failure[] = [];
    for (const [name, settings] of Object.entries(await readKept())) {
      try {
        if (taken.has(name)) throw shadowed(name, path);
        const summary = summaryOf(profileOf({ name, settings }, path, home, 'hidden'));
        const needsSecret = (await secrets.get(name)) === undefined;
        profiles.push({ ...summary, source: 'imported', imported: true, needsSecret });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        problems.push(error);
      }
    }
    return { profiles, problems };
  };

  return {
    async find() {
      const found = await findProfiles(env, cwd, home);
      const names = new Set(found.profiles.map((profile) => profile.name));
      const searched = [...found.searched, path];
      const own = found.profiles.map((profile) => ({ ...profile, imported: false, needsSecret: false }));
      try {
        const { profiles, problems } = await summaries(names);
        return { profiles: [...own, ...profiles], searched, problems: [...found.problems, ...problems] };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { profiles: own, searched, problems: [...found.problems, error] };
      }
    },
    async load(name) {
      const own = await findProfiles(env, cwd, home);
      const kept = await readKept();
      const settings = Object.hasOwn(kept, name) ? kept[name] : undefined;
      if (settings === undefined || own.profiles.some((profile) => profile.name === name))
        return loadProfile(name, env, cwd, home);
      const secret = await secrets.get(name);
      if (secret !== undefined) return profileOf({ name, settings }, path, home, secret);
      throw new Failure('cloud.credentials', `the secret of the cloud "${name}" is not known any more`, {
        hint: 'Give it again under Clouds.',
      });
    },
    async add(fileName, text, secret) {
      const clouds = readCloudText(fileName, text, home);
      const [kept, own] = await Promise.all([readKept(), findProfiles(env, cwd, home)]);
      for (const { name } of clouds) {
        const there = own.profiles.find((profile) => profile.name === name);
        if (there !== undefined || Object.hasOwn(kept, name)) throw taken(name, there?.source);
      }
      const more = clouds.map(({ name, settings }) => [name, settings] as const);
      await writeKept({ ...kept, ...Object.fromEntries(more) });
      for (const cloud of clouds) {
        const given = cloud.secret ?? secret;
        await (given === undefined ? secrets.remove(cloud.name) : secrets.set(cloud.name, given));
      }
      return clouds.map(({ name }) => name);
    },
    async setSecret(name, secret) {
      await imported(name);
      await secrets.set(name, secret);
    },
    async remove(name) {
      const kept = await imported(name);
      await writeKept(Object.fromEntries(Object.entries(kept).filter(([other]) => other !== name)));
      await secrets.remove(name);
    },
  };
}

function taken(name: string, source: string | undefined): Failure {
  return new Failure(
    'bad-request',
    `there is a cloud "${name}" already, ${source === undefined ? 'imported before' : `from ${source}`}`,
    {
      hint:
        source === undefined
          ? 'Remove that one first, or give this one another name: an openrc file is named after its file.'
          : 'Give this one another name: an openrc file is named after its file.',
    },
  );
}

function shadowed(name: string, path: string): Failure {
  return new Failure(
    'profile.malformed',
    `the cloud "${name}" in ${path} has the name of another one, which counts`,
    {
      hint: 'Rename one of them, or remove the imported one.',
    },
  );
}
