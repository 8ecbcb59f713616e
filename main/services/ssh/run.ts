import { StringDecoder } from 'node:string_decoder';
import type { Client, ClientChannel } from 'ssh2';
import { Failure } from '../../domain/failure.ts';
import type { RunResult } from '../../domain/ports.ts';
import { cancelled } from './abort.ts';

export interface RunRequest {
  /** Name of the host, for messages. */
  readonly host: string;
  /** Name of the program, for messages. */
  readonly program: string;
  /** What the login shell gets: quoted in `quote.ts`. */
  readonly command: string;
  readonly stdin?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of both streams together. */
  readonly maxBytes: number;
}

/** The host did not open a channel, so nothing was started: safe to try again. */
export class NotStarted extends Error {}

/**
 * Runs one program on a connected host and waits for it to end.
 *
 * @param isOpen - Whether the connection still stands.
 * @throws NotStarted
 * @throws Failure `host.disconnected` if the connection breaks, `cancelled` if the signal fires, `host.command-failed`
 * for more than `maxBytes`. In all three cases the program may still be running.
 */
export async function run(client: Client, request: RunRequest, isOpen: () => boolean): Promise<RunResult> {
  const { host, program, stdin = '', signal, maxBytes } = request;
  if (signal?.aborted === true) throw cancelled(program);
  const channel = await openChannel(client, request);
  return await new Promise<RunResult>((resolve, reject) => {
    let ended: { readonly code: number | null; readonly by: string | undefined } | undefined;
    let bytes = 0;
    const stop = (failure: Failure): void => {
      reject(failure);
      channel.close();
    };
    const abort = (): void => {
      stop(cancelled(`${program} on ${host}`));
    };
    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const decoder = new StringDecoder('utf8');
      const parts: string[] = [];
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) stop(tooMuch(program, host, maxBytes));
        else parts.push(decoder.write(chunk));
      });
      return () => parts.join('') + decoder.end();
    };
    const [stdout, stderr] = [collect(channel), collect(channel.stderr)];
    // A program may end before it has read its input: that is its own business.
    channel.on('error', () => undefined);
    const finish = (): void => {
      signal?.removeEventListener('abort', abort);
      // The host may have told the exit before the last of the output: without the connection it counts for nothing.
      if (ended === undefined || !isOpen()) reject(disconnected(program, host));
      else if (ended.code === null) resolve({ kind: 'killed', by: ended.by ?? 'unknown', stderr: stderr() });
      else resolve({ kind: 'exited', code: ended.code, stdout: stdout(), stderr: stderr() });
    };
    // The channel closes without waiting for what is still to be read from stderr.
    let open = 3;
    const closeOne = (): void => {
      open -= 1;
      if (open === 0) finish();
    };
    channel.once('end', closeOne);
    channel.stderr.once('end', closeOne);
    // Here, not at `exit`: that may have come together with the channel, before anyone could listen.
    channel.once('close', (code?: number | null, by?: string) => {
      if (code !== undefined) ended = { code, by };
      closeOne();
    });
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    channel.end(stdin);
  });
}

async function openChannel(client: Client, { command, program, host }: RunRequest): Promise<ClientChannel> {
  return await new Promise((resolve, reject) => {
    const notStarted = (cause: unknown): void => {
      reject(new NotStarted('the host opened no channel', { cause }));
    };
    try {
      client.exec(command, (error, channel) => {
        if (error === undefined) resolve(channel);
        // The channel was open: whether the program started before the connection broke, nobody knows.
        else if (error.message === 'Unable to exec') reject(disconnected(program, host));
        else notStarted(error);
      });
    } catch (cause) {
      // ssh2 throws at once if the socket is gone.
      notStarted(cause);
    }
  });
}

function tooMuch(program: string, host: string, maxBytes: number): Failure {
  const message = `${program} on ${host} wrote more than ${String(maxBytes)} bytes; the rest was not read`;
  return new Failure('host.command-failed', message);
}

function disconnected(program: string, host: string): Failure {
  return new Failure(
    'host.disconnected',
    `the connection to ${host} broke while ${program} was starting or running`,
    {
      hint: 'The program may have gone on there. Look again before you repeat it.',
      passing: true,
    },
  );
}
