import type { CloudProfile } from '../../domain/cloud-profile.ts';
import { Failure } from '../../domain/failure.ts';
import { cloudOfEnvironment } from './environment.ts';
import { nameOfOpenrc, readOpenrc } from './openrc.ts';
import { splitSecret, withSecret, type SplitCloud } from './split-secret.ts';
import { toProfile } from './to-profile.ts';
import { parseYaml, type RawCloud } from './yaml-file.ts';

/** A cloud from a text, checked. */
export interface ReadCloud extends SplitCloud {
  readonly name: string;
}

const LONGEST_NAME = 255;

/**
 * Reads the text of an openrc file or of a clouds.yaml; nothing of it is run.
 *
 * @param fileName - Name or path, for messages and for the name of an openrc's cloud.
 * @throws Failure `profile.malformed` with line and column. No value of the text is in it.
 */
export function readCloudText(fileName: string, text: string, home: string): readonly ReadCloud[] {
  const clouds = looksLikeYaml(fileName, text) ? readYaml(fileName, text) : readShell(fileName, text, home);
  if (clouds.length === 0) throw malformed(`${fileName} describes no cloud`);
  return clouds.map(({ name, raw, where }) => {
    if (name.trim() === '' || name.length > LONGEST_NAME)
      throw malformed(
        `${where} has a cloud whose name is empty or longer than ${String(LONGEST_NAME)} characters`,
      );
    const split = splitSecret(raw);
    check(profileOf({ name, ...split }, fileName, home, 'not known yet', where), split, where);
    return { name, ...split };
  });
}

/** A profile of stored settings and a secret. @throws Failure `profile.malformed` */
export function profileOf(
  { name, settings }: Pick<ReadCloud, 'name' | 'settings'>,
  source: string,
  home: string,
  secret: string,
  where = source,
): CloudProfile {
  return toProfile(withSecret(settings, secret), { name, source, where, cwd: home, home });
}

interface Found {
  readonly name: string;
  readonly raw: RawCloud;
  readonly where: string;
}

function looksLikeYaml(fileName: string, text: string): boolean {
  return /\.(ya?ml|json)$/i.test(fileName) || /^\s*["']?clouds["']?\s*:/m.test(text);
}

function readYaml(fileName: string, text: string): readonly Found[] {
  const file = parseYaml(fileName, text, 'clouds');
  return Object.entries(file.clouds).map(([name, raw]) => ({ name, raw, where: file.locate([name]) }));
}

function readShell(fileName: string, text: string, home: string): readonly Found[] {
  const { variables } = readOpenrc(fileName, text, home);
  const raw = cloudOfEnvironment(variables);
  return raw === undefined ? [] : [{ name: nameOfOpenrc(fileName), raw, where: fileName }];
}

/** What would not hold once the text lies somewhere else. */
function check(profile: CloudProfile, { settings }: SplitCloud, where: string): void {
  const loose = ['cacert', 'cert', 'key'].find((name) => {
    const path = settings[name];
    return path !== undefined && !/^(\/|~\/|[A-Za-z]:[\\/])/.test(path);
  });
  if (loose !== undefined) {
    throw malformed(
      `"${loose}" of cloud "${profile.name}" is a path relative to its file (${where}), and that file is not kept`,
      'Write the whole path, beginning with /, and import it again.',
    );
  }
  if (new URL(profile.authUrl).password !== '')
    throw malformed(`"auth_url" of cloud "${profile.name}" has a password in it (${where})`);
}

function malformed(message: string, hint?: string): Failure {
  return new Failure('profile.malformed', `${message}.`, {
    hint:
      hint ?? 'Import the openrc file that you would source, or a clouds.yaml, as the dashboard offers them.',
  });
}
