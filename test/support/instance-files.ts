import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';

/** Digests of the files of a directory by name, read on the host itself; empty if the directory is not there. */
export async function digests(host: LabHost, directory: string): Promise<Readonly<Record<string, string>>> {
  const { code, stdout } = await host.exec([
    'sh',
    '-c',
    'cd "$1" && b2sum -l 256 -- disk*',
    'test',
    `${INSTANCES_PATH}/${directory}`,
  ]);
  if (code !== 0) return {};
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
}

/** What a guest would read from a disk, with everything below it. */
export async function guestContent(host: LabHost, path: string): Promise<string> {
  const script =
    't=$(mktemp) && qemu-img convert -U -O raw "$1" "$t" && b2sum -l 256 <"$t"; s=$?; rm -f "$t"; exit $s';
  const { code, stdout, stderr } = await host.exec(['sh', '-c', script, 'test', `${INSTANCES_PATH}/${path}`]);
  if (code !== 0) throw new Error(stderr);
  return stdout.slice(0, 64);
}

/** `owner mode` of a path, as the host names them. */
export async function ownership(host: LabHost, path: string): Promise<string> {
  return (await host.exec(['stat', '-c', '%U %a', `${INSTANCES_PATH}/${path}`])).stdout.trim();
}

/** Runs a program as root on the host. @throws Error with what it said. */
export async function must(host: LabHost, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv);
  if (code !== 0) throw new Error(`${argv.join(' ')} on ${host.name}: ${stderr}`);
  return stdout;
}
