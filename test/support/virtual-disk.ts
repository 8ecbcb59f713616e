import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { must } from './instance-files.ts';

/** Absolute paths of a disk's whole chain, the disk itself first, as qemu-img finds it on the host. */
export async function chainOf(host: LabHost, path: string): Promise<readonly string[]> {
  const said = await must(host, 'qemu-img', 'info', '-U', '--backing-chain', '--output=json', path);
  return (JSON.parse(said) as readonly { readonly filename: string }[]).map(({ filename }) => filename);
}

/** Whether a guest would read the same from both, byte for byte, whatever chains they have. */
export async function sameContent(host: LabHost, one: string, other: string): Promise<boolean> {
  const { code, stderr } = await host.exec(['qemu-img', 'compare', '-q', '-U', one, other]);
  if (code > 1) throw new Error(`qemu-img compare on ${host.name}: ${stderr}`);
  return code === 0;
}

/** Every path below the host's instances directory that carries the id, and every lock and job of ours on the host. */
export async function tracesOf(host: LabHost, serverId: string): Promise<readonly string[]> {
  const script =
    'cd "$1" && find . -path "*$2*" -printf "%P\\n" | sort; find /run/coldhaul -type f ! -name .lock 2>/dev/null | sort; :';
  const said = await must(host, 'sh', '-c', script, 'test', INSTANCES_PATH, serverId);
  return said.split('\n').filter((line) => line !== '');
}

/** Copies and conversions that name the id, `pid command`; no shell that has such a word in its script. */
export async function workersOf(host: LabHost, serverId: string): Promise<readonly string[]> {
  const serving = `qemu-nbd .*/coldhaul-nbd\\..*${serverId}`;
  const pattern = `^([^ ]*/)?((rsync|qemu-img|dd|b2sum|sha256sum) .*${serverId}|${serving})`;
  const { stdout } = await host.exec(['pgrep', '-af', pattern]);
  return stdout.split('\n').filter((line) => line !== '');
}

export async function inodeOf(host: LabHost, path: string): Promise<string> {
  return (await must(host, 'stat', '-c', '%i', '--', path)).trim();
}

/** BLAKE2b of one file's bytes, read on the host. */
export async function contentOf(host: LabHost, path: string): Promise<string> {
  return (await must(host, 'b2sum', '-l', '256', '--', path)).split(' ')[0] ?? '';
}

/** Puts a file of the same size, with other bytes, under a name on the host, as Nova's own would lie there. */
export async function putOther(host: LabHost, path: string, bytes: number): Promise<void> {
  const script =
    'umask 022; mkdir -p "${1%/*}" && head -c 1048576 /dev/urandom >"$1.other" && truncate -s "$2" "$1.other" && ' +
    'chown nova: "${1%/*}" "$1.other" && mv -f -T "$1.other" "$1"';
  await must(host, 'sh', '-c', script, 'test', path, String(bytes));
}
