import type { MigrationView } from '@contract/views.ts';

/** Limits to choose from, in MiB/s; `null` is none. */
export const LIMITS = [null, 20, 50, 100, 200, 500] as const;

export function limitText(limitMibPerSecond: number | null): string {
  if (limitMibPerSecond === null) return 'none';
  const figure = limitMibPerSecond >= 10 ? limitMibPerSecond.toFixed(0) : limitMibPerSecond.toFixed(1);
  return `${figure} MiB/s`;
}

/** True while there are copies to come or under way. */
export function mattersLimit({ phase }: MigrationView): boolean {
  return ['planned', 'staging', 'stopping', 'preparing', 'copying', 'verifying'].includes(phase);
}

/** Why no limit can be set; `undefined` if one can. */
export function limitRefusal({ route, phase, disks }: MigrationView): string | undefined {
  if (route === 'nova') return 'On this route Nova copies by itself, and it takes no limit.';
  if (disks.every(({ state }) => state !== 'waiting' && state !== 'copying'))
    return 'Everything is copied; there is nothing left to limit.';
  switch (phase) {
    case 'planned':
    case 'staging':
    case 'stopping':
    case 'preparing':
    case 'copying':
    case 'verifying':
      return undefined;
    case 'handing-over':
    case 'awaiting-verdict':
    case 'confirming':
    case 'reverting':
    case 'restoring':
    case 'confirmed':
    case 'reverted':
    case 'failed':
    case 'cancelled':
      return 'Nothing is copied any more.';
  }
}
