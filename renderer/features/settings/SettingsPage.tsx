import { Title } from '@mantine/core';

export function SettingsPage() {
  return (
    <div className="page">
      <Title order={1}>Settings</Title>
    </div>
  );
}
