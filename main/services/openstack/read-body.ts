import type { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { Answer, Question } from './http.ts';

/**
 * Reads an answer by a schema that names only what we use.
 *
 * @throws Failure `cloud.bad-answer` that says what was expected, and never shows the body.
 */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  question: Question,
  answer: Answer,
): z.output<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    throw badAnswer(
      question,
      answer,
      `expected JSON, got ${answer.text.length} characters of ${kindOf(answer)}`,
    );
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where =
    issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.map(String).join('.');
  throw badAnswer(question, answer, `at ${where}: ${issue?.message ?? 'another shape was expected'}`);
}

function kindOf(answer: Answer): string {
  const type = answer.contentType.split(';')[0]?.trim() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'unknown type';
}

function badAnswer(question: Question, answer: Answer, what: string): Failure {
  return new Failure(
    'cloud.bad-answer',
    `Could not ${question.act}: the answer of the ${question.service} service does not fit, ${what}.`,
    {
      hint: 'Check that the address is that of the service itself, not of a portal or proxy before it.',
      ...(answer.requestId !== undefined && { requestId: answer.requestId }),
    },
  );
}
