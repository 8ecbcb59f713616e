import type { CloudState, LabImage } from '../model.ts';
import { isAdmin } from '../state.ts';
import { zuluSeconds } from '../times.ts';
import {
  findRoute,
  Refusal,
  type ApiAnswer,
  type ApiRequest,
  type KnownRequest,
  type Route,
} from './exchange.ts';
import { tokenOf } from './keystone.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' } as const;
const MINORS = [15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0] as const;

/** Glance v2: discovery, list, show, and the bytes of an image. */
export function createGlance(state: CloudState, keystoneOrigin: () => string) {
  const routes: readonly Route<KnownRequest>[] = [
    ['GET', '/v2/images', (request) => list(state, request)],
    ['GET', '/v2/images/:', (_, [id]) => ({ status: 200, body: imageBody(state, imageOf(state, id)) })],
    [
      'GET',
      '/v2/images/:/file',
      (_, [id]) => {
        const { file } = imageOf(state, id);
        return { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, file };
      },
    ],
    ['DELETE', '/v2/images/:', (_, [id]) => remove(state, id)],
  ];
  return async function answer(request: ApiRequest): Promise<ApiAnswer> {
    if (request.path === '/')
      return { status: 300, headers: JSON_TYPE, body: { versions: versions(request.origin) } };
    const token = tokenOf(state, request.headers);
    if (token?.project === undefined) return unauthorized(keystoneOrigin());
    const context = {
      requestId: request.requestId,
      token,
      isAdmin: isAdmin(state, token),
      projectId: token.project.id,
    };
    let found: ApiAnswer;
    try {
      const route = findRoute(routes, request.method, request.path);
      if (route === undefined) throw notFound('The resource could not be found.');
      found = await route.handler({ ...request, token, context }, route.parameters);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      found = error.answer;
    }
    const headers = { ...JSON_TYPE, ...found.headers, 'x-openstack-request-id': request.requestId };
    return { ...found, headers };
  };
}

function versions(origin: string) {
  return MINORS.map((minor) => ({
    id: `v2.${minor}`,
    status: minor === MINORS[0] ? 'CURRENT' : 'SUPPORTED',
    links: [{ rel: 'self', href: `${origin}/v2/` }],
  }));
}

/** Glance answers in the words of a web server, HTML and all. */
function unauthorized(keystone: string): ApiAnswer {
  const message =
    'This server could not verify that you are authorized to access the document you requested. Either you ' +
    'supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply ' +
    'the credentials required.<br /><br />\n\n\n';
  return {
    status: 401,
    headers: { ...JSON_TYPE, 'WWW-Authenticate': `Keystone uri="${keystone}"` },
    body: { message, code: '401 Unauthorized', title: 'Unauthorized' },
  };
}

function notFound(message: string): Refusal {
  return new Refusal({
    status: 404,
    body: { message: `${message}<br /><br />\n\n\n`, code: '404 Not Found', title: 'Not Found' },
  });
}

function imageOf(state: CloudState, id = ''): LabImage {
  const image = state.images.get(id);
  if (image === undefined || image.deleted) throw notFound(`No image found with ID ${id}`);
  return image;
}

function list(state: CloudState, request: KnownRequest): ApiAnswer {
  const name = request.query.get('name');
  const images = [...state.images.values()].filter(
    (image) => !image.deleted && (name === null || image.name === name),
  );
  return {
    status: 200,
    body: {
      images: images.map((image) => imageBody(state, image)),
      first: '/v2/images',
      schema: '/v2/schemas/images',
    },
  };
}

function remove(state: CloudState, id: string | undefined): ApiAnswer {
  imageOf(state, id).deleted = true;
  return { status: 204 };
}

function imageBody(state: CloudState, image: LabImage) {
  return {
    hw_disk_bus: 'virtio',
    os_type: 'linux',
    ...image.properties,
    name: image.name,
    disk_format: image.diskFormat,
    container_format: 'bare',
    visibility: 'public',
    size: image.sizeBytes,
    virtual_size: image.virtualBytes,
    status: image.status,
    checksum: image.md5,
    protected: false,
    min_ram: 0,
    min_disk: 1,
    owner: state.projects[0]?.id ?? null,
    os_hidden: false,
    os_hash_algo: 'sha512',
    os_hash_value: image.sha512,
    id: image.id,
    created_at: zuluSeconds(image.createdAtMs),
    updated_at: zuluSeconds(image.createdAtMs),
    tags: [],
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
    stores: 'fs',
  };
}
