import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';

/** An openrc or clouds.yaml of the greatest size that the contract takes, with every character escaped, fits. */
export const MOST_BODY_BYTES = 8 * 1024 ** 2;

/** The body of a call as a value, or why it is none. */
export async function readBody(request: IncomingMessage): Promise<{ readonly value: unknown } | Refusal> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    return { status: 415, message: 'A call is JSON.', hint: 'Send it as application/json.' };
  }
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return TOO_BIG;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Destroyed, the request would take the connection with it, and our answer.
  const parts = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of parts) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return TOO_BIG;
    chunks.push(chunk);
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
  } catch {
    return { status: 400, message: 'The body of the call is not JSON.', hint: 'Load the page anew.' };
  }
}

const TOO_BIG: Refusal = {
  status: 413,
  message: `A call may have ${MOST_BODY_BYTES} bytes at most.`,
  hint: 'Take out what is not needed, and try again.',
};
