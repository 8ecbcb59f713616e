import { Anchor } from '@mantine/core';
import { Status } from '../../components/Status.tsx';
import { hrefOf } from '../../route.ts';
import { usePlanProgress } from '../../store/plan-progress.ts';
import type { PlanEntry } from '../../store/plans.ts';
import { blockers, unacknowledged } from './findings.ts';

/** Where the plan of one instance stands, in a word. */
export function EntryStatus({ entry }: { readonly entry: PlanEntry | undefined }) {
  switch (entry?.state) {
    case undefined:
    case 'waiting':
      return <Status tone="quiet" word="Waiting" />;
    case 'making':
      return <Progress ask={entry.ask} />;
    case 'failed':
      return <Status tone="bad" word="Could not be made" />;
    case 'stopped':
      return <Status tone="quiet" word="Given up" />;
    case 'starting':
      return <Status tone="busy" word="Starting" />;
    case 'started':
      return (
        <Anchor href={hrefOf({ page: 'migration', id: entry.migration })}>
          <Status tone="good" word="Started" />
        </Anchor>
      );
    case 'made': {
      if (entry.checking !== undefined) return <Progress ask={entry.checking} />;
      if (entry.unchecked !== undefined) return <Status tone="bad" word="Could not be checked again" />;
      if (entry.refused !== undefined) return <Status tone="bad" word="Start was refused" />;
      const blocked = blockers(entry.plan).length;
      if (blocked > 0) return <Status tone="bad" word={count(blocked, 'finding blocks', 'findings block')} />;
      const open = unacknowledged(entry.plan, entry.acknowledged).length;
      if (open > 0) return <Status tone="warn" word={count(open, 'warning to read', 'warnings to read')} />;
      const isClean = entry.plan.findings.every(({ verdict }) => verdict === 'pass');
      return <Status tone="good" word={isClean ? 'In order' : 'Can start'} />;
    }
  }
}

function Progress({ ask }: { readonly ask: string }) {
  const text = usePlanProgress((state) => state[ask]);
  return <Status tone="busy" word={text ?? 'Asking the cloud'} />;
}

function count(number: number, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${String(number)} ${many}`;
}
