import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Command lines and environments of all processes of this machine, and so of the lab's hosts, again and again. */
export interface ProcessSampler {
  /** Whatever was seen of each process since the start, once each; those that were there before it are left out. */
  stop(): { readonly commandLines: readonly string[]; readonly environments: readonly Environment[] };
}

export interface Environment {
  readonly program: string;
  readonly text: string;
}

const EVERY_MS = 50;
/** By then one that begins as another program, as after a fork, has become what it is to be. */
const LOOKS_AT_EACH = 4;

export function sampleProcesses(): ProcessSampler {
  const before = new Set(pids());
  const looks = new Map<string, number>();
  const commandLines = new Set<string>();
  const environments = new Map<string, Environment>();
  const look = (): void => {
    for (const pid of pids()) {
      const seen = looks.get(pid) ?? 0;
      if (before.has(pid) || seen >= LOOKS_AT_EACH) continue;
      looks.set(pid, seen + 1);
      const [line, text] = [read(pid, 'cmdline'), read(pid, 'environ')];
      if (line !== '') commandLines.add(line);
      if (text !== '') environments.set(`${line}\n${text}`, { program: line, text });
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return { commandLines: [...commandLines], environments: [...environments.values()] };
    },
  };
}

function pids(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** Empty for one that has ended meanwhile, and for the kernel's own. */
function read(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    readlinkSync(`/proc/${pid}/exe`);
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
