import { create } from 'zustand';
import type { Message } from '@contract/bridge.ts';
import type { CloudView, DeskView, FailureView, QuestionView } from '@contract/desk-views.ts';
import type { MigrationView } from '@contract/views.ts';
import { call, theEngine, type Connection } from '../engine.ts';
import { forgetDoctor, takeDoctor } from './doctor.ts';
import { forgetLog, takeLines } from './log.ts';
import { takePlanProgress } from './plan-progress.ts';
import { forgetCases } from './recovery-cases.ts';
import { forgetRecovery, takeRecoveryProgress } from './recovery.ts';
import { forgetSamples, takeSamples } from './samples.ts';

interface DeskState {
  /** `undefined` until the desk has been read for the first time. */
  readonly desk: Omit<DeskView, 'cloud' | 'questions' | 'migrations' | 'sequence'> | undefined;
  readonly cloud: CloudView;
  readonly questions: readonly QuestionView[];
  /** Newest first, each once. */
  readonly migrations: readonly MigrationView[];
  readonly failure: FailureView | undefined;
  readonly connection: Connection;
}

/** What the page knows of the desk. Only messages and `desk.read` change it. */
export const useDesk = create<DeskState>(() => ({
  desk: undefined,
  cloud: { state: 'none' },
  questions: [],
  migrations: [],
  failure: undefined,
  connection: 'online',
}));

/** Of the last message that was applied. */
let sequence = 0;
let reading: Promise<void> | undefined;
/** Messages that came while the desk was being read. */
let waiting: Message[] = [];

/** Begins to listen, then reads the desk once. Returns what ends it. */
export function startDesk(): () => void {
  const silences = [
    theEngine().bridge.on(take),
    theEngine().onConnection((connection) => {
      const before = useDesk.getState().connection;
      useDesk.setState({ connection });
      if (before === 'offline' && connection === 'online') void readDesk();
    }),
  ];
  void readDesk();
  return () => {
    for (const silence of silences) silence();
  };
}

/** Reads everything anew; messages that come meanwhile are applied on top, if they are not in it already. */
export function readDesk(): Promise<void> {
  reading ??= (async () => {
    const reply = await call('desk.read', {});
    reading = undefined;
    const late = waiting;
    waiting = [];
    if (!reply.ok) {
      useDesk.setState({ failure: reply });
      return;
    }
    const { cloud, questions, migrations, ...desk } = reply.value;
    const before = useDesk.getState().desk?.run;
    if (before !== undefined && before !== desk.run) {
      forgetLog();
      forgetSamples();
    }
    sequence = desk.sequence;
    takeCloud(cloud);
    useDesk.setState({ desk, questions, migrations: newestFirst(migrations), failure: undefined });
    for (const message of late) take(message);
  })();
  return reading;
}

function take(message: Message): void {
  if (reading !== undefined) {
    waiting.push(message);
    return;
  }
  if (message.sequence <= sequence) return;
  const missed = message.sequence !== sequence + 1;
  sequence = message.sequence;
  apply(message.event);
  if (missed) void readDesk();
}

function apply(event: Message['event']): void {
  switch (event.name) {
    case 'migration.changed':
      takeMigration(event.payload);
      return;
    case 'cloud.changed':
      takeCloud(event.payload);
      return;
    case 'questions.changed':
      useDesk.setState({ questions: event.payload });
      return;
    case 'disk.samples':
      takeSamples(event.payload);
      return;
    case 'log.lines':
      takeLines(event.payload);
      return;
    case 'plan.progress':
      takePlanProgress(event.payload);
      return;
    case 'doctor.progress':
      takeDoctor(event.payload);
      return;
    case 'recovery.progress':
      takeRecoveryProgress(event.payload);
      return;
  }
}

/** What was tested or found stuck in another cloud says nothing of this one. */
function takeCloud(cloud: CloudView): void {
  const before = useDesk.getState().cloud;
  if (nameOf(before) !== nameOf(cloud)) {
    forgetDoctor();
    forgetRecovery();
    forgetCases();
  }
  useDesk.setState({ cloud });
}

function nameOf(cloud: CloudView): string | undefined {
  return cloud.state === 'none' ? undefined : cloud.name;
}

/** Puts one migration in its place; replies to calls bring it as well as messages. */
export function takeMigration(migration: MigrationView): void {
  useDesk.setState(({ migrations }) => {
    const others = migrations.filter(({ id }) => id !== migration.id);
    const known = migrations.find(({ id }) => id === migration.id);
    // A reply may arrive after the message that already told more.
    if (known !== undefined && known.updatedAtMs > migration.updatedAtMs) return {};
    return { migrations: newestFirst([migration, ...others]) };
  });
}

function newestFirst(migrations: readonly MigrationView[]): readonly MigrationView[] {
  return [...migrations].sort((left, right) => startOf(right) - startOf(left));
}

function startOf(migration: MigrationView): number {
  return migration.enteredAtMs.planned ?? migration.updatedAtMs;
}
