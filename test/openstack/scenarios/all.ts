import type { Scenario } from '../scenario.ts';
import { BROKEN_COPIES } from './broken-copies.ts';
import { INTERFERENCE } from './interference.ts';
import { LIVE } from './live.ts';
import { BUSY } from './preflight/busy.ts';
import { PLACED } from './preflight/placed.ts';
import { PREFLIGHT } from './preflight/preflight.ts';
import { THIN } from './thin.ts';
import { thereAndBack } from './there-and-back.ts';
import { RECOVERY } from './recovery/recovery.ts';
import { VOLUMES } from './volumes.ts';

/** In an order that changes the transport as seldom as can be: a change restarts Nova on both hosts. */
export const SCENARIOS: readonly Scenario[] = [
  ...thereAndBack('seed', 'rsync'),
  ...PREFLIGHT,
  ...PLACED,
  ...BUSY,
  ...thereAndBack('nova', 'rsync'),
  ...BROKEN_COPIES,
  ...INTERFERENCE,
  ...RECOVERY,
  ...VOLUMES,
  ...thereAndBack('nova', 'ssh'),
];

/** Route thin is an option that has to be asked for, and so have its scenarios, which take 25 minutes more. */
export const ON_REQUEST: readonly Scenario[] = [
  ...thereAndBack('thin', 'rsync'),
  ...thereAndBack('thin', 'ssh'),
  ...THIN,
  ...LIVE,
];
