import { z } from 'zod';
import { changes, fileNames, serverWords, type Leg } from '../recordings/recording.ts';
import type { Caller } from './api.ts';
import { INSTANCES, novaSays } from './guests.ts';
import { ask, otherHost, type HostName } from './machines.ts';

/** Notes what a client sees of a guest while something is done with it. */
export interface Recorder {
  /** Does the work, and looks at the guest all the while. */
  leg<T>(name: string, source: HostName, id: string, work: () => Promise<T>): Promise<T>;
  /** Of the work that ended well. */
  readonly legs: readonly Leg[];
}

/** As often as an impatient client would. */
const LOOK_EVERY_MS = 200;

export function createRecorder(caller: Caller): Recorder {
  const legs: Leg[] = [];
  return {
    legs,
    async leg(name, source, id, work) {
      const parts = { source, destination: otherHost(source) };
      const server: string[] = [];
      const migration: string[] = [];
      const look = async (): Promise<void> => {
        server.push(serverWords(namesOf(await novaSays(caller, id)), parts));
        migration.push(await newestMigration(caller, id));
      };
      let ended = false;
      const watch = async (): Promise<void> => {
        while (!ended) {
          await look();
          await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        }
        await look();
      };
      const watching = watch();
      let result;
      try {
        result = await work();
      } finally {
        ended = true;
        await watching;
      }
      const files = {
        source: await filesOn(parts.source, id),
        destination: await filesOn(parts.destination, id),
      };
      legs.push({ name, server: [...changes(server)], migration: [...changes(migration)], files });
      return result;
    },
  };
}

function namesOf({ status, vmState, task, host }: Awaited<ReturnType<typeof novaSays>>) {
  return { status, vmState, taskState: task, host };
}

const Migrations = z.object({ migrations: z.array(z.object({ status: z.string() })) });

async function newestMigration(caller: Caller, id: string): Promise<string> {
  const listed = await caller.ask('compute', 'GET', `/os-migrations?instance_uuid=${id}&limit=1`);
  return Migrations.parse(listed).migrations[0]?.status ?? 'none';
}

async function filesOn(host: HostName, id: string): Promise<string[]> {
  const listed = await ask(host, 'find', INSTANCES, '-path', `*${id}*`, '-printf', '%P\\n');
  return [...fileNames(listed ?? '', id)];
}
