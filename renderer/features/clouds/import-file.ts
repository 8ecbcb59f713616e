export type ImportKind = 'openrc' | 'clouds.yaml';

/** The engine's own bound. */
export const MOST_CHARACTERS = 1_000_000;

/** An openrc sets variables, line by line; everything else is taken for YAML or JSON. */
export function kindOf(text: string): ImportKind {
  return /^\s*(export\s+)?OS_\w+=/m.test(text) ? 'openrc' : 'clouds.yaml';
}

/** The password is asked for when the file is sourced, or is in it nowhere. */
export function asksForPassword(text: string): boolean {
  if (kindOf(text) !== 'openrc') return false;
  if (/^\s*read\s/m.test(text)) return true;
  return !/\bOS_(PASSWORD|APPLICATION_CREDENTIAL_SECRET|TOKEN)=/.test(text);
}

/** Pasted text has no file; this name says what it is, and names the cloud of an openrc. */
export function fileNameFor(text: string, name: string): string {
  const chosen = name.trim();
  if (kindOf(text) === 'clouds.yaml') return chosen === '' ? 'clouds.yaml' : chosen;
  return chosen === '' ? 'openrc.sh' : /openrc|\.sh$/.test(chosen) ? chosen : `${chosen}-openrc.sh`;
}

/** The name that the engine gives to an openrc file's cloud: that of the file, without what says openrc. */
export function cloudNameOf(fileName: string): string {
  return fileName.replace(/[-.]?openrc(\.sh)?$|\.sh$/, '');
}

/** @returns why it cannot be read, in words for the admin; `undefined` if it can be tried. */
export function refusalOf(text: string): string | undefined {
  if (text.trim() === '') return 'The file is empty.';
  if (text.length > MOST_CHARACTERS)
    return 'The file is larger than a million characters; it is no clouds.yaml or openrc.';
  if (text.includes('\u0000')) return 'The file is not text.';
  return undefined;
}
