import type { DoctorView, InventoryView, MigrationView, PlanView } from '../contract/views.ts';
import { printable } from '../domain/naming.ts';
import { VERDICTS } from '../domain/preflight/judgement.ts';
import { formatBytes, formatRate, formatSeconds } from '../domain/units.ts';
import { table } from './table.ts';

/** Words and tables for a person at a terminal. What a program wants is `--json`. */
export function printInventory({ hosts, instances }: InventoryView): string {
  const hostRows = hosts.map((host) => [
    host.name,
    host.state + (host.status === 'disabled' ? ', disabled' : ''),
    String(host.instances),
    host.diskGib === undefined
      ? ''
      : `${String(host.diskGib.used)} of ${String(Math.floor(host.diskGib.capacity))} GiB`,
    host.onHost === undefined
      ? (host.problem ?? '')
      : `${formatBytes(host.onHost.freeBytes)} free, Nova copies by ${host.onHost.transport === 'ssh' ? 'scp' : 'rsync'}`,
  ]);
  const rows = instances.flatMap((instance) => [
    [
      instance.id,
      instance.name,
      instance.status + (instance.locked === true ? ', locked' : ''),
      instance.host ?? '',
      instance.warning ?? '',
    ],
    ...(instance.disks ?? []).map((disk) => [
      '',
      `  ${disk.name}`,
      disk.format,
      `${formatBytes(disk.allocatedBytes)} of ${formatBytes(disk.virtualBytes)}`,
      disk.problem ?? disk.chain.join(' <- '),
    ]),
    ...(instance.firmware === undefined ? [] : [['', '  firmware', instance.firmware]]),
    ...(instance.leftovers ?? []).map((path) => ['', '  left over', '', '', path]),
  ]);
  return [
    table(
      [
        { title: 'HOST' },
        { title: 'STATE' },
        { title: 'VMS', align: 'right' },
        { title: 'DISK PROMISED' },
        { title: 'ON THE HOST', width: 90 },
      ],
      hostRows,
    ),
    '',
    table(
      [
        { title: 'INSTANCE' },
        { title: 'NAME', width: 40 },
        { title: 'STATUS' },
        { title: 'HOST' },
        { title: 'REMARK', width: 100 },
      ],
      rows,
    ),
  ].join('\n');
}

export function printPlan(plan: PlanView, withCommands: boolean): string {
  const disks = plan.disks.map((disk) => [
    disk.name,
    disk.strategy,
    disk.strategy === 'remake' ? '' : formatBytes(disk.bytesToMove),
    disk.reason,
  ]);
  const bases = plan.bases.map((base) => [
    base.path.slice(base.path.lastIndexOf('/') + 1),
    base.action === 'stage' ? 'staged first' : 'there',
    formatBytes(base.allocatedBytes),
    base.reason,
  ]);
  return [
    `Move ${printable(plan.server.name)} (${plan.server.id}) from ${plan.source} to ${plan.destination}, route ${plan.route}: ${plan.routeReason}`,
    '',
    table(
      [
        { title: 'DISK' },
        { title: 'STRATEGY' },
        { title: 'TO MOVE', align: 'right' },
        { title: 'BECAUSE', width: 110 },
      ],
      [...disks, ...bases],
    ),
    '',
    ...printFindings(plan.findings.filter((finding) => finding.verdict !== 'pass')),
    `${String(plan.findings.filter((finding) => finding.verdict === 'pass').length)} checks passed.`,
    printPrediction(plan),
    ...(withCommands
      ? [
          '',
          table(
            [{ title: 'PHASE' }, { title: 'WHERE' }, { title: 'COMMAND', width: 2000 }],
            plan.commands.map(({ phase, where, command }) => [phase, where, command]),
          ),
        ]
      : []),
  ].join('\n');
}

/** What speaks against a move, worst first, with what was seen; what is in order is counted, or listed too. */
export function printPreflight({ server, source, destination, findings }: PlanView, all: boolean): string {
  const open = findings.filter(({ verdict }) => verdict !== 'pass');
  const passed = findings.filter(({ verdict }) => verdict === 'pass');
  const blocking = findings.filter(({ verdict }) => verdict === 'block').length;
  const warnings = findings.filter(({ verdict }) => verdict === 'warn').map(({ id }) => id);
  return [
    `${printable(server.name)} (${server.id}) from ${source} to ${destination}: ${String(findings.length)} checks, ${String(passed.length)} in order`,
    '',
    ...open.flatMap((finding) => [
      ...printFindings([finding]),
      ...(finding.evidence ?? []).map((line) => `      - ${printable(line)}`),
    ]),
    ...(all ? printFindings(passed) : []),
    ...(open.length > 0 || all ? [''] : []),
    blocking > 0
      ? `It cannot be moved: ${blocking === 1 ? 'one check blocks' : `${String(blocking)} checks block`} it.`
      : warnings.length > 0
        ? `It can be moved once the warnings are acknowledged: ${warnings.map((id) => `--acknowledge ${id}`).join(' ')}`
        : 'Nothing stands in the way.',
  ].join('\n');
}

function printPrediction({
  downtime,
  downtimeByNova,
  downtimeIfLive,
  speed,
  codec,
  streams,
  route,
  server,
  bytesToMove,
  bytesToStage,
}: PlanView): string {
  const bytes = `${formatBytes(bytesToMove)} to move${bytesToStage > 0 ? `, ${formatBytes(bytesToStage)} of it before the stop` : ''}`;
  if (downtime === undefined || speed === undefined)
    return `${bytes}; the path was not measured, so no downtime is predicted.`;
  const parts = downtime.parts.map((part) => `${part.name} ${formatSeconds(part.seconds)}`).join(', ');
  const seen =
    downtime.seenIn === undefined
      ? ''
      : `; stop and hand-over as in ${String(downtime.seenIn)} earlier moves here`;
  const nova =
    downtimeByNova === undefined
      ? ''
      : ` Nova alone, without proof: about ${formatSeconds(downtimeByNova.seconds)}.`;
  const live =
    downtimeIfLive === undefined
      ? ''
      : ` With --live, its disks copied while it runs: about ${formatSeconds(downtimeIfLive.seconds)}.`;
  const off = server.running ? 'Predicted downtime' : 'The instance is off; predicted time';
  const compressed =
    codec === undefined || route === 'nova' ? '' : ` Compression: ${codec.codec} (${codec.reason}).`;
  const shared =
    streams === undefined || streams.streams === 1 || route === 'nova'
      ? ''
      : ` Connections for each big file: ${String(streams.streams)} (${streams.reason}).`;
  return `${bytes} at ${formatRate(speed.copyBytesPerSecond)} (measured).${compressed}${shared} ${off}: about ${formatSeconds(downtime.seconds)} (${parts}${seen}).${live}${nova}`;
}

export function printFindings(
  findings: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly message: string;
    readonly fix?: string | undefined;
  }[],
): readonly string[] {
  return findings.flatMap(({ id, verdict, message, fix }) => [
    `${verdict.toUpperCase().padEnd(5)} ${id}: ${printable(message)}`,
    ...(fix === undefined ? [] : [`      ${printable(fix)}`]),
  ]);
}

export function printDoctor({ checks }: DoctorView): string {
  const sorted = VERDICTS.flatMap((verdict) => checks.filter((check) => check.verdict === verdict));
  return printFindings(
    sorted.map(({ subject, id, verdict, message, fix }) => ({
      id: id === undefined ? subject : `${subject} ${id}`,
      verdict,
      message,
      ...(fix !== undefined && { fix }),
    })),
  ).join('\n');
}

export function printMigrations(migrations: readonly MigrationView[]): string {
  if (migrations.length === 0)
    return 'No migration was made from this machine yet. Begin with: coldhaul inventory';
  const rows = migrations.map((migration) => [
    migration.id,
    migration.server.name,
    `${migration.source} -> ${migration.destination}`,
    migration.route,
    migration.phase,
    new Date(migration.updatedAtMs).toISOString().slice(0, 19).replace('T', ' '),
  ]);
  return table(
    [
      { title: 'MIGRATION' },
      { title: 'INSTANCE', width: 40 },
      { title: 'FROM -> TO' },
      { title: 'ROUTE' },
      { title: 'PHASE' },
      { title: 'LAST FACT (UTC)' },
    ],
    rows,
  );
}

export function printMigration(migration: MigrationView, nowMs = Date.now()): string {
  const disks = migration.disks.map((disk) => [
    disk.name,
    disk.strategy,
    disk.state,
    formatBytes(disk.bytesTotal),
    disk.seconds === undefined ? '' : formatRate(disk.bytesTotal / Math.max(disk.seconds, 0.001)),
    disk.digest === undefined ? '' : `${disk.digest.algorithm} ${disk.digest.destination.slice(0, 16)}…`,
  ]);
  const { startMs, endMs, predictedSeconds } = migration.downtime;
  const predicted = predictedSeconds === undefined ? '' : `, predicted ${formatSeconds(predictedSeconds)}`;
  return [
    `${printable(migration.server.name)} (${migration.server.id}): ${migration.source} -> ${migration.destination}, route ${migration.route}, ${migration.phase}`,
    `migration ${migration.id}`,
    table(
      [
        { title: 'DISK' },
        { title: 'STRATEGY' },
        { title: 'STATE' },
        { title: 'BYTES', align: 'right' },
        { title: 'RATE', align: 'right' },
        { title: 'DIGEST' },
      ],
      disks,
    ),
    ...(startMs === undefined
      ? []
      : [
          endMs === undefined
            ? `The instance is off since ${new Date(startMs).toISOString()}${predicted}.`
            : `Downtime ${formatSeconds((endMs - startMs) / 1000)}${predicted}.`,
        ]),
    ...(migration.novaCopiedBytes === undefined
      ? []
      : [`Nova’s own copy: ${formatBytes(migration.novaCopiedBytes)}.`]),
    ...migration.proofs.map(
      (proof) => `${proof.ok ? '  proven' : '  NOT PROVEN'} ${proof.name}: ${printable(proof.said)}`,
    ),
    ...[migration.failure, migration.interrupted].flatMap((failure) =>
      failure === undefined ? [] : [printFailure(failure)],
    ),
    ...printOwnConfirm(migration, nowMs),
    migration.next,
  ].join('\n');
}

/** Who reads it later must be able to count from it, so the time itself is told too. */
function printOwnConfirm(
  { confirmsItselfAtMs, source, destination }: MigrationView,
  nowMs: number,
): readonly string[] {
  if (confirmsItselfAtMs === undefined) return [];
  const leftMs = confirmsItselfAtMs - nowMs;
  const when =
    leftMs > 0
      ? `by itself in ${formatSeconds(leftMs / 1000)} (${new Date(confirmsItselfAtMs).toISOString().slice(0, 19)}Z)`
      : 'by itself at any moment now';
  return [`Nova on ${destination} confirms ${when}; the copy on ${source} is gone then. Decide before.`];
}

export function printFailure({
  message,
  hint,
  requestId,
}: {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
}): string {
  return [
    // Only our own sentences have lines; what comes from elsewhere cannot begin one of ours, for they are indented.
    `coldhaul: ${message.split('\n').map(printable).join('\n    ')}`,
    ...(hint === undefined || hint === '' ? [] : [`  ${printable(hint)}`]),
    ...(requestId === undefined ? [] : [`  request id: ${requestId}`]),
  ].join('\n');
}
