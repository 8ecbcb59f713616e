import type { Scenario } from '../scenario.ts';
import { thereAndBack } from './there-and-back.ts';

/** In an order that changes the transport as seldom as can be: a change restarts Nova on both hosts. */
export const SCENARIOS: readonly Scenario[] = [
  ...thereAndBack('seed', 'rsync'),
  ...thereAndBack('nova', 'rsync'),
  ...thereAndBack('nova', 'ssh'),
];
