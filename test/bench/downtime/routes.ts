import type { PlanView } from '../../../main/contract/views.ts';
import type { RouteWay } from './types.ts';

/** How one of our routes is brought about: by what the destination has under the names of the bases. */
export interface RouteSetting {
  readonly route: PlanView['route'];
  /** `remote_filesystem_transport` at the source; with scp there is only route nova, and thin. */
  readonly transport: 'rsync' | 'ssh';
  /** Its disks are frozen and copied while it runs. */
  readonly live?: true;
  readonly destinationHas: 'equal bases' | 'nothing' | 'other files';
  /** What the plan must say, or another thing is measured. */
  readonly strategy: 'overlay' | 'flatten' | 'stream';
  readonly bases: readonly PlanView['bases'][number]['action'][];
}

const SEED = { route: 'seed', transport: 'rsync' } as const;

export const ROUTE_SETTINGS: Readonly<Record<RouteWay, RouteSetting>> = {
  'base-there': {
    ...SEED,
    destinationHas: 'equal bases',
    strategy: 'overlay',
    bases: ['present', 'present'],
  },
  'base-staged': { ...SEED, destinationHas: 'nothing', strategy: 'overlay', bases: ['stage', 'stage'] },
  flatten: { ...SEED, destinationHas: 'other files', strategy: 'flatten', bases: [] },
  stream: { route: 'thin', transport: 'ssh', destinationHas: 'other files', strategy: 'stream', bases: [] },
  'route-thin': {
    route: 'thin',
    transport: 'ssh',
    destinationHas: 'equal bases',
    strategy: 'overlay',
    bases: ['present', 'present'],
  },
  live: {
    route: 'thin',
    transport: 'ssh',
    live: true,
    destinationHas: 'equal bases',
    strategy: 'overlay',
    bases: ['present', 'present'],
  },
  'live-flatten': {
    route: 'thin',
    transport: 'ssh',
    live: true,
    destinationHas: 'other files',
    strategy: 'flatten',
    bases: [],
  },
  'route-nova': {
    route: 'nova',
    transport: 'ssh',
    destinationHas: 'equal bases',
    strategy: 'overlay',
    bases: ['present', 'present'],
  },
};

/** @throws Error if this plan is for something else. */
export function checkPlan(plan: PlanView, setting: RouteSetting, disks: readonly string[]): void {
  const strategies = plan.disks.filter(({ name }) => disks.includes(name)).map(({ strategy }) => strategy);
  const said = [plan.route, ...strategies, ...plan.bases.map(({ action }) => action)].join(', ');
  const wanted = [setting.route, ...disks.map(() => setting.strategy), ...setting.bases].join(', ');
  if (said === wanted) return;
  const blocks = plan.findings.filter(({ verdict }) => verdict === 'block').map(({ message }) => message);
  throw new Error(`the plan says ${said}, not ${wanted}. ${blocks.join(' ')}`.trim());
}
