import { resolve } from 'node:path';
import { z } from 'zod';
import type { CloudLogin, CloudProfile, Domain, Principal, Scope } from '../../domain/cloud-profile.ts';
import { ENDPOINT_INTERFACES } from '../../domain/cloud-profile.ts';
import { Failure } from '../../domain/failure.ts';
import type { RawCloud, RawValue } from './yaml-file.ts';

/** Settings by name, `_` for `-`, those of `auth` on the same level; an empty one is absent. */
export type Settings = ReadonlyMap<string, string>;

export interface Origin {
  readonly name: string;
  /** File or `the environment`. */
  readonly source: string;
  /** The same with line and column, if known. */
  readonly where: string;
  /** Folder that paths of certificates are relative to. */
  readonly cwd: string;
  /** What `~` stands for. */
  readonly home: string;
}

/**
 * Makes a profile of settings as openstacksdk and its environment variables name them.
 *
 * @throws Failure `profile.malformed` that names the setting, never its value.
 */
export function toProfile(raw: RawCloud, origin: Origin): CloudProfile {
  const settings = settingsOf(raw);
  const region = regionOf(raw) ?? settings.get('region_name');
  const authUrl = settings.get('auth_url')?.replaceAll('{region_name}', region ?? '');
  if (authUrl === undefined) throw lacks(origin, 'auth_url', 'OS_AUTH_URL');
  if (!isAddress(authUrl)) throw malformed(origin, 'auth_url', 'must begin with http:// or https://');
  const path = (name: string): string | undefined => {
    const value = settings.get(name);
    return value === undefined ? undefined : resolve(origin.cwd, value.replace(/^~(?=\/|$)/, origin.home));
  };
  return {
    name: origin.name,
    source: origin.source,
    authUrl,
    login: loginOf(settings, origin),
    region,
    interface: interfaceOf(settings, origin),
    endpointOverrides: overridesOf(settings, origin),
    tls: {
      verify: truth(settings, 'verify', origin) !== false && truth(settings, 'insecure', origin) !== true,
      caFile: path('cacert'),
      certFile: path('cert'),
      keyFile: path('key'),
    },
  };
}

/** They win over those in `auth`; of the others, those in `auth` win (openstack/config/loader.py). */
const OVERRIDING = /^(tenant|project|user_domain|project_domain|domain)_|^(auth_)?token$/;

export function settingsOf(raw: RawCloud): Settings {
  const settings = new Map<string, string>();
  const { auth, ...beside } = raw;
  const given = [...Object.entries(isMap(auth) ? auth : {}), ...Object.entries(beside)];
  for (const [key, value] of given) {
    const name = key.replaceAll('-', '_').replace(/^os_/, '');
    if (typeof value !== 'string' || value === '') continue;
    if (!settings.has(name) || OVERRIDING.test(name)) settings.set(name, value);
  }
  for (const part of ['id', 'name']) {
    const project = settings.get(`tenant_${part}`);
    if (project !== undefined && !settings.has(`project_${part}`)) settings.set(`project_${part}`, project);
  }
  return settings;
}

/** The first of `regions`: a name, or a map with a name. */
export function regionOf(raw: RawCloud): string | undefined {
  const first = Array.isArray(raw['regions']) ? (raw['regions'] as readonly RawValue[])[0] : undefined;
  const name = isMap(first) ? first['name'] : first;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function loginOf(settings: Settings, origin: Origin): CloudLogin {
  const type = authTypeOf(settings);
  switch (type.toLowerCase()) {
    case 'password':
    case 'v3password': {
      const password = settings.get('password');
      if (password === undefined) throw lacks(origin, 'password', 'OS_PASSWORD');
      return { kind: 'password', user: userOf(settings, origin), password, scope: scopeOf(settings) };
    }
    case 'v3applicationcredential': {
      const secret = settings.get('application_credential_secret');
      if (secret === undefined) {
        throw lacks(origin, 'application_credential_secret', 'OS_APPLICATION_CREDENTIAL_SECRET');
      }
      const id = settings.get('application_credential_id');
      if (id !== undefined) return { kind: 'application-credential', credential: { id }, secret };
      const name = settings.get('application_credential_name');
      if (name === undefined)
        throw lacks(origin, 'application_credential_id', 'OS_APPLICATION_CREDENTIAL_ID');
      return { kind: 'application-credential', credential: { name, user: userOf(settings, origin) }, secret };
    }
    case 'token':
    case 'v3token': {
      const token = settings.get('token') ?? settings.get('auth_token');
      if (token === undefined) throw lacks(origin, 'token', 'OS_TOKEN');
      return { kind: 'token', token, scope: scopeOf(settings) };
    }
    default:
      throw malformed(
        origin,
        'auth_type',
        'is a way to log in that this app does not know; it knows password, v3applicationcredential and token',
      );
  }
}

/** As it is given, or by what else is there. */
export function authTypeOf(settings: Settings): string {
  return settings.get('auth_type') ?? settings.get('auth_plugin') ?? guessType(settings);
}

function guessType(settings: Settings): string {
  if (settings.has('application_credential_secret')) return 'v3applicationcredential';
  return settings.has('token') || settings.has('auth_token') ? 'token' : 'password';
}

function userOf(settings: Settings, origin: Origin): Principal {
  const id = settings.get('user_id');
  if (id !== undefined) return { id };
  const name = settings.get('username') ?? settings.get('user_name');
  if (name === undefined) throw lacks(origin, 'username', 'OS_USERNAME');
  return { name, domain: domainOf(settings, 'user') };
}

/** Its own, else the one given for both, else the default one. */
function domainOf(settings: Settings, whose: 'user' | 'project'): Domain {
  const [ownId, ownName] = [settings.get(`${whose}_domain_id`), settings.get(`${whose}_domain_name`)];
  if (ownId !== undefined) return { id: ownId };
  if (ownName !== undefined) return { name: ownName };
  const id = settings.get('domain_id');
  if (id !== undefined) return { id };
  const name = settings.get('domain_name') ?? settings.get('default_domain_name');
  if (name !== undefined) return { name };
  return { id: settings.get('default_domain_id') ?? settings.get('default_domain') ?? 'default' };
}

function scopeOf(settings: Settings): Scope {
  const projectId = settings.get('project_id');
  if (projectId !== undefined) return { kind: 'project', project: { id: projectId } };
  const name = settings.get('project_name');
  if (name !== undefined)
    return { kind: 'project', project: { name, domain: domainOf(settings, 'project') } };
  if (settings.get('system_scope') === 'all') return { kind: 'system' };
  const domainId = settings.get('domain_id');
  if (domainId !== undefined) return { kind: 'domain', domain: { id: domainId } };
  const domainName = settings.get('domain_name');
  if (domainName !== undefined) return { kind: 'domain', domain: { name: domainName } };
  return { kind: 'unscoped' };
}

function interfaceOf(settings: Settings, origin: Origin): CloudProfile['interface'] {
  const text = settings.get('interface') ?? settings.get('endpoint_type') ?? 'public';
  const parsed = z.enum(ENDPOINT_INTERFACES).safeParse(text.toLowerCase().replace(/url$/, ''));
  if (!parsed.success)
    throw malformed(origin, 'interface', `must be one of ${ENDPOINT_INTERFACES.join(', ')}`);
  return parsed.data;
}

function overridesOf(settings: Settings, origin: Origin): Readonly<Record<string, string>> {
  const overrides: Record<string, string> = {};
  for (const [name, url] of settings) {
    const service = /^(\w+?)_endpoint(?:_override)?$/.exec(name)?.[1];
    if (service === undefined) continue;
    if (!isAddress(url)) throw malformed(origin, name, 'must begin with http:// or https://');
    overrides[service] = url;
  }
  return overrides;
}

const YES: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1']);
const NO: ReadonlySet<string> = new Set(['false', 'no', 'off', '0']);

function truth(settings: Settings, name: string, origin: Origin): boolean | undefined {
  const text = settings.get(name)?.toLowerCase();
  if (text === undefined) return undefined;
  if (YES.has(text)) return true;
  if (NO.has(text)) return false;
  throw malformed(origin, name, 'must be true or false');
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function isMap(value: RawValue | undefined): value is Readonly<Record<string, RawValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lacks(origin: Origin, setting: string, variable: string): Failure {
  return new Failure('profile.malformed', `Cloud "${origin.name}" has no "${setting}" (${origin.where}).`, {
    hint: origin.source === 'the environment' ? `Set ${variable}.` : `Add "${setting}" to ${origin.source}.`,
  });
}

function malformed(origin: Origin, setting: string, what: string): Failure {
  return new Failure(
    'profile.malformed',
    `"${setting}" of cloud "${origin.name}" ${what} (${origin.where}).`,
    {
      hint: `Correct it in ${origin.source}.`,
    },
  );
}
