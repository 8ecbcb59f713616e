/** `2026-11-20T11:20:24Z`, as Nova writes a server's times. */
export function zuluSeconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-20T11:20:24.000000`: rows of a database that keeps whole seconds. */
export function rowTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}.000000`;
}

/** `2026-11-20T11:21:39.743540`: a time that never went through the database. */
export function freshTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 23)}000`;
}

/** `2026-11-20T12:20:18.000000Z`, Keystone's way. */
export function tokenTime(atMs: number): string {
  return `${rowTime(atMs)}Z`;
}
