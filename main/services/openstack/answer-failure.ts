import { z } from 'zod';
import type { FailureCode, FailureDetails } from '../../domain/failure.ts';
import { Failure } from '../../domain/failure.ts';
import type { Answer, Question } from './http.ts';
import { withoutSecrets } from './question-secrets.ts';

const LONGEST_QUOTE = 500;

/**
 * Says in our words that the cloud answered a call with an error status.
 *
 * @param whose - Who asks, for the hints: cloud, source of the profile and, once known, the roles.
 */
export function answerFailure(
  question: Question,
  answer: Answer,
  whose: { readonly cloud: string; readonly source: string; readonly roles: readonly string[] },
): Failure {
  // Some proxies say the whole request back, with what was secret in it. Before it is cut, or a part would stay; and
  // after, for a secret may have been written with escapes.
  const text = withoutSecrets(answer.text, question);
  const said = withoutSecrets(quoteOf({ ...answer, text }), question);
  const message = `Could not ${question.act}: the ${question.service} service answered ${answer.status}${said === '' ? '.' : `: ${said}`}`;
  const details = (hint: string | undefined, passing = false): FailureDetails => ({
    ...(hint !== undefined && { hint }),
    ...(answer.requestId !== undefined && { requestId: answer.requestId }),
    passing,
  });
  const [code, hint, passing] = meaningOf(question, answer, whose);
  return new Failure(code, message, details(hint, passing));
}

function meaningOf(
  question: Question,
  answer: Answer,
  whose: { readonly cloud: string; readonly source: string; readonly roles: readonly string[] },
): [FailureCode, string | undefined, boolean?] {
  const { service, method } = question;
  const { status } = answer;
  if (status === 401) {
    return [
      'cloud.credentials',
      `Check user, password and project of cloud "${whose.cloud}" in ${whose.source}.`,
    ];
  }
  if (status === 403) {
    const roles = whose.roles.length === 0 ? 'none that we know' : whose.roles.join(', ');
    return ['cloud.forbidden', `The login needs the admin role; it has: ${roles}.`];
  }
  if (status === 404) {
    // Nova says so in JSON. A page of a proxy whose backend is away must not pass for the end of an instance.
    if (service !== 'compute' || parseJson(answer.text) !== undefined) return ['cloud.not-found', undefined];
    return ['cloud.broken', 'This is not the answer of Nova: something between answered in its place.', true];
  }
  if (status === 406) {
    return [
      'cloud.refused',
      'The versions that this cloud speaks seem to have changed just now. Try again.',
      true,
    ];
  }
  if (status === 409) {
    return [
      'cloud.conflict',
      'Something else acts on it, or its state does not allow this. Look at it again.',
    ];
  }
  if (status === 429) return ['cloud.refused', 'The cloud limits the rate of calls. Wait a little.', true];
  if (status >= 500) {
    // Nova answers 500 as well while its database or message queue fails over; only a question may be repeated.
    const passing =
      status === 502 || status === 503 || status === 504 || (status === 500 && method === 'GET');
    const who = answer.requestId === undefined ? '' : ` The request id finds it in the cloud's logs.`;
    return [
      'cloud.broken',
      passing ? `Try again in a minute.${who}` : `The cloud itself is broken here.${who}`,
      passing,
    ];
  }
  if (status >= 300 && status < 400) {
    const to =
      answer.location === undefined
        ? ''
        : ` It points to ${withoutSecrets(clean(answer.location), question)}.`;
    return ['cloud.refused', `We follow no redirection, because it would hand over the token.${to}`];
  }
  return ['cloud.refused', undefined];
}

const Sentence = z.object({ message: z.string() });
const Wrapped = z.record(z.string(), z.union([Sentence, z.unknown()]));
/** Placement: `{"errors": [{"detail": …}]}`. */
const Errors = z.object({ errors: z.array(z.object({ detail: z.string() })).min(1) });

/** The cloud's own sentence: `{"badRequest": {"message": …}}`, `{"message": …}`, HTML or plain text. */
export function quoteOf(answer: Pick<Answer, 'text' | 'contentType'>): string {
  const body = parseJson(answer.text);
  if (body === undefined) return clean(answer.text);
  const errors = Errors.safeParse(body);
  if (errors.success) return clean(errors.data.errors.map((error) => error.detail).join(' '));
  const plain = Sentence.safeParse(body);
  if (plain.success) return clean(plain.data.message);
  const wrapped = Wrapped.safeParse(body);
  if (!wrapped.success) return '';
  const sentences = Object.values(wrapped.data).map((value) => Sentence.safeParse(value));
  return clean(sentences.find((sentence) => sentence.success)?.data.message ?? '');
}

/** One line without tags, control characters and direction marks, of at most 500 characters. */
function clean(text: string): string {
  const line = text
    .replaceAll(/<(style|script|title)\b[^]*?<\/\1\s*>/gi, ' ')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zs}\u2028\u2029]+/gu, ' ')
    .trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1)}…` : line;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON is an answer too: a proxy's HTML page.
  }
}
