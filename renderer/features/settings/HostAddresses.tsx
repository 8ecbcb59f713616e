import { Title } from '@mantine/core';
import { ADDRESS } from './field-groups.ts';
import { FieldRow } from './FieldRow.tsx';
import type { FormPart } from './form-part.ts';
import { HostLines } from './HostLines.tsx';

/** Where the hosts are reached: one pattern for all, rules for groups of them, and single hosts by name. */
export function HostAddresses(part: FormPart) {
  const { draft, change, mistakes } = part;
  return (
    <section className="panel" aria-label="Addresses of the hosts">
      <Title order={2}>Addresses of the hosts</Title>
      <p className="settings-text dimmed">
        For hosts whose names in Nova are not what you type after ssh. A host by name wins over a rule, and a
        rule over the address above it.
      </p>
      <FieldRow field={ADDRESS} {...part} />
      <HostLines
        title="Rules"
        text="For every host whose name fits the pattern; * is any run of characters, ? is one. The first that fits counts."
        matchLabel="Pattern"
        matchExample="*.rack7.example.org"
        place="hosts.rules"
        lines={draft.rules}
        mistakes={mistakes}
        change={(rules) => {
          change({ ...draft, rules });
        }}
        ordered
      />
      <HostLines
        title="Hosts by name"
        text="For one host; its name as Nova writes it."
        matchLabel="Host"
        matchExample="compute-17"
        place="hosts.overrides"
        lines={draft.overrides}
        mistakes={mistakes}
        change={(overrides) => {
          change({ ...draft, overrides });
        }}
      />
    </section>
  );
}
