import { Writable } from 'node:stream';
import type { DiskView, MigrationView } from '../../main/contract/views.ts';

/** One disk as a migration that copies tells of it. */
export function diskView(more: Partial<DiskView> = {}): DiskView {
  return {
    name: 'disk',
    role: 'root',
    strategy: 'overlay',
    state: 'copying',
    bytesTotal: 1024 ** 3,
    bytesDone: 0,
    ...more,
  };
}

/** A migration that copies one disk, unless told otherwise. */
export function migrationView(more: Partial<MigrationView> = {}): MigrationView {
  return {
    id: '00000000-0000-4000-8000-000000000000',
    phase: 'copying',
    active: true,
    server: { id: 'server', name: 'web', running: true },
    source: 'compute-a',
    destination: 'compute-b',
    route: 'seed',
    disks: [diskView()],
    bytesToMove: 1024 ** 3,
    cloud: 'lab',
    by: 'admin@desk',
    enteredAtMs: {},
    updatedAtMs: 0,
    downtime: {},
    running: false,
    proven: false,
    proofs: [],
    next: '',
    ...more,
  };
}

/** A standard error that keeps what is written to it; with `columns` it is a terminal. */
export function fakeStream(columns?: number): {
  readonly stream: NodeJS.WriteStream;
  /** All that was written since the last question. */
  readonly take: () => string;
} {
  let text = '';
  const writable = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const stream = Object.assign(writable, {
    isTTY: columns !== undefined,
    ...(columns !== undefined && { columns, rows: 40 }),
  }) as unknown as NodeJS.WriteStream;
  return {
    stream,
    take() {
      const said = text;
      text = '';
      return said;
    },
  };
}
