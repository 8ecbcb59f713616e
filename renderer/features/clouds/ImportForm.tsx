import { Button, Group, PasswordInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FailureView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { importCloud } from '../../store/clouds.ts';
import { asksForPassword, cloudNameOf, fileNameFor, kindOf, refusalOf } from './import-file.ts';
import { ImportSourcePicker } from './ImportSourcePicker.tsx';

interface ImportFormProps {
  readonly imported: (names: readonly string[]) => void;
}

/** A clouds.yaml or openrc: chosen, dropped or pasted; then its name and, where it holds none, the password. */
export function ImportForm({ imported }: ImportFormProps) {
  const [text, setText] = useState('');
  const [fileName, setFileName] = useState('');
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const [sent, setSent] = useState(false);
  const [failure, setFailure] = useState<FailureView>();
  const isOpenrc = text.trim() !== '' && kindOf(text) === 'openrc';
  const needsPassword = asksForPassword(text);
  const take = (given: { readonly text: string; readonly fileName: string }): void => {
    setText(given.text);
    setFileName(given.fileName);
    setName(cloudNameOf(given.fileName));
    setFailure(undefined);
  };
  const send = async (): Promise<void> => {
    const refusal = refusalOf(text);
    if (refusal !== undefined) {
      setFailure({ code: 'bad-request', message: refusal });
      return;
    }
    setSent(true);
    setFailure(undefined);
    const reply = await importCloud({
      fileName: fileNameFor(text, isOpenrc ? name : fileName),
      text,
      ...(needsPassword && secret !== '' && { secret }),
    });
    setSent(false);
    if (reply.ok) imported(reply.value);
    else setFailure(reply);
  };
  return (
    <form
      className="clouds-import"
      onSubmit={(event) => {
        event.preventDefault();
        if (!sent) void send();
      }}
    >
      <ImportSourcePicker fileName={fileName} take={take} failed={setFailure} />
      <Textarea
        label="Or paste its text"
        rows={5}
        value={text}
        spellCheck={false}
        autoComplete="off"
        placeholder={'export OS_AUTH_URL=https://…'}
        classNames={{ input: 'mono' }}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setFailure(undefined);
        }}
      />
      {isOpenrc && (
        <TextInput
          label="Name of this cloud"
          description="An openrc file has no name in it; this is how you will find it here."
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
      )}
      {needsPassword && (
        <PasswordInput
          label="Password"
          description="The file asks for it when it is sourced, so it is not in it."
          value={secret}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          onChange={(event) => {
            setSecret(event.currentTarget.value);
          }}
        />
      )}
      {failure !== undefined && (
        <div ref={intoView}>
          <Problem failure={failure} title="It could not be imported" />
        </div>
      )}
      <Group justify="space-between" gap="sm">
        <span className="dimmed" role="status">
          {text.trim() === ''
            ? ''
            : isOpenrc
              ? 'This is an openrc file. It is read, never run.'
              : 'This is taken for a clouds.yaml.'}
        </span>
        <Button type="submit" loading={sent} disabled={text.trim() === ''}>
          Import
        </Button>
      </Group>
    </form>
  );
}

/** What went wrong must be seen, also below a long form. */
function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
