import { z } from 'zod';
import { FindingView } from '../../../../main/contract/views.ts';
import type { Stage } from '../../scenario.ts';
import { must } from '../words.ts';
import type { Finding } from './obstacle.ts';

/** What `coldhaul preflight` finds for a move to the other host by route seed. */
export async function findings({ workstation, to }: Stage, id: string): Promise<readonly Finding[]> {
  const end = await workstation.run('preflight', id, '--to', to, '--route', 'seed', '--json');
  must(end.exitCode === 0 || end.exitCode === 3, 'the preflight could not be made', end);
  return z.array(FindingView).parse(JSON.parse(end.stdout));
}
