import type { SettingsValues } from '../contract/desk-views.ts';
import type { CloudProfile, CloudProfileSummary } from '../domain/cloud-profile.ts';
import type { Failure } from '../domain/failure.ts';
import type { Asker, Secrets } from '../domain/ports.ts';
import type { Archive, Engine } from '../engine/compose.ts';

/** What the desk stands on, wired in `open-desk.ts`. */
export interface DeskServices {
  readonly profiles: {
    find(): Promise<{
      readonly profiles: readonly (CloudProfileSummary & {
        readonly imported: boolean;
        readonly needsSecret: boolean;
      })[];
      readonly searched: readonly string[];
      readonly problems: readonly Failure[];
    }>;
    load(name: string): Promise<CloudProfile>;
    add(fileName: string, text: string, secret: string | undefined): Promise<readonly string[]>;
    setSecret(name: string, secret: string): Promise<void>;
    remove(name: string): Promise<void>;
  };
  readonly settings: {
    read(): Promise<{
      readonly path: string;
      readonly exists: boolean;
      readonly values: SettingsValues;
      readonly problem: Failure | undefined;
    }>;
    /** @returns true if the file is another one now. */
    write(values: SettingsValues): Promise<boolean>;
  };
  /** The cloud of last time. */
  readonly lastCloud: {
    read(): Promise<string | undefined>;
    /** Never throws: it is a convenience. */
    write(name: string | undefined): Promise<void>;
  };
  readonly secrets: Secrets;
  readonly archive: Archive;
  openEngine(profile: CloudProfile, asker: Asker): Promise<Engine>;
  nowMs(): number;
}
