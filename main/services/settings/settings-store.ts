import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../domain/failure.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../domain/settings.ts';
import type { Surroundings } from '../system/paths.ts';
import { writeWhole } from '../system/write-whole.ts';
import { editSettings } from './edit.ts';
import { parseSettings, settingsPath } from './load.ts';
import { SettingsFile } from './schema.ts';

/** The settings file as it is now. */
export interface StoredSettings {
  readonly path: string;
  readonly exists: boolean;
  /** The defaults if there is no file, or a problem with it. */
  readonly values: Settings;
  readonly problem: Failure | undefined;
}

export interface SettingsStore {
  read(): Promise<StoredSettings>;
  /**
   * Keeps what stands in the file beside the values, comments too.
   *
   * @returns true if the file is another one now.
   * @throws Failure `settings.malformed` if a value is wrong, or if the file that is there cannot be read: it is never
   * replaced then.
   */
  write(values: Settings): Promise<boolean>;
}

export function createSettingsStore(surroundings: Surroundings): SettingsStore {
  const path = settingsPath(surroundings);
  const readText = async (): Promise<string | undefined> => {
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw new Failure('settings.malformed', `the settings file ${path} cannot be read (${code})`, {
        hint: 'Check its owner and permissions.',
        cause,
      });
    }
  };
  return {
    async read() {
      try {
        const text = await readText();
        const values = parseSettings(text ?? '', path);
        return { path, exists: text !== undefined, values, problem: undefined };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { path, exists: true, values: DEFAULT_SETTINGS, problem: error };
      }
    },
    async write(asked) {
      const values = checked(asked);
      const text = (await readText()) ?? '';
      refuseMalformed(text, path);
      const edited = edit(text, values, path);
      if (edited === text) return false;
      try {
        await writeWhole(path, edited);
      } catch (cause) {
        const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
        throw new Failure('settings.malformed', `the settings file ${path} cannot be written (${code})`, {
          hint: 'Make room or permission there, then try again. Nothing was changed.',
          cause,
        });
      }
      return true;
    },
  };
}

function checked(values: Settings): Settings {
  const parsed = SettingsFile.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join('.')}: ${issue.message}`,
  );
  throw new Failure('settings.malformed', `these settings cannot be kept: ${problems.join('; ')}`, {
    hint: 'Correct the values that are named. Nothing was changed.',
  });
}

function refuseMalformed(text: string, path: string): void {
  try {
    parseSettings(text, path);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(
      'settings.malformed',
      `the file is not replaced while it cannot be read: ${error.message}`,
      {
        hint: `Correct ${path} in an editor first, or move it away. Nothing was changed.`,
        cause: error,
      },
    );
  }
}

/** The edited text, read again as any other: it must say what was asked for. */
function edit(text: string, values: Settings, path: string): string {
  try {
    const edited = editSettings(text, values, path);
    if (isDeepStrictEqual(parseSettings(edited, path), values)) return edited;
  } catch {
    // Whatever the reason, what to do is the same.
  }
  throw new Failure('settings.malformed', `${path} is written in a way that cannot be changed from here`, {
    hint: 'It may use anchors and aliases. Change it in an editor. Nothing was changed.',
  });
}
