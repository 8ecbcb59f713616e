import type { z } from 'zod';
import type { Reply } from '../contract/api.ts';
import { calls, type CallName, type Handlers } from '../contract/ipc.ts';
import { Failure } from '../domain/failure.ts';
import { cutMiddle, printable } from '../domain/naming.ts';
import { isReasonable } from './reasonable.ts';

/** What a refusal quotes of an input, which may be as long as it likes. */
const QUOTED_CHARACTERS = 80;
const QUOTED_ISSUES = 5;

/**
 * Turns an untrusted message into a checked call. Electron, the loopback host and the CLI share it. Never throws.
 *
 * @param handlers - Of a desk, or of one engine alone: then the calls of the desk are unknown.
 */
export function createDispatch(
  handlers: Partial<Handlers>,
): (name: string, raw: unknown) => Promise<Reply<unknown>> {
  return async function dispatch(name, raw) {
    if (!Object.hasOwn(calls, name) || !Object.hasOwn(handlers, name))
      return { ok: false, code: 'unknown-call', message: `there is no call ${quoted(name)}` };
    const call = name as CallName;
    try {
      if (!isReasonable(raw)) return badRequest(call, ['it is too much, too deep, or no plain data']);
      const parsed = calls[call].input.safeParse(raw);
      if (!parsed.success) return badRequest(call, issuesOf(parsed.error));
      const handle = handlers[call] as (input: unknown) => Promise<unknown>;
      return { ok: true, value: await handle(parsed.data) };
    } catch (error) {
      return replyOf(error);
    }
  };
}

function badRequest(call: CallName, issues: readonly string[]): Extract<Reply<never>, { ok: false }> {
  const more = issues.length > QUOTED_ISSUES ? `; and ${String(issues.length - QUOTED_ISSUES)} more` : '';
  return {
    ok: false,
    code: 'bad-request',
    message: `what was given to ${call} does not fit (${issues.slice(0, QUOTED_ISSUES).join('; ')}${more})`,
    hint: 'Correct the value that is named, and try again.',
  };
}

function issuesOf(error: z.ZodError): readonly string[] {
  return error.issues.map(
    ({ path, message }) =>
      `${quoted(path.map(String).join('.'))}: ${cutMiddle(message, 3 * QUOTED_CHARACTERS)}`,
  );
}

function quoted(text: string): string {
  return printable(cutMiddle(text, QUOTED_CHARACTERS));
}

/** A failure as a value; anything else is a defect, and says so without a stack trace. */
export function replyOf(error: unknown): Extract<Reply<never>, { ok: false }> {
  if (!(error instanceof Failure)) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, code: 'internal', message: `a defect of Coldhaul: ${message}` };
  }
  const { code, message, hint, requestId } = error;
  return {
    ok: false,
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(requestId !== undefined && { requestId }),
  };
}
