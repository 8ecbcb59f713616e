import { randomUUID } from 'node:crypto';
import type { EngineEvent } from '../contract/ipc.ts';
import type { LogLineView } from '../contract/views.ts';
import { whoAmI } from '../engine/compose.ts';
import { createBroadcast } from './broadcast.ts';
import { createOpenCloud } from './clouds.ts';
import type { Desk, DeskOptions } from './desk.ts';
import { createDeskHandlers } from './desk-handlers.ts';
import { createEngineHandlers } from './engine-handlers.ts';
import { createEngines } from './engines.ts';
import { failureView } from './failure-view.ts';
import { firstCloud } from './first-cloud.ts';
import { createGoOn, isWithoutLogin } from './go-on.ts';
import { createLogStore } from './log-store.ts';
import { createDeskMigrations } from './migrations.ts';
import { createQuestions } from './questions.ts';
import { createSampleStore } from './sample-store.ts';
import type { DeskServices } from './services.ts';

/** The desk over its services. It answers at once; a cloud is opened beside it. */
export function createDesk(options: DeskOptions, services: DeskServices): Desk {
  const broadcast = createBroadcast();
  const log = createLogStore();
  const samples = createSampleStore();
  const questions = createQuestions((payload) => {
    broadcast.emit({ name: 'questions.changed', payload });
  });

  /** What is kept is kept before anybody is told, so that who reads it then has it already. */
  const heard = (event: EngineEvent): void => {
    if (event.name === 'migration.changed') {
      migrations.heard(event.payload);
      // What has the new login is another engine, whoever asks for it next.
      if (isWithoutLogin(event.payload)) engines.replace(event.payload.cloud);
    }
    if (event.name === 'disk.samples') samples.add(event.payload);
    broadcast.emit(
      event.name === 'log.lines' ? { name: 'log.lines', payload: log.add(event.payload) } : event,
    );
  };
  const say = (message: string, level: LogLineView['level'] = 'info'): void => {
    heard({
      name: 'log.lines',
      payload: [{ number: 0, atMs: services.nowMs(), level, message }],
    });
  };
  const engines = createEngines({
    open: async (name) => services.openEngine(await services.profiles.load(name), questions.asker),
    heard,
    notClosed: (name, error) => {
      say(`the work on the cloud ${name} did not end in order: ${failureView(error).message}`, 'error');
    },
  });
  const migrations = createDeskMigrations(services.archive, engines);
  const cloud = createOpenCloud(engines, services, (payload) => {
    broadcast.emit({ name: 'cloud.changed', payload });
  });

  void firstCloud(options, services).then((name) => {
    if (name !== undefined && cloud.view().state === 'none') void cloud.open(name);
  });
  return {
    handlers: {
      ...createEngineHandlers({ cloud, engines, migrations, archive: services.archive }),
      ...createDeskHandlers({
        desk: { run: randomUUID(), version: options.version, shell: options.shell, who: whoAmI() },
        services,
        cloud,
        engines,
        migrations,
        questions,
        log,
        samples,
        sequence: () => broadcast.sequence(),
        say,
        goOn: createGoOn(migrations, engines, say),
      }),
    },
    listen: (listener) => broadcast.listen(listener),
    async close() {
      // Whoever waits for an answer would never end.
      questions.close();
      await engines.close();
    },
  };
}
