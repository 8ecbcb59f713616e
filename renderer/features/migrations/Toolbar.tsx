import { SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { MigrationView } from '@contract/views.ts';
import type { Shown } from './arrange.ts';
import { countKinds, KIND_WORDS, KINDS } from './kinds.ts';
import { search, show, useView } from './view.ts';

/** Which of them are shown, with how many there are of each, and a search over names, hosts, users and clouds. */
export function Toolbar({ migrations }: { readonly migrations: readonly MigrationView[] }) {
  const shown = useView((state) => state.shown);
  const words = useView((state) => state.search);
  const counts = countKinds(migrations);
  return (
    <>
      <SegmentedControl<Shown>
        size="xs"
        aria-label="Which migrations are shown"
        value={shown}
        data={[
          { value: 'all', label: `All ${String(migrations.length)}` },
          ...KINDS.map((kind) => ({ value: kind, label: `${KIND_WORDS[kind]} ${String(counts[kind])}` })),
        ]}
        onChange={show}
      />
      <TextInput
        type="search"
        className="migrations-search"
        aria-label="Search migrations"
        placeholder="Search"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={words}
        onChange={(event) => {
          search(event.currentTarget.value);
        }}
      />
    </>
  );
}
