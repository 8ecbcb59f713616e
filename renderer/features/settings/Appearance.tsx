import { SegmentedControl, Title, useMantineColorScheme } from '@mantine/core';

const SCHEMES = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

/** Light or dark. It belongs to this window and not to the settings file. */
export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className="panel" aria-labelledby="appearance-title">
      <Title order={2} id="appearance-title">
        Colours
      </Title>
      <div className="settings-row">
        <span id="scheme-label">Light or dark</span>
        <SegmentedControl
          size="xs"
          aria-labelledby="scheme-label"
          data={[...SCHEMES]}
          value={colorScheme}
          onChange={(value) => {
            const scheme = SCHEMES.find((known) => known.value === value)?.value;
            if (scheme !== undefined) setColorScheme(scheme);
          }}
        />
        <span className="dimmed">Counts at once, for this window only.</span>
      </div>
    </section>
  );
}
