import { z } from 'zod';
import type { Question } from './http.ts';

const HIDDEN = '[hidden]';
/** Shorter ones would hide half of every sentence. */
const LEAST_CHARACTERS = 4;
const TOKEN_HEADERS = ['x-auth-token', 'x-subject-token'];

/** What a login sends to Keystone: one of these is the secret. */
const Login = z.object({
  auth: z.object({
    identity: z.object({
      password: z.object({ user: z.object({ password: z.string() }) }).optional(),
      application_credential: z.object({ secret: z.string() }).optional(),
      token: z.object({ id: z.string() }).optional(),
    }),
  }),
});

/** A text of the cloud as it may be told and written down: without the token or the password that the question had. */
export function withoutSecrets(text: string, question: Pick<Question, 'headers' | 'body'>): string {
  return secretsOf(question)
    .filter((secret) => secret.length >= LEAST_CHARACTERS)
    .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

function secretsOf({ headers, body }: Pick<Question, 'headers' | 'body'>): readonly string[] {
  const tokens = TOKEN_HEADERS.flatMap((name) => headers[name] ?? []);
  const login = Login.safeParse(body === undefined ? undefined : JSON.parse(body));
  if (!login.success) return tokens;
  const { password, application_credential: credential, token } = login.data.auth.identity;
  return [...tokens, password?.user.password, credential?.secret, token?.id].filter(
    (secret) => secret !== undefined,
  );
}
