type Manager = 'apt' | 'dnf' | 'pacman';

export const PROGRAMS: Readonly<Record<string, Readonly<Record<Manager, string | readonly string[]>>>>;
export const BROWSERS: readonly string[];
export const TEST_PROGRAMS: readonly string[];
export const LAB_PROGRAMS: readonly string[];
export const USER_LAB_PROGRAMS: readonly string[];
export function missingPrograms(programs: readonly string[], path?: string): readonly string[];
export function packagesFor(programs: readonly string[], manager: Manager): readonly string[];
export function packageManager(osRelease?: string): Manager | undefined;
