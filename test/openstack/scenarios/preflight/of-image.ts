import type { Stage } from '../../scenario.ts';
import type { Obstacle } from './obstacle.ts';

/**
 * What the image asks of a host, and neither host has. It is asked after the guest was made: Nova goes by what it said
 * then, so none of it is more than a warning.
 */
export function ofImage(stage: Stage): readonly Obstacle[] {
  return [
    asking(stage, 'server.cpu-pinning', 'warn', { hw_cpu_policy: 'dedicated' }),
    asking(stage, 'server.numa', 'warn', { hw_numa_nodes: '9' }),
    asking(stage, 'server.tpm', 'warn', { hw_tpm_version: '2.0', hw_tpm_model: 'tpm-crb' }),
  ];
}

function asking(
  { caller, image }: Stage,
  id: string,
  verdict: Obstacle['verdict'],
  properties: Readonly<Record<string, string>>,
): Obstacle {
  const change = (op: 'add' | 'remove'): Promise<unknown> =>
    caller.ask(
      'image',
      'PATCH',
      `/images/${image}`,
      Object.entries(properties).map(([name, value]) => ({
        op,
        path: `/${name}`,
        ...(op === 'add' && { value }),
      })),
    );
  return { id, verdict, make: () => change('add'), undo: () => change('remove') };
}
