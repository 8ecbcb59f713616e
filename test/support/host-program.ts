import type { LabHost } from '../lab/types.ts';
import { must } from './instance-files.ts';

export type Undo = () => Promise<unknown>;

/** Runs a script as root on the host, with arguments from `$1`. @throws Error with what it said. */
export const sh = (host: LabHost, script: string, ...args: readonly string[]): Promise<string> =>
  must(host, 'sh', '-c', script, 'test', ...args);

/** A program of another make in place of the host's own, which it may call by its path. */
export async function program(host: LabHost, name: string, script: string): Promise<Undo> {
  const path = `/usr/local/bin/${name}`;
  await sh(host, 'printf "%s\\n" "#!/bin/sh" "$2" >"$1" && chmod 755 "$1"', path, script);
  return () => must(host, 'rm', path);
}
