import { InvalidArgumentError } from 'commander';
import type { PlanView } from '../contract/views.ts';
import type { Flattening, Route } from '../domain/plan.ts';
import type { Codec } from '../domain/codec.ts';
import type { DigestAlgorithm } from '../domain/digest.ts';
import { Failure } from '../domain/failure.ts';
import { printable } from '../domain/naming.ts';
import { openArchive, whoAmI } from '../engine/compose.ts';
import { createTerminalAsker } from './ask.ts';
import { listChecks, printCheck, printChecks } from './checks.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import {
  printDoctor,
  printFindings,
  printInventory,
  printMigration,
  printMigrations,
  printPlan,
  printPreflight,
} from './print.ts';
import { exitOf, follow, showEnds, worstExit } from './run.ts';
import { engineOptions, findMigration, type GlobalOptions, type Session } from './session.ts';
import { answer, within } from './within.ts';

export interface InventoryOptions {
  readonly host?: string;
  readonly disks?: boolean;
}

export interface PlanOptions {
  readonly to: string;
  readonly route?: Route;
  readonly bwlimit?: number;
  readonly stopTimeout?: number;
  readonly digest?: DigestAlgorithm;
  readonly codec?: Codec;
  readonly streams?: string;
  readonly live?: boolean;
  readonly flatten?: Flattening;
  readonly commands?: boolean;
}

export interface MigrateOptions extends PlanOptions {
  readonly confirm?: boolean;
  readonly yes?: boolean;
  readonly acknowledge: readonly string[];
}

/** Reads a number above zero from the command line. */
export function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

export function inventory(options: InventoryOptions, all: GlobalOptions): Promise<ExitCode> {
  return within(all, async (session) => {
    const view = await session.call('inventory.read', {
      ...(options.host !== undefined && { host: options.host }),
      onHosts: options.disks === true,
    });
    answer(all, view, printInventory(view));
    return EXIT.done;
  });
}

export function plan(server: string, options: PlanOptions, all: GlobalOptions): Promise<ExitCode> {
  return within(all, async (session) => {
    const view = await makePlan(session, server, options);
    answer(all, view, printPlan(view, options.commands === true));
    return view.findings.some((finding) => finding.verdict === 'block') ? EXIT.refused : EXIT.done;
  });
}

export interface PreflightOptions extends PlanOptions {
  readonly all?: boolean;
}

export function preflight(server: string, options: PreflightOptions, all: GlobalOptions): Promise<ExitCode> {
  return within(all, async (session) => {
    const view = await makePlan(session, server, options);
    answer(all, view.findings, printPreflight(view, options.all === true));
    return view.findings.some((finding) => finding.verdict === 'block') ? EXIT.refused : EXIT.done;
  });
}

/** What is looked at, without looking: needs no cloud. */
export function checks(name: string | undefined, all: GlobalOptions): Promise<ExitCode> {
  const entries = listChecks(name);
  const [only] = entries;
  answer(all, entries, name === undefined || only === undefined ? printChecks(entries) : printCheck(only));
  return Promise.resolve(EXIT.done);
}

export function migrate(
  servers: readonly string[],
  options: MigrateOptions,
  all: GlobalOptions,
): Promise<ExitCode> {
  return within(all, async (session) => {
    const plans: PlanView[] = [];
    for (const server of servers) plans.push(await makePlan(session, server, options));
    for (const view of plans) process.stderr.write(`${printPlan(view, all.verbose === true)}\n\n`);
    refuseBlocked(plans);
    await agree(plans, options);
    const acknowledged = [...options.acknowledge];
    const started = [];
    for (const view of plans)
      started.push(await session.call('migration.start', { planId: view.id, acknowledged, by: whoAmI() }));
    let ends = await follow(
      session,
      started.map((view) => view.id),
      all,
    );
    if (options.confirm === true) {
      const ready = ends.filter(
        (view) => view.phase === 'awaiting-verdict' && view.proven && view.interrupted === undefined,
      );
      for (const view of ready)
        await session.call('migration.confirm', { id: view.id, by: `${whoAmI()} with --confirm` });
      const confirmed = await follow(
        session,
        ready.map((view) => view.id),
        all,
      );
      ends = ends.map((view) => confirmed.find((after) => after.id === view.id) ?? view);
    }
    showEnds(ends, all);
    const unproven = ends.some((view) => view.phase === 'awaiting-verdict' && !view.proven);
    return unproven ? EXIT.refused : worstExit(ends.map(exitOf));
  });
}

export async function goOn(
  act: 'confirm' | 'revert' | 'cancel' | 'pause' | 'resume',
  reference: string,
  all: GlobalOptions,
): Promise<ExitCode> {
  const view = await findMigration(reference, all);
  return within({ cloud: view.cloud, ...all }, async (session) => {
    if (act === 'resume') await session.call('migration.resume', { id: view.id });
    else await session.call(`migration.${act}`, { id: view.id, by: whoAmI() });
    const ends = await follow(session, [view.id], all);
    showEnds(ends, all);
    return act === 'pause' ? EXIT.done : worstExit(ends.map(exitOf));
  });
}

/** Works from the journals alone, so it tells what is known also when the cloud cannot be reached. */
export async function status(reference: string | undefined, all: GlobalOptions): Promise<ExitCode> {
  if (reference !== undefined) {
    const view = await findMigration(reference, all);
    answer(all, view, printMigration(view));
    return EXIT.done;
  }
  const { migrations: views, problems } = await openArchive(engineOptions(all)).list();
  answer(all, views, printMigrations(views));
  for (const problem of problems) process.stderr.write(`coldhaul: ${printable(problem)}\n`);
  return problems.length > 0 ? EXIT.failed : EXIT.done;
}

export function doctor(hosts: readonly string[], all: GlobalOptions): Promise<ExitCode> {
  return within(all, async (session) => {
    const view = await session.call('doctor.run', { hosts: [...hosts] });
    answer(all, view, printDoctor(view));
    return view.checks.some((check) => check.verdict === 'block') ? EXIT.refused : EXIT.done;
  });
}

function makePlan(session: Session, server: string, options: PlanOptions): Promise<PlanView> {
  return session.call('plan.make', {
    server,
    destination: options.to,
    ...(options.route !== undefined && { route: options.route }),
    ...(options.bwlimit !== undefined && { limitMibPerSecond: options.bwlimit }),
    ...(options.stopTimeout !== undefined && { stopTimeoutSeconds: Math.ceil(options.stopTimeout) }),
    ...(options.digest !== undefined && { digest: options.digest }),
    ...(options.codec !== undefined && { codec: options.codec }),
    ...(options.streams !== undefined && { streams: Number(options.streams) }),
    ...(options.live === true && { live: true }),
    ...(options.flatten !== undefined && { flatten: options.flatten }),
  });
}

/** Nothing is started if one of several cannot be: the admin asked for all of them. */
function refuseBlocked(plans: readonly PlanView[]): void {
  const blocking = plans.flatMap((view) => view.findings.filter((finding) => finding.verdict === 'block'));
  if (blocking.length === 0) return;
  throw new Failure('plan.blocked', blocking.map((finding) => finding.message).join(' '), {
    hint: blocking.flatMap((finding) => finding.fix ?? []).join(' '),
  });
}

async function agree(plans: readonly PlanView[], options: MigrateOptions): Promise<void> {
  if (options.yes === true || !process.stdin.isTTY) return;
  const warnings = plans.flatMap((view) =>
    view.findings.filter(
      (finding) => finding.verdict === 'warn' && !options.acknowledge.includes(finding.id),
    ),
  );
  if (warnings.length > 0) process.stderr.write(`${printFindings(warnings).join('\n')}\n`);
  const names = plans.map((view) => printable(view.server.name)).join(', ');
  if (!(await createTerminalAsker(process.stdin, process.stderr).confirm(`Move ${names} now?`))) {
    throw new Failure('cancelled', 'nothing was started');
  }
}
