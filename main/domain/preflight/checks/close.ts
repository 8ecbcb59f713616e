import type { CloseLook } from '../../host-close-look.ts';
import type { DiskFile } from '../../host.ts';
import type { MoveHostEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';

/** What was not read is no pass: so it is said, and how. */
export function withClose(host: MoveHostEvidence, judge: (close: CloseLook) => Judgement): Judgement {
  const { close } = host.instance;
  if (close !== undefined) return judge(close);
  return { verdict: 'note', message: `This was not read on ${host.name}, so nothing is known of it.` };
}

/** The disk files of the instance that could be read; `source.disks` tells of the others. */
export function readable({ instance }: MoveHostEvidence): readonly DiskFile[] {
  return (instance.directory?.disks ?? []).filter((disk) => disk.problem === undefined);
}

/** `1 disk file`, `3 disk files`. */
export function files(count: number): string {
  return `${String(count)} disk file${count === 1 ? '' : 's'}`;
}
