import type { CallName, EngineCallName, Handlers } from '../contract/ipc.ts';
import { Failure } from '../domain/failure.ts';
import { cloudsView, type OpenCloud } from './clouds.ts';
import type { DeskOptions } from './desk.ts';
import type { Engines } from './engines.ts';
import type { GoOn } from './go-on.ts';
import type { LogStore } from './log-store.ts';
import type { DeskMigrations } from './migrations.ts';
import type { Questions } from './questions.ts';
import type { SampleStore } from './sample-store.ts';
import type { DeskServices } from './services.ts';
import { settingsView } from './settings.ts';

export interface DeskHandlersOptions {
  readonly desk: Pick<DeskOptions, 'shell' | 'version'> & { readonly run: string; readonly who: string };
  readonly services: DeskServices;
  readonly cloud: OpenCloud;
  readonly engines: Engines;
  readonly migrations: DeskMigrations;
  readonly questions: Questions;
  readonly log: LogStore;
  readonly samples: SampleStore;
  /** Of the last message. */
  readonly sequence: () => number;
  /** Puts a line into the log of the desk. */
  readonly say: (message: string) => void;
  readonly goOn: GoOn;
}

type DeskHandlers = Omit<Handlers, EngineCallName> & {
  readonly [K in Exclude<CallName, EngineCallName>]: Handlers[K];
};

/** Calls of the desk itself. Those that change what is kept come one after the other. */
export function createDeskHandlers(options: DeskHandlersOptions): DeskHandlers {
  const { desk, services, cloud, engines, migrations, questions, log, samples, say } = options;
  const { profiles } = services;
  const inTurn = createTurns();

  return {
    'desk.read': async () => {
      const { migrations: stored, problems } = await services.archive.list();
      // Nothing is waited for from here on, so that all of it is as it was at this message.
      return {
        ...desk,
        sequence: options.sequence(),
        cloud: cloud.view(),
        questions: questions.open(),
        migrations: migrations.merged(stored),
        problems,
      };
    },
    'clouds.find': () => cloudsView(services),
    'clouds.open': async ({ name }) => {
      const outcome = await cloud.open(name);
      if (outcome.state === 'open') options.goOn(name);
      return outcome;
    },
    'clouds.import': ({ fileName, text, secret }) =>
      inTurn(async () => {
        const imported = await profiles.add(fileName, text, secret);
        return { imported, clouds: await cloudsView(services) };
      }),
    'clouds.secret': ({ name, secret }) =>
      inTurn(async () => {
        await profiles.setSecret(name, secret);
        engines.replace(name);
        options.goOn(name);
        return cloudsView(services);
      }),
    'clouds.remove': ({ name }) =>
      inTurn(async () => {
        if (engines.isBusy(name)) throw inUse(name);
        await profiles.remove(name);
        cloud.leave(name);
        engines.replace(name);
        return cloudsView(services);
      }),
    'question.answer': ({ id, accepted, passphrase }) =>
      Promise.resolve({ taken: questions.answer(id, { accepted, passphrase }) }),
    'settings.read': () => settingsView(services),
    'settings.write': ({ values }) =>
      inTurn(async () => {
        if (await services.settings.write(values)) {
          engines.replace();
          cloud.reopen();
          say(
            'the settings were changed; they count for what begins from now on, and migrations under way keep the old ones',
          );
        }
        return settingsView(services);
      }),
    'log.read': (input) => Promise.resolve(log.read(input)),
    'samples.read': ({ migration }) => Promise.resolve({ samples: samples.read(migration) }),
  };
}

function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

function inUse(name: string): Failure {
  return new Failure('migration.in-use', `a migration is being driven on the cloud "${name}"`, {
    hint: 'Wait for its end, or cancel it, then remove the cloud.',
  });
}
