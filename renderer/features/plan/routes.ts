import type { PlanWishes } from '../../store/plans.ts';

/** The routes to choose from, with what each means. */
export const ROUTES = [
  {
    value: 'best',
    label: 'Best possible',
    means: 'Coldhaul copies if Nova on the source will adopt the copy, else Nova copies.',
  },
  {
    value: 'seed',
    label: 'Seed',
    means:
      'Coldhaul copies all disks at once and proves them; Nova then adopts the copy. The shortest downtime. It needs rsync as Nova’s transport on the source.',
  },
  {
    value: 'thin',
    label: 'Thin',
    means:
      'Coldhaul copies the data as a frozen layer and proves it; Nova copies only an empty overlay, also by scp. The layer is merged back after the verdict, while the instance runs.',
  },
  {
    value: 'nova',
    label: 'Nova',
    means:
      'Nova copies, disk after disk; Coldhaul shows how far it is and proves the copy. The instance is off until you confirm.',
  },
] as const satisfies readonly {
  readonly value: PlanWishes['route'];
  readonly label: string;
  readonly means: string;
}[];

export function routeName(route: PlanWishes['route']): string {
  return ROUTES.find(({ value }) => value === route)?.label ?? route;
}
