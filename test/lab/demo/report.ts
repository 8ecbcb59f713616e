import type { MigrationView } from '../../../main/contract/views.ts';

/** The one line of `npm run demo -- --once --json`. */
export interface DemoReport {
  readonly state: string;
  readonly route: string;
  readonly server: string;
  readonly downtimeSeconds: number | null;
  /** Sizes of the files that travelled, together; rsync sends holes as zeros. */
  readonly bytes: number;
  readonly disks: readonly {
    readonly name: string;
    readonly strategy: string;
    readonly bytes: number;
    readonly seconds: number | undefined;
    readonly digestAlgorithm: string | undefined;
    readonly sourceDigest: string | undefined;
    readonly destDigest: string | undefined;
  }[];
  readonly novaCopiedBytes: number | undefined;
}

/** What the product says of a migration that is over. */
export function reportOf(done: MigrationView): DemoReport {
  const { startMs, endMs } = done.downtime;
  const disks = done.disks.filter((disk) => disk.state !== 'remade by Nova');
  return {
    state: done.phase,
    route: done.route,
    server: done.server.id,
    downtimeSeconds: startMs === undefined || endMs === undefined ? null : (endMs - startMs) / 1000,
    bytes: disks.reduce((bytes, disk) => bytes + disk.bytesTotal, 0),
    disks: disks.map((disk) => ({
      name: disk.name,
      strategy: disk.strategy,
      bytes: disk.bytesTotal,
      seconds: disk.seconds,
      digestAlgorithm: disk.digest?.algorithm,
      sourceDigest: disk.digest?.source,
      destDigest: disk.digest?.destination,
    })),
    novaCopiedBytes: done.novaCopiedBytes,
  };
}

/** What was found beside the product: in the lab's cloud, in the files of its hosts, on this clock. */
export interface Seen {
  readonly server: string;
  /** What the lab's cloud says of it at the end. */
  readonly status: string | undefined;
  readonly host: string | undefined;
  readonly migrationStatus: string | undefined;
  readonly destination: string;
  /** The source files as they were when the instance had stopped, by name. */
  readonly files: ReadonlyMap<string, { readonly bytes: number; readonly hasBase: boolean }>;
  /** Nova's own copies of files of this server. */
  readonly novaCopies: readonly { readonly file: string; readonly bytesWritten: number }[];
  /** From the first command to the last one's end. */
  readonly runSeconds: number;
}

/** What of the report is not so; empty if all of it is. The digests have `untrueDigests`. */
export function untrueReport(report: DemoReport, seen: Seen): readonly string[] {
  return [...untrueState(report, seen), ...untrueTimes(report, seen), ...untrueBytes(report, seen)];
}

function untrueState({ state, route, server }: DemoReport, seen: Seen): readonly string[] {
  const { status, host, migrationStatus, destination } = seen;
  const there = status === 'ACTIVE' && host === destination && migrationStatus === 'confirmed';
  return [
    ...(server === seen.server ? [] : [`server is ${server}, and the sample is ${seen.server}`]),
    ...(state === 'confirmed' ? [] : [`state is ${state}, and it was to be confirmed`]),
    ...(there
      ? []
      : [
          `the cloud says ${String(status)} on ${String(host)}, its migration ${String(migrationStatus)}, not confirmed on ${destination}`,
        ]),
    ...(route === 'seed' ? [] : [`route is ${route}, and seed was ordered`]),
  ];
}

function untrueTimes({ downtimeSeconds, disks }: DemoReport, { runSeconds }: Seen): readonly string[] {
  const within = (seconds: number | null | undefined): boolean =>
    typeof seconds === 'number' && seconds >= 0 && seconds <= runSeconds;
  const run = `the run took ${String(runSeconds)} s`;
  return [
    ...(within(downtimeSeconds) ? [] : [`downtimeSeconds is ${String(downtimeSeconds)}; ${run}`]),
    ...disks
      .filter((disk) => !within(disk.seconds))
      .map((disk) => `${disk.name}: seconds is ${String(disk.seconds)}; ${run}`),
  ];
}

function untrueBytes(report: DemoReport, { files, novaCopies }: Seen): readonly string[] {
  const disks = report.disks.flatMap(({ name, bytes, strategy }) => {
    const file = files.get(name);
    if (file === undefined) return [`${name}: there is no such file`];
    return [
      ...(file.bytes === bytes
        ? []
        : [`${name}: bytes is ${String(bytes)}, the file has ${String(file.bytes)}`]),
      ...(file.hasBase === (strategy === 'overlay')
        ? []
        : [`${name}: strategy is ${strategy}, and the file has ${file.hasBase ? 'a' : 'no'} base`]),
    ];
  });
  const untold = [...files.keys()].filter((name) => !report.disks.some((disk) => disk.name === name));
  const sum = [...files.values()].reduce((bytes, file) => bytes + file.bytes, 0);
  // Nova writes disk.info anew in any case; the disks are what it must not touch.
  const byNova = novaCopies
    .filter(({ file }) => file !== 'disk.info')
    .reduce((bytes, copy) => bytes + copy.bytesWritten, 0);
  return [
    ...disks,
    ...untold.map((name) => `${name} is on the source, and the report does not tell of it`),
    ...(report.bytes === sum ? [] : [`bytes is ${String(report.bytes)}, the files have ${String(sum)}`]),
    ...(report.novaCopiedBytes === byNova
      ? []
      : [`novaCopiedBytes is ${String(report.novaCopiedBytes)}, Nova wrote ${String(byNova)}`]),
  ];
}
