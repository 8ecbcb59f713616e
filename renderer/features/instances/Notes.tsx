import { IconAlertTriangle, IconDeviceFloppy, IconDisc, IconLoader, IconLock } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { hrefOf } from '../../route.ts';
import { Status } from '../../components/Status.tsx';
import type { Row } from './rows.ts';
import { migrationWords } from './words.ts';

/** What is special about an instance: first what wants an eye, in words; then its lasting traits, as signs. */
export function Notes({ row }: { readonly row: Row }) {
  const { instance, migration } = row;
  const { warning, taskState, locked, volumes, configDrive } = instance;
  return (
    <span className="inst-notes">
      {migration !== undefined ? (
        <a
          href={hrefOf({ page: 'migration', id: migration.id })}
          tabIndex={-1}
          title={`To the migration from ${migration.source} to ${migration.destination}`}
        >
          <Status {...migrationWords(migration)} />
        </a>
      ) : (
        warning !== undefined && (
          <span title={warning}>
            <Status tone="warn" word="Looks stuck" />
          </span>
        )
      )}
      {migration !== undefined && warning !== undefined && (
        <Sign Icon={IconAlertTriangle} word={`Looks stuck: ${warning}`} className="warn" />
      )}
      {taskState !== undefined && (
        <Sign Icon={IconLoader} word={`Nova is doing ${taskState}`} className="busy" />
      )}
      {locked === true && <Sign Icon={IconLock} word="Locked" />}
      {volumes > 0 && (
        <Sign Icon={IconDeviceFloppy} word={`${String(volumes)} ${volumes === 1 ? 'volume' : 'volumes'}`}>
          {volumes}
        </Sign>
      )}
      {configDrive && <Sign Icon={IconDisc} word="Config drive" />}
    </span>
  );
}

interface SignProps {
  readonly Icon: ComponentType<{ size: number; 'aria-hidden': true }>;
  readonly word: string;
  readonly className?: string;
  readonly children?: number;
}

/** A small sign; its word is for the ear and the pointer, and stands in full in the details. */
function Sign({ Icon, word, className = 'dimmed', children }: SignProps) {
  return (
    <span role="img" aria-label={word} title={word} className={`inst-sign ${className}`}>
      <Icon size={16} aria-hidden />
      {children}
    </span>
  );
}
