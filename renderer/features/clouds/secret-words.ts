import type { ProfileView } from '@contract/desk-views.ts';

/** What the secret of a login is called. */
export const SECRET_WORDS: Readonly<Record<ProfileView['login'], string>> = {
  password: 'Password',
  'application-credential': 'Secret of the application credential',
  token: 'Token',
};

export const LOGIN_WORDS: Readonly<Record<ProfileView['login'], string>> = {
  password: 'Password',
  'application-credential': 'Application credential',
  token: 'Token',
};
