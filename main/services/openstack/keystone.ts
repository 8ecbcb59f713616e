import { z } from 'zod';
import type { CloudLogin, CloudProfile, Domain, Principal, Scope } from '../../domain/cloud-profile.ts';
import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../domain/ports.ts';
import { answerFailure } from './answer-failure.ts';
import { Catalog } from './catalog.ts';
import type { Answer, Question } from './http.ts';
import { readBody } from './read-body.ts';

/** A token and what came with it. */
export interface Token {
  /** The secret itself. */
  readonly value: string;
  /** By our clock, so that a wrong clock here or there does not matter. */
  readonly expiresAtMs: number;
  /** How long it lives from the moment we got it. */
  readonly lifeMs: number;
  readonly userName: string;
  readonly projectName: string | undefined;
  readonly roles: readonly string[];
  readonly catalog: Catalog;
}

/** One call to Keystone, tried again as long as nothing came of it. */
export type Ask = (question: Question) => Promise<Answer>;

const Project = z.object({
  id: z.string(),
  name: z.string(),
  domain: z.object({ id: z.string(), name: z.string() }),
});

const Body = z.object({
  token: z.object({
    expires_at: z.iso.datetime({ offset: true }),
    issued_at: z.iso.datetime({ offset: true }),
    user: z.object({ name: z.string() }),
    project: Project.optional(),
    roles: z.array(z.object({ name: z.string() })).default([]),
    catalog: Catalog.default([]),
  }),
});

/**
 * Gets a token from Keystone v3.
 *
 * @throws Failure `cloud.credentials`, `cloud.unreachable`, `cloud.bad-answer` and others of `cloud.*`
 */
export async function fetchToken(profile: CloudProfile, ask: Ask, clock: Clock): Promise<Token> {
  const { login } = profile;
  if (login.kind === 'token') return await adoptToken(profile, login, ask, clock);
  const { question, answer } = await postToken(profile, requestOf(login), ask);
  return readToken(question, answer, answer.subjectToken, clock.nowMs());
}

/** A token that we were given: looked up, and exchanged only if it is for another scope than the profile's. */
async function adoptToken(
  profile: CloudProfile,
  login: CloudLogin & { kind: 'token' },
  ask: Ask,
  clock: Clock,
): Promise<Token> {
  const question: Question = {
    method: 'GET',
    url: `${versionedUrl(profile.authUrl)}/auth/tokens`,
    headers: { 'x-auth-token': login.token, 'x-subject-token': login.token },
    act: 'check the token',
    service: 'identity',
  };
  const answer = await ask(question);
  // Keystone answers 404 about a token that it does not know and 401 about one that may not ask.
  if (answer.status === 404 || answer.status === 401) throw tokenOver(profile);
  if (answer.status !== 200) throw failure(profile, question, answer);
  const given = readToken(question, answer, login.token, clock.nowMs());
  const { project } = readBody(Body, question, answer).token;
  const { scope } = login;
  if (scope.kind === 'unscoped' || (scope.kind === 'project' && isProject(scope.project, project)))
    return given;
  const exchanged = await postToken(
    profile,
    { identity: { methods: ['token'], token: { id: login.token } }, scope: scopeOf(scope) },
    ask,
  );
  return readToken(exchanged.question, exchanged.answer, exchanged.answer.subjectToken, clock.nowMs());
}

/** The token of a profile that has nothing else has ended. */
export function tokenOver(profile: CloudProfile): Failure {
  return new Failure(
    'cloud.credentials',
    `The token of cloud "${profile.name}" is not valid any more, and the profile has nothing to get a new one with.`,
    {
      hint: `Put a new token into ${profile.source}, or better a user with a password or an application credential.`,
    },
  );
}

async function postToken(
  profile: CloudProfile,
  auth: unknown,
  ask: Ask,
): Promise<{ readonly question: Question; readonly answer: Answer }> {
  const question: Question = {
    method: 'POST',
    url: `${versionedUrl(profile.authUrl)}/auth/tokens`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
    act: `log in to cloud "${profile.name}"`,
    service: 'identity',
  };
  const answer = await ask(question);
  if (answer.status !== 201 && answer.status !== 200) throw failure(profile, question, answer);
  return { question, answer };
}

function failure(profile: CloudProfile, question: Question, answer: Answer): Failure {
  if (answer.status !== 404) {
    return answerFailure(question, answer, { cloud: profile.name, source: profile.source, roles: [] });
  }
  return new Failure('cloud.not-found', `There is no Keystone v3 at ${versionedUrl(profile.authUrl)}.`, {
    hint: `Correct "auth_url" in ${profile.source}.`,
  });
}

function readToken(question: Question, answer: Answer, value: string | undefined, nowMs: number): Token {
  const { token } = readBody(Body, question, answer);
  if (value === undefined || value === '') {
    throw new Failure('cloud.bad-answer', `Could not ${question.act}: the answer has no token in it.`, {
      hint: 'Check that "auth_url" is the address of Keystone itself.',
    });
  }
  // A new token was made just now by the cloud's clock; for one that we were given, the answer's date tells.
  const cloudNowMs = question.method === 'POST' ? Date.parse(token.issued_at) : (answer.dateMs ?? nowMs);
  const lifeMs = Date.parse(token.expires_at) - cloudNowMs;
  return {
    value,
    expiresAtMs: nowMs + lifeMs,
    lifeMs,
    userName: token.user.name,
    projectName: token.project?.name,
    roles: token.roles.map((role) => role.name),
    catalog: token.catalog,
  };
}

/** `auth_url` may end in `/v3`, in `/v2.0`, or in no version at all. */
export function versionedUrl(authUrl: string): string {
  return `${authUrl.replace(/\/+$/, '').replace(/\/v(2\.0|3)$/, '')}/v3`;
}

function isProject(wanted: Principal, project: z.output<typeof Project> | undefined): boolean {
  if (project === undefined) return false;
  if ('id' in wanted) return wanted.id === project.id;
  const { domain } = wanted;
  const inDomain = 'id' in domain ? domain.id === project.domain.id : domain.name === project.domain.name;
  return inDomain && wanted.name === project.name;
}

function requestOf(login: Exclude<CloudLogin, { kind: 'token' }>): unknown {
  if (login.kind === 'password') {
    const user = { ...principalOf(login.user), password: login.password };
    return { identity: { methods: ['password'], password: { user } }, scope: scopeOf(login.scope) };
  }
  const { credential, secret } = login;
  const named =
    'id' in credential ? credential : { name: credential.name, user: principalOf(credential.user) };
  return { identity: { methods: ['application_credential'], application_credential: { ...named, secret } } };
}

function principalOf(principal: Principal): object {
  return 'id' in principal
    ? { id: principal.id }
    : { name: principal.name, domain: domainOf(principal.domain) };
}

function domainOf(domain: Domain): object {
  return 'id' in domain ? { id: domain.id } : { name: domain.name };
}

/** `undefined` vanishes from the JSON: no scope is asked for, and Keystone gives the user's default one. */
function scopeOf(scope: Scope): unknown {
  switch (scope.kind) {
    case 'project':
      return { project: principalOf(scope.project) };
    case 'domain':
      return { domain: domainOf(scope.domain) };
    case 'system':
      return { system: { all: true } };
    case 'unscoped':
      return undefined;
  }
}
