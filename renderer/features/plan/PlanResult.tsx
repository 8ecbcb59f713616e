import type { PlanView } from '@contract/views.ts';
import { Problem } from '../../components/Problem.tsx';
import type { MadeEntry } from '../../store/plans.ts';
import { Bases } from './Bases.tsx';
import { Commands } from './Commands.tsx';
import { DowntimeBars } from './DowntimeBars.tsx';
import { Findings } from './Findings.tsx';
import { PlanDisks } from './PlanDisks.tsx';
import { PlanFacts } from './PlanFacts.tsx';

interface PlanResultProps {
  readonly server: string;
  readonly plan: PlanView;
  /** `undefined` once it is being started: nothing can be ticked any more. */
  readonly made: MadeEntry | undefined;
}

/** A plan to read: what stands in the way, how long it will be off, what is done with each disk, and by which commands. */
export function PlanResult({ server, plan, made }: PlanResultProps) {
  return (
    <div className="plan-result">
      {made?.refused !== undefined && <Problem failure={made.refused} title="It could not be started" />}
      <div className="plan-top">
        <Findings server={server} plan={plan} made={made} />
        <div className="plan-side">
          <DowntimeBars plan={plan} />
          <PlanFacts plan={plan} />
        </div>
      </div>
      <PlanDisks plan={plan} />
      {plan.bases.length > 0 && <Bases plan={plan} />}
      <Commands plan={plan} />
    </div>
  );
}
