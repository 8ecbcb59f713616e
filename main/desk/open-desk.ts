import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openArchive, openEngine } from '../engine/compose.ts';
import { createProfileStore } from '../services/clouds-yaml/profile-store.ts';
import { createSettingsStore } from '../services/settings/settings-store.ts';
import { systemClock } from '../services/system/clock.ts';
import { appPaths } from '../services/system/paths.ts';
import { writeWhole } from '../services/system/write-whole.ts';
import { createDesk } from './create-desk.ts';
import type { Desk, DeskOptions } from './desk.ts';
import type { DeskServices } from './services.ts';

/** Wires the desk to real services. It works without any cloud; the one of last time is opened beside it. */
export function openDesk(options: DeskOptions): Promise<Desk> {
  const { env, home, cwd, secrets, around } = options;
  const surroundings = { platform: process.platform, env, home };
  const paths = appPaths(surroundings);
  const services: DeskServices = {
    profiles: createProfileStore({ env, cwd, home, secrets, path: join(paths.config, 'clouds.yaml') }),
    settings: createSettingsStore(surroundings),
    lastCloud: lastCloudIn(join(paths.state, 'desk.json')),
    secrets,
    archive: openArchive({ env, home }),
    openEngine: (profile, asker) =>
      openEngine({
        env,
        home,
        cwd,
        asker,
        profile,
        watchesVerdicts: true,
        ...(around !== undefined && { around }),
      }),
    nowMs: () => systemClock.nowMs(),
  };
  return Promise.resolve(createDesk(options, services));
}

const Remembered = z.object({ cloud: z.string().optional() });

/** A convenience: a file that cannot be read or written is no failure. */
function lastCloudIn(path: string): DeskServices['lastCloud'] {
  return {
    async read() {
      try {
        return Remembered.parse(JSON.parse(await readFile(path, 'utf8'))).cloud;
      } catch {
        return undefined;
      }
    },
    async write(cloud) {
      try {
        await writeWhole(path, `${JSON.stringify({ cloud })}\n`);
      } catch {
        // Next time the admin chooses again.
      }
    },
  };
}
