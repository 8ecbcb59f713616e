import { useState } from 'react';
import type { HostView } from '@contract/views.ts';
import { makePlans, usePlans, type PlanWishes } from '../../store/plans.ts';
import type { Moving } from './moving.ts';
import { PlanList } from './PlanList.tsx';
import { Setup } from './Setup.tsx';
import { SetupLine } from './SetupLine.tsx';
import { SinglePlan } from './SinglePlan.tsx';
import { StartBar } from './StartBar.tsx';

interface PlanScreenProps {
  readonly servers: readonly string[];
  readonly moving: readonly Moving[];
  /** `undefined` until the cloud has told of them. */
  readonly hosts: readonly HostView[] | undefined;
  readonly cloud: string;
}

/** First the wishes, then what comes of them; the wishes fold away once there is a plan. */
export function PlanScreen({ servers, moving, hosts, cloud }: PlanScreenProps) {
  const wishes = usePlans((state) => state.wishes);
  const entries = usePlans((state) => state.entries);
  const [changing, setChanging] = useState(false);
  const [only, ...others] = servers;
  const ask = (asked: PlanWishes): void => {
    setChanging(false);
    void makePlans(asked);
  };
  return (
    <>
      {wishes === undefined || changing ? (
        <Setup
          moving={moving}
          hosts={hosts}
          cloud={cloud}
          before={wishes}
          ask={ask}
          {...(wishes !== undefined && {
            keep: () => {
              setChanging(false);
            },
          })}
        />
      ) : (
        <SetupLine
          wishes={wishes}
          isChecked={others.length === 0 && only !== undefined && entries[only]?.state === 'made'}
          change={() => {
            setChanging(true);
          }}
        />
      )}
      {wishes !== undefined && !changing && (
        <>
          {only !== undefined && others.length === 0 ? (
            <SinglePlan server={only} entry={entries[only]} wishes={wishes} />
          ) : (
            <PlanList moving={moving} entries={entries} wishes={wishes} />
          )}
          <StartBar moving={moving} entries={entries} wishes={wishes} />
        </>
      )}
    </>
  );
}
