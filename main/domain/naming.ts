/** Names that Nova and we give to files on a compute host, and names as the admin may see them. */

/** Directory of an instance (Nova nova/virt/libvirt/utils.py:522-536). */
export function instanceDirectory(instancesPath: string, serverId: string): string {
  return `${instancesPath}/${serverId}`;
}

/** Where Nova keeps the source copy between migrate and confirm. */
export function resizeDirectory(instancesPath: string, serverId: string): string {
  return `${instancesPath}/${serverId}_resize`;
}

/** Ours: staged copies and what was set aside, on the same file system as the instances. */
export function stageDirectory(instancesPath: string, serverId: string): string {
  return `${instancesPath}/_coldhaul/${serverId}`;
}

/** Nova's image cache. */
export function baseDirectory(instancesPath: string): string {
  return `${instancesPath}/_base`;
}

/** Last part of an absolute path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Name under which a base travels, before it gets its final one. */
export function stagedBaseName(basePath: string): string {
  return `base.${fileName(basePath)}`;
}

/** Second name of a base of the source, in the stage there. */
export function pinnedName(basePath: string): string {
  return `pinned.${fileName(basePath)}`;
}

/** The frozen layer of a disk, in the stage, under the same path on both hosts (docs/adr/0013-route-thin.md). */
export function layerName(disk: string): string {
  return `layer.${disk}`;
}

/**
 * A layer that was made into one file without a base, in the stage of the source: what travels as that layer. What begins like this is
 * only ever a help on the way, and removed when the stage is given back.
 */
export function flatLayerName(disk: string): string {
  return `.coldhaul-flat.${disk}`;
}

/**
 * The second name, in the stage, of an overlay that a disk was given while its guest ran. QEMU knows it by that until the guest is
 * started anew; it is the same file as the disk until that is off, and then a layer of its own, under the same path on both
 * hosts (docs/adr/0013-route-thin.md).
 */
export function liveName(disk: string): string {
  return `live.${disk}`;
}

const CONTROL = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A name from the cloud or a host as it may be printed: control and direction characters are shown as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Cuts in the middle, so that both ends of a long name can be told apart. Lengths in characters. */
export function cutMiddle(text: string, length: number): string {
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (length - 1 - head)).join('')}`;
}

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A command line to read and copy. For running one, services/ssh quotes by itself. */
export function showCommand(argv: readonly string[]): string {
  return argv
    .map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** The same on another host: what ssh is given is read by a second shell there, so it is quoted once more. */
export function showRemoteCommand(
  login: string,
  argv: readonly string[],
  options: readonly string[] = [],
): string {
  return showCommand(['ssh', ...options, login, showCommand(argv)]);
}

/**
 * The beginning of a sentence, in capitals as it should be: messages begin with a small letter, for the command line
 * puts a name before them. A first word that is a file's, a host's or an option's name stays as it is written.
 */
export function sentence(message: string): string {
  return /^\p{Ll}+(?=[\s,;:]|$)/u.test(message)
    ? message.charAt(0).toUpperCase() + message.slice(1)
    : message;
}
