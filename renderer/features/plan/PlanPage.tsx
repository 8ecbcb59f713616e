import { Title } from '@mantine/core';

export function PlanPage({ servers }: { readonly servers: readonly string[] }) {
  return (
    <div className="page">
      <Title order={1}>Plan {servers.length}</Title>
    </div>
  );
}
