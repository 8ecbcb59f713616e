import './recovery.css';
import './case.css';
import { Anchor, Loader, Title } from '@mantine/core';
import { useEffect } from 'react';
import { Cut } from '../../components/Cut.tsx';
import { Problem } from '../../components/Problem.tsx';
import { hrefOf } from '../../route.ts';
import { readCase, useCase, useCases } from '../../store/recovery-cases.ts';
import { WithCloud } from '../clouds/WithCloud.tsx';
import { CaseScreen } from './CaseScreen.tsx';

/** What was read longer ago than this is read again when the screen is opened. */
const OLD_MS = 30_000;

/** One instance: what is wrong with it, and what leads out of it. */
export function CasePage({ id }: { readonly id: string }) {
  return (
    <WithCloud title="Recovery" why="To say what is wrong with an instance takes the cloud that it is in.">
      {(cloud) => <Case key={cloud} id={id} />}
    </WithCloud>
  );
}

function Case({ id }: { readonly id: string }) {
  const { view, failure } = useCase(id);
  useEffect(() => {
    const known = useCases.getState()[id]?.view;
    if (known === undefined || Date.now() - known.readAtMs > OLD_MS) void readCase(id);
  }, [id]);
  if (view !== undefined) return <CaseScreen id={id} view={view} />;
  return (
    <div className="page">
      <Title order={1}>
        <Cut text={id} length={48} />
      </Title>
      {failure === undefined ? (
        <div className="case-loading" role="status">
          <Loader size="sm" aria-hidden /> Reading the cloud and the hosts…
        </div>
      ) : (
        <Problem
          failure={failure}
          title="This instance could not be looked at"
          again={() => void readCase(id)}
        />
      )}
      <Anchor href={hrefOf({ page: 'recovery' })}>All stuck instances</Anchor>
    </div>
  );
}
