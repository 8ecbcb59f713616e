import { openLog } from '../services/system/log.ts';
import type { Report } from './trouble.ts';

export interface ShellLog {
  readonly report: Report;
  /** Somebody asked for what nobody may have. */
  readonly refused: (what: string) => void;
}

/** What the shell itself has to tell, in a file beside the engine's log. */
export function openShellLog(path: string): ShellLog {
  const write = writer(path);
  return {
    report(what, problem) {
      write('error', problem === undefined ? what : `${what}: ${explained(problem)}`);
    },
    refused(what) {
      write('warn', `refused: ${what}`);
    },
  };
}

function writer(path: string): (level: 'warn' | 'error', message: string) => void {
  const aloud = (message: string): void => {
    process.stderr.write(`coldhaul: ${message}\n`);
  };
  try {
    const { log } = openLog({
      path,
      maxBytes: 1024 ** 2,
      keep: 2,
      onBroken: ({ message }) => {
        aloud(message);
      },
    });
    return (level, message) => {
      log({ level, message });
    };
  } catch {
    // The desk will find out too, and say what to do; until then there is the terminal.
    return (_level, message) => {
      aloud(message);
    };
  }
}

/** A log is for whoever mends the defect: here the stack belongs. */
function explained(problem: unknown): string {
  return problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
}
