import { authTypeOf, regionOf, settingsOf } from './to-profile.ts';
import type { RawCloud } from './yaml-file.ts';

/** Where the secret of a login stands, by its kind. */
const SECRET_NAMES = {
  password: 'password',
  v3applicationcredential: 'application_credential_secret',
  token: 'token',
} as const;

/** A cloud's settings on one level, and apart from them its secret. */
export interface SplitCloud {
  /** Complete but for the secret, and holding no other one. */
  readonly settings: Readonly<Record<string, string>>;
  /** `undefined` if the file does not hold it. */
  readonly secret: string | undefined;
}

/** All that a profile is made of. What is not named here is not kept: it could be a secret too. */
const KEPT =
  /^(auth_url|user_(id|name)|username|(project|tenant|domain|(user|project|default)_domain)_(id|name)|default_domain|system_scope|application_credential_(id|name)|interface|endpoint_type|verify|insecure|cacert|cert|key|\w+_endpoint(_override)?)$/;

/** Takes the secret out of what a file says of a cloud, so that each can be kept where it belongs. */
export function splitSecret(raw: RawCloud): SplitCloud {
  const given = settingsOf(raw);
  const type = loginType(
    given.get('application_credential_id') ?? given.get('application_credential_name'),
    given,
  );
  const region = regionOf(raw) ?? given.get('region_name');
  const kept = [...given].filter(([name]) => KEPT.test(name));
  const secretName = secretNameOf(type);
  return {
    settings: {
      ...Object.fromEntries(kept),
      auth_type: type,
      ...(region !== undefined && { region_name: region }),
    },
    secret: given.get(secretName) ?? (secretName === 'token' ? given.get('auth_token') : undefined),
  };
}

/** The settings as they were before, with this secret. */
export function withSecret(settings: RawCloud, secret: string): RawCloud {
  const type = settings['auth_type'];
  return { ...settings, [secretNameOf(typeof type === 'string' ? type : 'password')]: secret };
}

/** One of the kinds whose secret we know, or the type as it was given, for the message that it is not known. */
function loginType(credential: string | undefined, given: ReadonlyMap<string, string>): string {
  const type = authTypeOf(given)
    .toLowerCase()
    .replace(/^v3(?=password$|token$)/, '');
  // Without its secret an application credential looks like a login by password.
  const isGuessed = !given.has('auth_type') && !given.has('auth_plugin');
  return isGuessed && type === 'password' && credential !== undefined ? 'v3applicationcredential' : type;
}

function secretNameOf(type: string): (typeof SECRET_NAMES)[keyof typeof SECRET_NAMES] {
  return Object.hasOwn(SECRET_NAMES, type) ? SECRET_NAMES[type as keyof typeof SECRET_NAMES] : 'password';
}
