import { mkdir } from 'node:fs/promises';
import type { Asked, EngineCallName, Output } from '../../main/contract/ipc.ts';
import type { LogLineView, MigrationView, SampleView } from '../../main/contract/views.ts';
import type { Fact } from '../../main/domain/facts.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { Ports } from '../../main/domain/ports.ts';
import { openEngine } from '../../main/engine/compose.ts';
import { createDispatch } from '../../main/host/dispatch.ts';
import { labEnvironment } from '../lab/demo/coldhaul.ts';
import type { Lab } from '../lab/start-lab.ts';

/** The real engine on the lab, in this process, so that a test can watch it or hurt it at a certain point. */
export interface LabEngine {
  call<K extends EngineCallName>(name: K, input: Asked<K>): Promise<Output<K>>;
  /** Plans and starts, in spite of every warning. */
  begin(server: string, destination: string, more?: Partial<Asked<'plan.make'>>): Promise<MigrationView>;
  /** Settles when this migration is in the phase. */
  reaches(id: string, phase: MigrationView['phase']): Promise<MigrationView>;
  /** Plans and starts; settles when nobody drives it any more. */
  migrate(server: string, destination: string, more?: Partial<Asked<'plan.make'>>): Promise<MigrationView>;
  /** Settles when nobody drives this migration any more. */
  settled(id: string): Promise<MigrationView>;
  /** Every sample, and every line of the log, that was sent so far. */
  readonly samples: readonly SampleView[];
  readonly lines: readonly LogLineView[];
  close(): Promise<void>;
}

export async function openLabEngine(
  lab: Lab,
  around?: (ports: Ports<Fact>) => Ports<Fact>,
  watchesVerdicts = false,
): Promise<LabEngine> {
  const env = labEnvironment(lab.paths);
  const home = env['HOME'] ?? lab.directory;
  await mkdir(home, { recursive: true });
  const engine = await openEngine({
    env,
    home,
    cwd: lab.directory,
    asker: { acceptHostKey: () => Promise.resolve(false), passphrase: () => Promise.resolve(undefined) },
    watchesVerdicts,
    ...(around !== undefined && { around }),
  });
  const dispatch = createDispatch(engine.handlers);
  const samples: SampleView[] = [];
  const lines: LogLineView[] = [];
  engine.listen((event) => {
    if (event.name === 'log.lines') lines.push(...event.payload);
    if (event.name === 'disk.samples') samples.push(...event.payload);
  });

  async function call<K extends EngineCallName>(name: K, input: Asked<K>): Promise<Output<K>> {
    const reply = await dispatch(name, input);
    if (reply.ok) return reply.value as Output<K>;
    throw new Failure(reply.code, reply.message, { ...(reply.hint !== undefined && { hint: reply.hint }) });
  }
  const comesTo = (id: string, isThere: (view: MigrationView) => boolean): Promise<MigrationView> =>
    new Promise((resolve, reject) => {
      const look = (view: MigrationView): void => {
        if (view.id !== id || !isThere(view)) return;
        silence();
        resolve(view);
      };
      const silence = engine.listen((event) => {
        if (event.name === 'migration.changed') look(event.payload);
      });
      call('migration.show', { id }).then(look, reject);
    });
  const settled = (id: string): Promise<MigrationView> => comesTo(id, ({ active }) => !active);
  const begin: LabEngine['begin'] = async (server, destination, more = {}) => {
    const plan = await call('plan.make', { server, destination, ...more });
    const acknowledged = plan.findings.map((finding) => finding.id);
    return call('migration.start', { planId: plan.id, by: 'a test', acknowledged });
  };
  return {
    call,
    begin,
    reaches: (id, phase) => comesTo(id, (view) => view.phase === phase),
    settled,
    samples,
    lines,
    migrate: async (server, destination, more) => settled((await begin(server, destination, more)).id),
    close: () => engine.close(),
  };
}
