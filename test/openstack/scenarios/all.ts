import type { Scenario } from '../scenario.ts';
import { BROKEN_COPIES } from './broken-copies.ts';
import { INTERFERENCE } from './interference.ts';
import { PREFLIGHT } from './preflight/preflight.ts';
import { thereAndBack } from './there-and-back.ts';
import { VOLUMES } from './volumes.ts';

/** In an order that changes the transport as seldom as can be: a change restarts Nova on both hosts. */
export const SCENARIOS: readonly Scenario[] = [
  ...thereAndBack('seed', 'rsync'),
  ...PREFLIGHT,
  ...thereAndBack('nova', 'rsync'),
  ...BROKEN_COPIES,
  ...INTERFERENCE,
  ...VOLUMES,
  ...thereAndBack('nova', 'ssh'),
];
