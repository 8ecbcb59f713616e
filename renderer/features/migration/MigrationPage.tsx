import { Title } from '@mantine/core';

export function MigrationPage({ id }: { readonly id: string }) {
  return (
    <div className="page">
      <Title order={1}>Migration {id}</Title>
    </div>
  );
}
