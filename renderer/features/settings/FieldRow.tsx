import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useId } from 'react';
import { Status } from '../../components/Status.tsx';
import type { Field } from './field.ts';
import type { FormPart } from './form-part.ts';
import { defaultWords, readField } from './read-field.ts';

/** One value: name, field, what it means, its default and the way back to it. */
export function FieldRow({
  field,
  draft,
  change,
  saved,
  mistakes,
  defaults,
}: FormPart & { readonly field: Field }) {
  const { key, label, help } = field;
  const id = useId();
  const value = draft.fields[key];
  const ours = mistakes.filter(({ place }) => place === key || place.startsWith(`${key}.`));
  const error = ours.map(({ message }) => message).join(' ');
  const standard = readField(defaults, key);
  const set = (text: string): void => {
    change({ ...draft, fields: { ...draft.fields, [key]: text } });
  };
  const isChanged = value.trim() !== saved.fields[key].trim();
  return (
    <div className="settings-row">
      <div className="settings-name">
        <label htmlFor={id}>{label}</label>
        {isChanged && <Status tone="warn" word="changed" />}
      </div>
      <div className="settings-field">
        <Entry field={field} id={id} value={value} error={error} help={`${id}-help`} set={set} />
        {field.unit !== undefined && <span className="dimmed">{field.unit}</span>}
        {error !== '' && (
          <div id={`${id}-error`} className="settings-error bad">
            {error}
          </div>
        )}
      </div>
      <div className="settings-help">
        <div id={`${id}-help`}>{help}</div>
        <div className="dimmed">
          Default: {defaultWords(field, defaults)}
          {value.trim() !== standard.trim() && (
            <Button
              variant="subtle"
              fw={400}
              size="compact-xs"
              aria-label={`Back to the default: ${label}`}
              onClick={() => {
                set(standard);
              }}
            >
              Back to default
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

interface EntryProps {
  readonly field: Field;
  readonly id: string;
  readonly value: string;
  /** Empty if nothing is wrong. */
  readonly error: string;
  readonly help: string;
  readonly set: (text: string) => void;
}

function Entry({ field: { kind, whenEmpty, choices = [] }, id, value, error, help, set }: EntryProps) {
  const common = {
    id,
    value,
    'aria-describedby': error === '' ? help : `${help} ${id}-error`,
    error: error !== '',
  };
  switch (kind) {
    case 'choice':
      return (
        <Select
          {...common}
          w="100%"
          allowDeselect={false}
          data={[...choices]}
          onChange={(chosen) => {
            if (chosen !== null) set(chosen);
          }}
        />
      );
    case 'lines':
      return (
        <Textarea
          {...common}
          w="100%"
          rows={Math.max(2, value.split('\n').length)}
          spellCheck={false}
          placeholder={whenEmpty}
          classNames={{ input: 'mono' }}
          onChange={(event) => {
            set(event.currentTarget.value);
          }}
        />
      );
    case 'number':
    case 'path':
    case 'text':
      return (
        <TextInput
          {...common}
          w={kind === 'number' ? 144 : '100%'}
          inputMode={kind === 'number' ? 'decimal' : 'text'}
          spellCheck={false}
          placeholder={whenEmpty}
          classNames={{ input: kind === 'path' ? 'mono' : kind === 'number' ? 'settings-figure' : '' }}
          onChange={(event) => {
            set(event.currentTarget.value);
          }}
        />
      );
  }
}
