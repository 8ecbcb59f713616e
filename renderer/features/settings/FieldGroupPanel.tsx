import { Title } from '@mantine/core';
import type { FieldGroup } from './field.ts';
import { FieldRow } from './FieldRow.tsx';
import type { FormPart } from './form-part.ts';

/** One section of the settings. */
export function FieldGroupPanel({ group, ...part }: FormPart & { readonly group: FieldGroup }) {
  return (
    <section className="panel" aria-label={group.title}>
      <Title order={2}>{group.title}</Title>
      <p className="settings-text dimmed">{group.text}</p>
      {group.fields.map((field) => (
        <FieldRow key={field.key} field={field} {...part} />
      ))}
    </section>
  );
}
