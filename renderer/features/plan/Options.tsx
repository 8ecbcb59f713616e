import { Checkbox, NativeSelect, NumberInput, Radio, Stack, Title } from '@mantine/core';
import type { PlanWishes } from '../../store/plans.ts';
import { CODEC_WISHES } from './codecs.ts';
import { DIGESTS } from './digests.ts';
import { ROUTES } from './routes.ts';

export type OptionWishes = Omit<PlanWishes, 'destination'>;

interface OptionsProps {
  readonly options: OptionWishes;
  readonly change: (options: OptionWishes) => void;
}

const STREAM_WISHES = [
  { value: '', label: 'Several where a probe shows a gain' },
  { value: '1', label: 'One' },
  { value: '2', label: 'Two' },
  { value: '4', label: 'Four' },
];

const FLATTENINGS = [
  { value: 'best', label: 'What is possible and quicker' },
  { value: 'file', label: 'As a file on the source, which then travels' },
  { value: 'stream', label: 'On its way, by route thin' },
] as const satisfies readonly { readonly value: PlanWishes['flatten']; readonly label: string }[];

/** How to move; each choice says what it means. */
export function Options({ options, change }: OptionsProps) {
  return (
    <section aria-labelledby="options-title" className="options">
      <Title order={2} id="options-title">
        Options
      </Title>
      <Radio.Group
        label="Route"
        size="xs"
        value={options.route}
        onChange={(value) => {
          const route = ROUTES.find((candidate) => candidate.value === value)?.value;
          if (route === undefined) return;
          const mayBeThin = route === 'best' || route === 'thin';
          const { live, flatten } = options;
          change({ ...options, route, live: live && mayBeThin, flatten: mayBeThin ? flatten : 'best' });
        }}
      >
        <Stack gap={4} mt={4}>
          {ROUTES.map(({ value, label, means }) => (
            <Radio key={value} size="xs" value={value} label={label} description={means} />
          ))}
        </Stack>
      </Radio.Group>
      <Checkbox
        size="xs"
        label="Copy the disks while it runs"
        description="By route thin: QEMU writes to overlays from then on, and the instance is off only for what it wrote since. Given up, they are merged again while it runs."
        disabled={options.route !== 'best' && options.route !== 'thin'}
        checked={options.live}
        onChange={(event) => {
          change({ ...options, live: event.currentTarget.checked });
        }}
      />
      <NumberInput
        label="Bandwidth limit, MiB/s"
        description="For all disks together. Empty: as in the settings."
        placeholder="As in the settings"
        min={0.1}
        max={1_000_000}
        decimalScale={1}
        allowNegative={false}
        disabled={options.route === 'nova'}
        value={options.limitMibPerSecond ?? ''}
        onChange={(value) => {
          change({ ...options, limitMibPerSecond: positive(value) });
        }}
      />
      <NumberInput
        label="Time to stop, seconds"
        description="After that the plug is pulled. Empty: as in the settings."
        placeholder="As in the settings"
        min={1}
        max={86_400}
        allowDecimal={false}
        allowNegative={false}
        value={options.stopTimeoutSeconds ?? ''}
        onChange={(value) => {
          change({ ...options, stopTimeoutSeconds: positive(value) });
        }}
      />
      <NativeSelect
        size="xs"
        label="Proof"
        description="Every file is compared on both hosts by its digest; this chooses which. It is never left out."
        data={DIGESTS.map(({ value, label }) => ({ value, label }))}
        value={options.digest}
        onChange={(event) => {
          const digest = DIGESTS.find(({ value }) => value === event.currentTarget.value)?.value;
          if (digest !== undefined) change({ ...options, digest });
        }}
      />
      <NativeSelect
        size="xs"
        label="Compression"
        description="Of what we copy, on its way; one core of each host for each disk."
        data={CODEC_WISHES.map(({ value, label }) => ({ value, label }))}
        disabled={options.route === 'nova'}
        value={options.codec}
        onChange={(event) => {
          const codec = CODEC_WISHES.find(({ value }) => value === event.currentTarget.value)?.value;
          if (codec !== undefined) change({ ...options, codec });
        }}
      />
      <NativeSelect
        size="xs"
        label="Connections"
        description="For each big file that goes uncompressed and without a limit; one core of each host for each."
        data={STREAM_WISHES}
        disabled={options.route === 'nova'}
        value={options.streams ?? ''}
        onChange={(event) => {
          const streams = Number(event.currentTarget.value);
          change({ ...options, streams: streams === 0 ? undefined : streams });
        }}
      />
      <NativeSelect
        size="xs"
        label="Flattening"
        description="Of a disk whose base is another file at the destination, or none that Nova knows."
        data={FLATTENINGS.map(({ value, label }) => ({ value, label }))}
        disabled={options.route !== 'best' && options.route !== 'thin'}
        value={options.flatten}
        onChange={(event) => {
          const flatten = FLATTENINGS.find(({ value }) => value === event.currentTarget.value)?.value;
          if (flatten !== undefined) change({ ...options, flatten });
        }}
      />
    </section>
  );
}

function positive(value: number | string): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
