import { INSTANCES_PATH, type LabHost } from '../../lab/types.ts';

/** Beside the instances, on the same file system: what the bench keeps there from one run to the next. */
export const STORE = '/var/lib/nova/bench';

/** Runs a program in a lab host and answers with its output. @throws Error with its last words. */
export async function must(host: LabHost, argv: readonly string[], user = 'root'): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv, { user });
  if (code !== 0) throw new Error(`${argv.join(' ')} on ${host.name} ended with ${code}: ${stderr.trim()}`);
  return stdout;
}

/** A small script with arguments, as root. */
export function script(host: LabHost, text: string, ...words: readonly string[]): Promise<string> {
  return must(host, ['sh', '-ec', text, 'bench', ...words]);
}

/**
 * Writes these files out and drops them from the page cache (coreutils manual, dd, `nocache`): only what is ours, for the
 * whole machine's cache is not.
 */
export async function forgetCached(host: LabHost, paths: readonly string[]): Promise<void> {
  await script(
    host,
    'for path; do dd of="$path" oflag=nocache conv=nocreat,notrunc,fdatasync count=0 status=none; done',
    ...paths,
  );
}

/** Removes every instance and everything that a migration leaves; the bases too, if asked for. */
export async function clearInstances(host: LabHost, bases: boolean): Promise<void> {
  await script(
    host,
    `cd "$1"
find . -mindepth 1 -maxdepth 1 ! -name _base -exec rm -rf -- {} +
if [ "$2" = yes ]; then find _base -mindepth 1 -delete; fi`,
    INSTANCES_PATH,
    bases ? 'yes' : 'no',
  );
}
