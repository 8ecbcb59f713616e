import { expect, test } from 'vitest';
import type { QuestionView } from '../../../main/contract/desk-views.ts';
import { createQuestions } from '../../../main/desk/questions.ts';

const KEY = {
  host: 'compute-a',
  address: '[127.0.0.11]:22',
  keyType: 'ssh-ed25519',
  fingerprint: 'SHA256:x',
};

function bench() {
  const told: (readonly QuestionView[])[] = [];
  return { told, questions: createQuestions((open) => told.push(open)) };
}

test('a host key is asked for once, however many wait for it, and the first answer is for all of them', async () => {
  const { told, questions } = bench();
  const asked = [questions.asker.acceptHostKey(KEY), questions.asker.acceptHostKey(KEY)];
  const [question] = questions.open();
  expect(questions.open()).toHaveLength(1);
  expect(question).toMatchObject({ kind: 'host-key', ...KEY });
  const id = question?.id ?? '';
  expect(questions.answer(id, { accepted: true })).toBe(true);
  expect(await Promise.all(asked)).toEqual([true, true]);
  expect(questions.answer(id, { accepted: false })).toBe(false);
  expect(told.map((open) => open.length)).toEqual([1, 0]);
});

test('neither an acceptance nor a passphrase is no', async () => {
  const { questions } = bench();
  const key = questions.asker.acceptHostKey(KEY);
  const passphrase = questions.asker.passphrase({ keyFile: '/k' });
  for (const { id } of questions.open()) questions.answer(id, {});
  expect([await key, await passphrase]).toEqual([false, undefined]);
});

test('a wrong passphrase is asked for again, as another question', async () => {
  const { questions } = bench();
  const first = questions.asker.passphrase({ keyFile: '/k' });
  const before = questions.open()[0]?.id ?? '';
  questions.answer(before, { passphrase: 'wrong' });
  expect(await first).toBe('wrong');
  void questions.asker.passphrase({ keyFile: '/k' });
  expect(questions.open()[0]?.id).not.toBe(before);
  questions.close();
});

test('no answer is ever shown: the passphrase is in nothing that is told', async () => {
  const { told, questions } = bench();
  const asked = questions.asker.passphrase({ keyFile: '/k' });
  questions.answer(questions.open()[0]?.id ?? '', { passphrase: 'hunter22' });
  await asked;
  expect(JSON.stringify(told)).not.toContain('hunter22');
});

test('at the end everything open is answered with no, and so is whatever comes after', async () => {
  const { questions } = bench();
  const asked = questions.asker.acceptHostKey(KEY);
  questions.close();
  expect(await asked).toBe(false);
  expect(await questions.asker.passphrase({ keyFile: '/k' })).toBeUndefined();
  expect(questions.open()).toEqual([]);
});
