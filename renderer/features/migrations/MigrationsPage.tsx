import { Button, Loader, Title } from '@mantine/core';
import { Empty } from '../../components/Empty.tsx';
import { Problem } from '../../components/Problem.tsx';
import { hrefOf } from '../../route.ts';
import { useDesk } from '../../store/desk.ts';
import './migrations.css';
import { MigrationTable } from './MigrationTable.tsx';
import { useRefused } from './resume.ts';
import { Toolbar } from './Toolbar.tsx';

/** Every migration that this machine knows of: running, waiting, stopped on the way, and over. */
export function MigrationsPage() {
  const { desk, migrations, failure } = useDesk();
  const refused = useRefused((state) => state.refused);
  return (
    <div className="migrations">
      <div className="migrations-head">
        <Title order={1}>Migrations</Title>
        {migrations.length > 0 && <Toolbar migrations={migrations} />}
      </div>
      {refused !== undefined && (
        <div className="migrations-note">
          <Problem
            failure={refused.failure}
            title={`The migration of ${refused.name} could not be resumed`}
          />
        </div>
      )}
      {desk !== undefined && desk.problems.length > 0 && <Unreadable problems={desk.problems} />}
      {desk === undefined && failure === undefined && (
        <div className="migrations-note" role="status">
          <Loader size="xs" /> Reading the journals…
        </div>
      )}
      {desk !== undefined && migrations.length === 0 && (
        <Empty
          title="No migration yet"
          text="Choose one or more instances and plan where they go. Nothing is done before you have read the plan and started it."
          action={
            <Button component="a" href={hrefOf({ page: 'instances' })}>
              Go to the instances
            </Button>
          }
        />
      )}
      {migrations.length > 0 && <MigrationTable migrations={migrations} />}
    </div>
  );
}

/** Journals that cannot be read: their migrations are not in the list, and must not be forgotten. */
function Unreadable({ problems }: { readonly problems: readonly string[] }) {
  const count = problems.length;
  return (
    <div className="migrations-note">
      <Problem
        tone="warn"
        title={count === 1 ? 'One journal cannot be read' : `${String(count)} journals cannot be read`}
        failure={{
          message: problems.join('\n'),
          hint: `${count === 1 ? 'Its migration is' : 'Their migrations are'} missing from this list. Nothing is deleted; keep the files and look at the instances by hand.`,
        }}
      />
    </div>
  );
}
