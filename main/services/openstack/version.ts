/** A microversion as Nova and Placement write it: `2.93` is major 2, minor 93, and newer than `2.9`. */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** `undefined` for anything that is not `<number>.<number>`. */
export function parseVersion(text: string): Version | undefined {
  const match = /^(\d{1,4})\.(\d{1,4})$/.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

export function formatVersion(version: Version): string {
  return `${version.major}.${version.minor}`;
}

export function atLeast(version: Version, floor: Version): boolean {
  return version.major > floor.major || (version.major === floor.major && version.minor >= floor.minor);
}

/** The older of the two. */
export function older(a: Version, b: Version): Version {
  return atLeast(a, b) ? b : a;
}
