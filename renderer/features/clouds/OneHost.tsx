import { Button, Group, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { runDoctor, useDoctor } from '../../store/doctor.ts';
import { useInventory } from '../../store/inventory.ts';

/** Tests one host only, once its name is known from the inventory or from an earlier test. */
export function OneHost({ disabled }: { readonly disabled: boolean }) {
  const inventory = useInventory((state) => state.inventory);
  const checks = useDoctor((state) => state.checks);
  const [host, setHost] = useState<string | null>(null);
  const names = useMemo(() => {
    const tested = checks.map(({ subject }) => subject).filter((subject) => subject !== 'cloud');
    const known = inventory?.hosts.map(({ name }) => name) ?? [];
    return [...new Set([...known, ...tested])].sort((left, right) =>
      left.localeCompare(right, 'en', { numeric: true }),
    );
  }, [inventory, checks]);
  if (names.length === 0) return null;
  return (
    <Group gap="xs">
      <Select
        aria-label="Host to test by itself"
        placeholder="One host"
        data={names}
        value={host}
        searchable
        clearable
        limit={50}
        w={200}
        nothingFoundMessage="No such host"
        clearButtonProps={{ 'aria-label': 'Choose no host' }}
        onChange={setHost}
      />
      <Button
        variant="default"
        disabled={disabled || host === null}
        onClick={() => {
          if (host !== null) void runDoctor([host]);
        }}
      >
        Test this host
      </Button>
    </Group>
  );
}
