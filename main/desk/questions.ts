import { randomUUID } from 'node:crypto';
import type { QuestionView } from '../contract/desk-views.ts';
import type { Asker } from '../domain/ports.ts';

/** What only the admin can answer, for every page to see. */
export interface Questions {
  readonly asker: Asker;
  open(): readonly QuestionView[];
  /** @returns false if it is not open (any more): somebody answered before. */
  answer(id: string, answer: Answer): boolean;
  /** Answers everything, and whatever is asked from now on, with no. */
  close(): void;
}

export interface Answer {
  readonly accepted?: boolean | undefined;
  readonly passphrase?: string | undefined;
}

const NO: Answer = {};

interface Asked {
  readonly view: QuestionView;
  readonly answered: Promise<Answer>;
  readonly settle: (answer: Answer) => void;
}

/** @param changed - Gets all that are open, whenever that changes. */
export function createQuestions(changed: (open: readonly QuestionView[]) => void): Questions {
  /** By what is asked: two engines that meet the same unknown key ask once. */
  const asked = new Map<string, Asked>();
  let closed = false;
  const open = (): readonly QuestionView[] => [...asked.values()].map(({ view }) => view);

  const ask = (subject: string, view: (id: string) => QuestionView): Promise<Answer> => {
    if (closed) return Promise.resolve(NO);
    const before = asked.get(subject);
    if (before !== undefined) return before.answered;
    let settle: Asked['settle'] = () => undefined;
    const answered = new Promise<Answer>((resolve) => {
      settle = resolve;
    });
    asked.set(subject, { view: view(randomUUID()), answered, settle });
    changed(open());
    return answered;
  };
  const take = (subject: string, answer: Answer): void => {
    asked.get(subject)?.settle(answer);
    asked.delete(subject);
    changed(open());
  };

  return {
    open,
    asker: {
      async acceptHostKey(key) {
        const { host, address, keyType, fingerprint } = key;
        const question = { kind: 'host-key' as const, host, address, keyType, fingerprint };
        const subject = JSON.stringify([host, address, keyType, fingerprint]);
        return (await ask(subject, (id) => ({ id, ...question }))).accepted === true;
      },
      async passphrase({ keyFile }) {
        return (await ask(keyFile, (id) => ({ kind: 'passphrase', id, keyFile }))).passphrase;
      },
    },
    answer(id, answer) {
      const found = [...asked].find(([, { view }]) => view.id === id);
      if (found === undefined) return false;
      take(found[0], answer);
      return true;
    },
    close() {
      closed = true;
      for (const subject of [...asked.keys()]) take(subject, NO);
    },
  };
}
