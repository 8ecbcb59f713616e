import { hexId, secret } from '../identifiers.ts';
import type { ApplicationCredential, CloudState, Project, Token, User } from '../model.ts';
import { tokenTime } from '../times.ts';
import { catalog, type Endpoints } from './catalog.ts';
import {
  asRecord,
  asText,
  findRoute,
  Refusal,
  type ApiAnswer,
  type ApiRequest,
  type Route,
} from './exchange.ts';

const DOMAIN = { id: 'default', name: 'Default' } as const;

/** Keystone v3 as far as a client of ours goes: tokens, catalog, discovery, application credentials. */
export function createKeystone(state: CloudState, endpoints: () => Endpoints) {
  const routes: readonly Route<ApiRequest>[] = [
    ['GET', '', ({ origin }) => versions(origin)],
    ['GET', '/v3', ({ origin }) => ({ status: 200, body: { version: version(origin) } })],
    ['POST', '/v3/auth/tokens', (request) => issue(state, request, endpoints())],
    ['GET', '/v3/auth/tokens', (request) => validate(state, request, endpoints())],
    ['GET', '/v3/projects', (request) => listProjects(state, request)],
    ['GET', '/v3/auth/catalog', (request) => showCatalog(state, request, endpoints())],
    ['POST', '/v3/users/:/application_credentials', (request) => createCredential(state, request)],
  ];
  return function answer(request: ApiRequest): Promise<ApiAnswer> {
    return Promise.resolve(
      dress(request, () => {
        const route = findRoute(routes, request.method, request.path);
        if (route === undefined)
          return errorAnswer(404, 'Not Found', 'Could not find the requested resource.');
        return route.handler(request, route.parameters) as ApiAnswer;
      }),
    );
  };
}

function dress(request: ApiRequest, handle: () => ApiAnswer): ApiAnswer {
  let answer: ApiAnswer;
  try {
    answer = handle();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = error.answer;
  }
  return {
    ...answer,
    headers: {
      'Content-Type': 'application/json',
      ...(answer.status === 401 && { 'WWW-Authenticate': `Keystone uri="${request.origin}/v3"` }),
      ...answer.headers,
      Vary: 'X-Auth-Token',
      'x-openstack-request-id': request.requestId,
    },
  };
}

function errorAnswer(code: number, title: string, message: string): ApiAnswer {
  return { status: code, body: { error: { code, message, title } } };
}

function unauthorized(): Refusal {
  const message = 'The request you have made requires authentication.';
  return new Refusal(errorAnswer(401, 'Unauthorized', message));
}

function version(origin: string) {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${origin}/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}

function versions(origin: string): ApiAnswer {
  return {
    status: 300,
    headers: { Location: `${origin}/v3/` },
    body: { versions: { values: [version(origin)] } },
  };
}

/** The token of a request, if it is known and alive. */
export function tokenOf(
  state: CloudState,
  headers: ApiRequest['headers'],
  name = 'x-auth-token',
): Token | undefined {
  const token = state.tokens.get(headers[name] ?? '');
  return token !== undefined && token.expiresAtMs > state.now() ? token : undefined;
}

function issue(state: CloudState, request: ApiRequest, endpoints: Endpoints): ApiAnswer {
  const auth = asRecord(asRecord(request.body)['auth']);
  const identity = asRecord(auth['identity']);
  const method = Array.isArray(identity['methods']) ? asText(identity['methods'][0]) : undefined;
  const { user, bound, credential } = identify(state, method, identity);
  const project = bound ?? scopeOf(state, user, asRecord(asRecord(auth['scope'])['project']), auth['scope']);
  const issuedAtMs = state.now();
  const token: Token = {
    id: `gAAAAAB${secret()}${secret()}`,
    user,
    project,
    methods: [method ?? 'password'],
    auditId: secret().slice(0, 22),
    issuedAtMs,
    expiresAtMs: issuedAtMs + state.tokenLifeMs,
    applicationCredential: credential,
  };
  state.tokens.set(token.id, token);
  return {
    status: 201,
    headers: { 'X-Subject-Token': token.id },
    body: { token: describe(token, endpoints) },
  };
}

function identify(
  state: CloudState,
  method: string | undefined,
  identity: Readonly<Record<string, unknown>>,
): {
  readonly user: User;
  readonly bound?: Project | undefined;
  readonly credential: ApplicationCredential | undefined;
} {
  const given = asRecord(identity[method ?? '']);
  if (method === 'password') {
    const wanted = asRecord(given['user']);
    const user = state.users.find(({ id, name }) => id === wanted['id'] || name === wanted['name']);
    if (user === undefined || user.password !== wanted['password']) throw unauthorized();
    return { user, credential: undefined };
  }
  if (method === 'token') {
    const token = tokenOf(state, { 'x-auth-token': asText(given['id']) });
    if (token === undefined) throw unauthorized();
    return { user: token.user, credential: undefined };
  }
  const credential = state.applicationCredentials.find(
    ({ id, name }) => id === given['id'] || name === given['name'],
  );
  const user = state.users.find(({ id }) => id === credential?.userId);
  if (credential === undefined || user === undefined || credential.secret !== given['secret']) {
    throw unauthorized();
  }
  return { user, bound: state.projects.find(({ id }) => id === credential.projectId), credential };
}

function scopeOf(
  state: CloudState,
  user: User,
  wanted: Readonly<Record<string, unknown>>,
  scope: unknown,
): Project | undefined {
  if (scope === undefined || scope === 'unscoped') return undefined;
  const project = state.projects.find(({ id, name }) => id === wanted['id'] || name === wanted['name']);
  if (project === undefined || user.roles[project.id] === undefined) throw unauthorized();
  return project;
}

const ROLE_IDS: Readonly<Record<string, string>> = {
  member: '39e24e9a6ad74cfca0a12c5d82106621',
  reader: '69dd7be611454c7fb6cd36bb00cd5769',
  admin: 'f6a9e732c4d542ea956acff57d781895',
};

function describe(token: Token, endpoints: Endpoints) {
  const { user, project, applicationCredential } = token;
  return {
    methods: token.methods,
    user: { domain: DOMAIN, id: user.id, name: user.name, password_expires_at: null },
    audit_ids: [token.auditId],
    expires_at: tokenTime(token.expiresAtMs),
    issued_at: tokenTime(token.issuedAtMs),
    ...(project !== undefined && {
      project: { domain: DOMAIN, id: project.id, name: project.name },
      is_domain: false,
      roles: (user.roles[project.id] ?? []).map((name) => ({ id: ROLE_IDS[name] ?? hexId(), name })),
      catalog: catalog(endpoints),
    }),
    ...(applicationCredential !== undefined && {
      application_credential: {
        id: applicationCredential.id,
        name: applicationCredential.name,
        restricted: true,
      },
    }),
  };
}

function validate(state: CloudState, request: ApiRequest, endpoints: Endpoints): ApiAnswer {
  if (tokenOf(state, request.headers) === undefined) throw unauthorized();
  const subject = tokenOf(state, request.headers, 'x-subject-token');
  if (subject === undefined) return errorAnswer(404, 'Not Found', 'Could not find token.');
  return {
    status: 200,
    headers: { 'X-Subject-Token': subject.id },
    body: { token: describe(subject, endpoints) },
  };
}

/** Keystone's policy `identity:list_projects`: its own admins and readers of the system; the lab has admins. */
function listProjects(state: CloudState, request: ApiRequest): ApiAnswer {
  const token = tokenOf(state, request.headers);
  if (token === undefined) throw unauthorized();
  if (
    !Object.values(token.user.roles)
      .flat()
      .some((role) => state.adminRoles.has(role))
  )
    return errorAnswer(
      403,
      'Forbidden',
      'You are not authorized to perform the requested action: identity:list_projects.',
    );
  const projects = state.projects.map(({ id, name }) => ({ id, name, domain_id: DOMAIN.id, enabled: true }));
  return { status: 200, body: { projects, links: { next: null, self: `${request.origin}/v3/projects` } } };
}

function showCatalog(state: CloudState, request: ApiRequest, endpoints: Endpoints): ApiAnswer {
  if (tokenOf(state, request.headers) === undefined) throw unauthorized();
  const links = { self: `${request.origin}/v3/auth/catalog` };
  return { status: 200, body: { catalog: catalog(endpoints), links } };
}

function createCredential(state: CloudState, request: ApiRequest): ApiAnswer {
  const token = tokenOf(state, request.headers);
  if (token?.project === undefined) throw unauthorized();
  const name = asText(asRecord(asRecord(request.body)['application_credential'])['name']) ?? 'unnamed';
  const credential = {
    id: hexId(),
    name,
    secret: secret(),
    userId: token.user.id,
    projectId: token.project.id,
  };
  state.applicationCredentials.push(credential);
  const roles = (token.user.roles[token.project.id] ?? []).map((role) => ({
    id: ROLE_IDS[role] ?? hexId(),
    name: role,
    domain_id: null,
    description: null,
    options: { immutable: true },
  }));
  const described = {
    id: credential.id,
    name,
    description: null,
    user_id: credential.userId,
    project_id: credential.projectId,
    system: null,
    expires_at: null,
    unrestricted: null,
    roles,
    secret: credential.secret,
    links: { self: `${request.origin}/v3/application_credentials/${credential.id}` },
  };
  return { status: 201, body: { application_credential: described } };
}
