import { Group, Loader, Title } from '@mantine/core';
import { useEffect } from 'react';
import type { SettingsView } from '@contract/desk-views.ts';
import { Copy } from '../../components/Copyable.tsx';
import { Problem } from '../../components/Problem.tsx';
import { readSettings, useSettings } from '../../store/settings.ts';
import { Appearance } from './Appearance.tsx';
import './settings.css';
import { SettingsForm } from './SettingsForm.tsx';

/** Every value of the settings file, with what it means and what it is when nothing is said. */
export function SettingsPage() {
  const { settings, failure } = useSettings();
  useEffect(() => {
    void readSettings();
  }, []);
  return (
    <div className="page">
      <div className="page-title">
        <Title order={1}>Settings</Title>
      </div>
      {failure !== undefined && (
        <Problem failure={failure} title="The settings could not be read" again={() => void readSettings()} />
      )}
      {settings === undefined && failure === undefined && (
        <Group gap="sm" role="status">
          <Loader size="xs" /> Reading the settings…
        </Group>
      )}
      {settings !== undefined && <Place settings={settings} />}
      <Appearance />
      {settings !== undefined &&
        (settings.problem === undefined ? (
          <SettingsForm settings={settings} />
        ) : (
          <Problem
            failure={settings.problem}
            title="The settings file cannot be used"
            again={() => void readSettings()}
          >
            <p className="settings-text">
              Until it is mended the defaults count, and nothing can be changed here: saving would write over
              what stands in the file.
            </p>
          </Problem>
        ))}
    </div>
  );
}

function Place({ settings: { path, exists } }: { readonly settings: SettingsView }) {
  return (
    <div className="settings-place">
      <span className="dimmed">
        {exists ? 'Kept in' : 'The defaults count. As soon as you save, they are kept in'}
      </span>
      <code className="mono">{path}</code>
      <Copy text={path} what="Copy the path of the settings file" />
    </div>
  );
}
