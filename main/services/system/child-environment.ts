export type Environment = Readonly<Record<string, string | undefined>>;

/** `OS_PASSWORD`, `OS_TOKEN`, `OS_APPLICATION_CREDENTIAL_SECRET`, `OS_PASSCODE` and their kin. */
const SECRET = /^OS_.*(?:PASS|SECRET|TOKEN)/i;

/**
 * What a program that we start may know of our environment: all but the secrets of the cloud, which an admin's openrc
 * has put there for us alone. A browser lives for days, and whoever may read its /proc entry would find them.
 */
export function withoutCloudSecrets(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET.test(name)));
}
