import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { MigrationView, PlanView } from '../../../main/contract/views.ts';
import type { Codec } from '../../../main/domain/codec.ts';
import type { Calls } from '../../electron/wire.ts';
import { labPaths } from '../../lab/lab-files.ts';
import type { Lab } from '../../lab/start-lab.ts';
import { openLabEngine, type LabEngine } from '../../support/lab-engine.ts';
import { answerParent } from '../child.ts';
import type { OwnSpent } from './meter.ts';

/** The engine of one run, in a process of its own, so that what it takes can be told from what the lab takes. */
export interface EngineCalls extends Calls {
  plan(order: {
    readonly directory: string;
    readonly server: string;
    readonly destination: string;
    readonly route: PlanView['route'];
    readonly codec: Codec | undefined;
    readonly live: boolean;
  }): Promise<PlanView>;
  /** Until a verdict is due, or it has ended otherwise. */
  migrate(plan: PlanView): Promise<{ readonly view: MigrationView; readonly spent: OwnSpent }>;
  confirm(id: string): Promise<MigrationView>;
}

/** Between two looks at our own memory. */
const LOOK_MS = 250;
const BY = 'the bench';

let engine: LabEngine | undefined;

/** Bytes that our own connections have carried, closed ones included. */
function countSockets(): () => number {
  const open = new Set<Socket>();
  let closedBytes = 0;
  const carried = (socket: Socket): number => socket.bytesRead + socket.bytesWritten;
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: unknown };
    if (!(socket instanceof Socket)) return;
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      closedBytes += carried(socket);
    });
  });
  return () => [...open].reduce((sum, socket) => sum + carried(socket), closedBytes);
}

const carriedBytes = countSockets();

function opened(): LabEngine {
  if (engine === undefined) throw new Error('there is no plan yet');
  return engine;
}

async function plan(order: Parameters<EngineCalls['plan']>[0]): Promise<PlanView> {
  const { directory, codec, ...wanted } = order;
  // The engine asks no more of a lab than where its files are.
  engine ??= await openLabEngine({ directory, paths: labPaths(directory) } as Lab);
  return engine.call('plan.make', { ...wanted, ...(codec !== undefined && { codec }) });
}

async function migrate({ id, findings }: PlanView): Promise<Awaited<ReturnType<EngineCalls['migrate']>>> {
  const here = opened();
  const [cpu, bytes, memory] = [process.cpuUsage(), carriedBytes(), process.memoryUsage.rss()];
  let most = memory;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, LOOK_MS);
  const acknowledged = findings.map((finding) => finding.id);
  const started = await here.call('migration.start', { planId: id, by: BY, acknowledged });
  const view = await here.settled(started.id);
  clearInterval(timer);
  const { user, system } = process.cpuUsage(cpu);
  return {
    view,
    spent: {
      cpuSeconds: (user + system) / 1e6,
      peakBytes: most - memory,
      controlBytes: carriedBytes() - bytes,
    },
  };
}

async function confirm(id: string): Promise<MigrationView> {
  await opened().call('migration.confirm', { id, by: BY });
  return opened().settled(id);
}

answerParent<EngineCalls>({ plan, migrate, confirm }, async () => {
  await engine?.close();
});
