import type { Answer } from '../answer.ts';
import type { Judgement } from './judgement.ts';

/** Of what the cloud did not tell: never a pass. */
export function unread(
  answer: Extract<Answer<unknown>, { readonly known: false }>,
  what: string,
  verdict: 'note' | 'warn' = 'note',
): Judgement {
  return { verdict, message: `${what}: ${answer.why.replace(/\.$/, '')}.` };
}
