import type { Fact } from '../../domain/facts.ts';
import type { FileState, InstanceOnHost } from '../../domain/host.ts';
import type { Ports } from '../../domain/ports.ts';

/**
 * Files on a host, most of them out of the listing of `_base` that came with the instance; only what lies elsewhere, or in
 * a `_base` of more files than were listed, costs another round trip. `undefined` for a path where nothing is.
 */
export async function statesOf(
  ports: Ports<Fact>,
  { host, close }: InstanceOnHost,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly (FileState | undefined)[]> {
  const directory = close?.root === undefined ? undefined : `${close.root.path}/_base`;
  const isListed = (path: string): boolean =>
    close?.bases !== undefined && path.slice(0, path.lastIndexOf('/')) === directory;
  const others = paths.filter((path) => !isListed(path));
  const asked = await ports.hypervisors.stat(host, others, signal);
  return paths.map((path) =>
    isListed(path) ? close?.bases?.find((base) => base.path === path) : asked[others.indexOf(path)],
  );
}
