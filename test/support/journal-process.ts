/**
 * A second process with a journal: `node --import tsx journal-process.ts ACT DIRECTORY ID`. It says on standard output,
 * as JSON lines, what came of it.
 */
import { openJournals } from '../../main/services/journal/journals.ts';
import { Failure } from '../../main/domain/failure.ts';

const [act = '', directory = '', id = ''] = process.argv.slice(2);
const journals = openJournals<unknown>(directory, (value) => value);

const say = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

/** Keeps the process alive until it is killed. */
const stay = (): void => {
  setInterval(() => undefined, 60_000);
};

try {
  switch (act) {
    case 'hold': {
      const journal = await journals.open(id);
      await journal.append('held');
      say('held');
      stay();
      break;
    }
    case 'write-on': {
      const journal = await journals.open(id);
      for (let number = 0; ; number += 1) {
        await journal.append(number);
        say(number);
      }
    }
    case 'create': {
      const journal = await journals.create(id, 'first');
      await journal.close();
      say('created');
      break;
    }
    case 'fill': {
      const journal = await journals.create(id, 'first');
      try {
        for (;;) await journal.append('x'.repeat(3000));
      } catch (error) {
        say(error instanceof Failure ? error.code : String(error));
      }
      // What is shorter than the part that did not fit still has its place.
      await journal.append('short').then(
        () => {
          say('short');
        },
        () => {
          say('full');
        },
      );
      await journal.close();
      const [listed] = await journals.list();
      say({ problem: listed?.problem ?? null, last: listed?.facts.at(-1) });
      break;
    }
    case 'grab':
      await journals.open(id);
      say('mine');
      stay();
      break;
  }
} catch (error) {
  say(error instanceof Failure ? error.code : String(error));
}
