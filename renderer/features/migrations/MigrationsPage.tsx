import { Title } from '@mantine/core';

export function MigrationsPage() {
  return (
    <div className="page">
      <Title order={1}>Migrations</Title>
    </div>
  );
}
