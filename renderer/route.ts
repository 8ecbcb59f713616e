import { useSyncExternalStore } from 'react';

/** Where the page is. It stands in the address' hash, so that back, forward and a reload work in every shell. */
export type Route =
  | { readonly page: 'instances' }
  /** Several instances may be planned to one destination. */
  | { readonly page: 'plan'; readonly servers: readonly string[] }
  | { readonly page: 'migrations' }
  | { readonly page: 'migration'; readonly id: string }
  | { readonly page: 'report'; readonly id: string }
  | { readonly page: 'recovery' }
  /** What is wrong with one instance, by its id. */
  | { readonly page: 'case'; readonly id: string }
  | { readonly page: 'clouds' }
  | { readonly page: 'settings' };

/** Reads a hash such as `#/migrations/ID/report`; anything unknown is the list of instances. */
export function readRoute(hash: string): Route {
  const [page, first, second] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .map((part) => decode(part));
  switch (page) {
    case 'plan': {
      const servers = first?.split(',').filter((id) => id !== '') ?? [];
      return servers.length > 0 ? { page, servers } : { page: 'instances' };
    }
    case 'migrations':
      if (first === undefined || first === '') return { page };
      return second === 'report' ? { page: 'report', id: first } : { page: 'migration', id: first };
    case 'recovery':
      return first === undefined || first === '' ? { page } : { page: 'case', id: first };
    case 'clouds':
    case 'settings':
      return { page };
    case undefined:
    default:
      return { page: 'instances' };
  }
}

/** The hash of a route, for links: `<a href={hrefOf(...)}>`. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'plan':
      return `#/plan/${route.servers.map(encodeURIComponent).join(',')}`;
    case 'migration':
      return `#/migrations/${encodeURIComponent(route.id)}`;
    case 'report':
      return `#/migrations/${encodeURIComponent(route.id)}/report`;
    case 'case':
      return `#/recovery/${encodeURIComponent(route.id)}`;
    case 'instances':
    case 'migrations':
    case 'recovery':
    case 'clouds':
    case 'settings':
      return `#/${route.page}`;
  }
}

export function go(route: Route): void {
  window.location.hash = hrefOf(route);
}

export function useRoute(): Route {
  return readRoute(useSyncExternalStore(listen, () => window.location.hash));
}

function listen(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => {
    window.removeEventListener('hashchange', changed);
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone percent sign, typed by hand: it stands for itself.
    return part;
  }
}
