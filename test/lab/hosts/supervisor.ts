import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LabProblem } from './problem.ts';
import { unshareOptions } from './namespace.ts';

/** The process tree of one host, led by its PID 1. See scripts/supervise.sh for the words that go to and fro. */
export interface Supervisor {
  /** PID 1 of the host, as this machine numbers it. */
  readonly pid: number;
  readonly startSshd: () => Promise<void>;
  readonly stopSshd: () => Promise<void>;
  /** Ends every process of the host and waits until they are gone. */
  readonly stop: () => Promise<void>;
}

interface Waiter {
  readonly matches: RegExp;
  readonly resolve: (found: RegExpExecArray) => void;
  readonly reject: (problem: Error) => void;
}

// A bound against hanging: a host is up in well under a second on a calm machine.
const PATIENCE_MS = 30_000;
const TAIL_LINES = 8;

/**
 * Starts a host's PID 1 and waits until its file system and accounts stand. sshd does not run yet.
 *
 * @param name - for messages.
 * @param init - the command that runs as PID 1.
 * @throws LabProblem with the host's last words.
 */
export async function startSupervisor(
  name: string,
  init: readonly string[],
  logPath: string,
): Promise<Supervisor> {
  const child = spawn('unshare', [...unshareOptions(), '--', ...init], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that Ctrl-C at our terminal reaches us first and we end the hosts in order.
    detached: true,
  });
  const log = createWriteStream(logPath, { flags: 'a' });
  const waiters = new Set<Waiter>();
  const tail: string[] = [];
  let over = false;

  const hear = (line: string): void => {
    log.write(`${line}\n`);
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    for (const waiter of waiters) {
      const found = waiter.matches.exec(line);
      if (found !== null) waiter.resolve(found);
    }
  };
  const problem = (what: string): LabProblem =>
    new LabProblem(`lab host ${name} ${what}: ${tail.join(' | ') || 'it said nothing'}`, `see ${logPath}`);
  const hearAll = (stream: Readable): void => {
    createInterface({ input: stream }).on('line', hear);
  };
  hearAll(child.stdout);
  hearAll(child.stderr);
  // A word to a host that has just ended: its end is told by `close`.
  child.stdin.on('error', (error) => {
    hear(error.message);
  });

  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      over = true;
      for (const waiter of waiters) waiter.reject(problem('ended'));
      log.end(resolve);
    };
    child.once('close', end);
    child.once('error', (error) => {
      hear(error.message);
      end();
    });
  });

  const line = async (matches: RegExp): Promise<RegExpExecArray> => {
    if (over) throw problem('has ended');
    const { promise, waiter } = newWaiter(matches);
    waiters.add(waiter);
    const timer = setTimeout(() => {
      waiter.reject(problem(`did not say ${matches.source} within ${PATIENCE_MS / 1000} s`));
    }, PATIENCE_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiters.delete(waiter);
    }
  };
  const order = async (word: string, answer: RegExp): Promise<RegExpExecArray> => {
    const answered = line(answer);
    if (!over) child.stdin.write(`${word}\n`);
    return await answered;
  };

  const [pidLine] = await Promise.all([line(/^pid (\d+)$/), line(/^ready$/)]);
  const pid = Number(pidLine[1]);
  return {
    pid,
    async startSshd() {
      const [said] = await order('start-sshd', /^Server listening on|^sshd-ended/);
      if (said.startsWith('sshd-ended')) throw problem('has no sshd');
    },
    async stopSshd() {
      await order('stop-sshd', /^sshd-ended/);
    },
    async stop() {
      if (over) return;
      child.stdin.end();
      // Killed as a process of the machine: nothing in the host can hold on to life after its PID 1.
      const timer = setTimeout(() => {
        process.kill(pid, 'SIGKILL');
      }, PATIENCE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function newWaiter(matches: RegExp): { promise: Promise<RegExpExecArray>; waiter: Waiter } {
  let waiter: Waiter | undefined;
  const promise = new Promise<RegExpExecArray>((resolve, reject) => {
    waiter = { matches, resolve, reject };
  });
  if (waiter === undefined) throw new TypeError('a promise runs its function at once');
  return { promise, waiter };
}
