import { Button, Group } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { FailureView, SettingsView } from '@contract/desk-views.ts';
import { Status } from '../../components/Status.tsx';
import { setDraft, useSettings, writeSettings } from '../../store/settings.ts';
import { draftOf, isSame, type Draft } from './draft.ts';
import { GROUPS, SSH } from './field-groups.ts';
import { FieldGroupPanel } from './FieldGroupPanel.tsx';
import { HostAddresses } from './HostAddresses.tsx';
import { mistakesIn, type Mistake } from './mistakes.ts';
import { Refused } from './Refused.tsx';
import { valuesOf } from './values-of.ts';

/** All values at once: changed ones are marked, saved together, and checked as the file itself would be. */
export function SettingsForm({ settings }: { readonly settings: SettingsView }) {
  const saved = useMemo(() => draftOf(settings.values), [settings]);
  const draft = useSettings((state) => state.draft) ?? saved;
  const isChanged = !isSame(draft, saved);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const [failure, setFailure] = useState<FailureView>();
  const [isSaving, setSaving] = useState(false);
  const [wasSaved, setWasSaved] = useState(false);
  useWarning(isChanged);
  const change = (next: Draft): void => {
    setWasSaved(false);
    setDraft(next);
  };
  const discard = (): void => {
    setDraft(undefined);
    setMistakes([]);
    setFailure(undefined);
  };
  const save = async (): Promise<void> => {
    const read = valuesOf(draft);
    if (!read.ok) {
      setMistakes(read.mistakes);
      setFailure({ code: 'bad-request', message: 'some fields hold no usable value' });
      return;
    }
    setSaving(true);
    const refused = await writeSettings(read.values);
    setSaving(false);
    setFailure(refused);
    setMistakes(refused === undefined ? [] : mistakesIn(refused.message));
    setWasSaved(refused === undefined);
  };
  const part = { draft, change, saved, mistakes, defaults: settings.defaults };
  return (
    <form
      className="settings-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && !isSaving) void save();
      }}
    >
      {failure !== undefined && <Refused failure={failure} mistakes={mistakes} />}
      <FieldGroupPanel group={SSH} {...part} />
      <HostAddresses {...part} />
      {GROUPS.map((group) => (
        <FieldGroupPanel key={group.title} group={group} {...part} />
      ))}
      <div className="settings-foot">
        <span role="status">
          {isChanged ? (
            <Status tone="warn" word="Unsaved changes" />
          ) : wasSaved ? (
            <Status tone="good" word="Saved. It counts for every connection and migration that begins now." />
          ) : (
            <span className="dimmed">Nothing was changed.</span>
          )}
        </span>
        <Group gap="sm">
          <Button variant="default" disabled={!isChanged || isSaving} onClick={discard}>
            Discard changes
          </Button>
          <Button type="submit" disabled={!isChanged} loading={isSaving}>
            Save settings
          </Button>
        </Group>
      </div>
    </form>
  );
}

/** A closed tab forgets what was typed; another screen of this page does not. */
function useWarning(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return;
    const warn = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
    };
  }, [isChanged]);
}
