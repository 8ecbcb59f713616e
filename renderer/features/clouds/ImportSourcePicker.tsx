import { Button, FileButton } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import type { FailureView } from '@contract/desk-views.ts';
import { Cut } from '../../components/Cut.tsx';
import { MOST_CHARACTERS } from './import-file.ts';

interface ImportSourcePickerProps {
  /** Of the file that was given, empty for none. */
  readonly fileName: string;
  readonly take: (given: { readonly text: string; readonly fileName: string }) => void;
  readonly failed: (failure: FailureView) => void;
}

/** A file chosen or dropped; its text is read here and shown before anything is sent. */
export function ImportSourcePicker({ fileName, take, failed }: ImportSourcePickerProps) {
  const [over, setOver] = useState(false);
  const read = async (file: File | null | undefined): Promise<void> => {
    if (file === null || file === undefined) return;
    if (file.size > MOST_CHARACTERS * 4) {
      failed({
        code: 'bad-request',
        message: `${file.name} is far too large for a clouds.yaml or openrc file.`,
      });
      return;
    }
    try {
      take({ text: await file.text(), fileName: file.name });
    } catch {
      failed({
        code: 'bad-request',
        message: `${file.name} could not be read.`,
        hint: 'A folder cannot be imported; check that the file may be read by you.',
      });
    }
  };
  return (
    <div
      className={over ? 'clouds-drop clouds-drop-over' : 'clouds-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void read(event.dataTransfer.files[0]);
      }}
    >
      <FileButton onChange={(file) => void read(file)}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
            Choose a file…
          </Button>
        )}
      </FileButton>
      <span className="dimmed">or drop it here</span>
      {fileName !== '' && (
        <span>
          <Cut text={fileName} length={40} mono />
        </span>
      )}
    </div>
  );
}
