import { Failure } from '../../domain/failure.ts';
import { cutMiddle, printable } from '../../domain/naming.ts';
import type { Clock, Shell } from '../../domain/ports.ts';
import type { CopyProcess, TroubleLook } from '../../domain/recovery/evidence.ts';
import { runScript } from '../jobs/run-script.ts';
import { TROUBLE_SCRIPT } from './scripts/trouble.ts';

const COMMAND_CHARACTERS = 200;
/** How many fields follow each mark. */
const LENGTHS: Readonly<Record<string, number>> = { C: 4, S: 3, N: 1, L: 2, D: 1, E: 0 };

/** What `virsh domblkerror` says if there is nothing to say (tools/virsh-domain-monitor.c, cmdDomBlkError). */
const NO_ERRORS = /no errors found/i;

/** Reads what a host tells of an instance in trouble. @throws Failure `host.…` if it does not answer, or not to the end. */
export async function readTrouble(
  shell: Shell,
  serverId: string,
  clock: Clock,
  signal?: AbortSignal,
): Promise<TroubleLook> {
  const said = await runScript(shell, 'look for what goes on', TROUBLE_SCRIPT, [serverId], {
    ...(signal !== undefined && { signal }),
  });
  const rows = readRows(shell.host, said);
  const of = (mark: string): readonly (readonly string[])[] =>
    rows.filter((row) => row[0] === mark).map((row) => row.slice(1));
  const later = new Map(of('S').map(([pid = '', bytes = '', seconds = '']) => [pid, { bytes, seconds }]));
  const [age] = of('N')[0] ?? [];
  const [, log] = of('L')[0] ?? [];
  const [errors = ''] = of('D')[0] ?? [];
  return {
    copies: of('C').map((row) => readCopy(row, later)),
    logLines: log
      ?.split('\n')
      .filter((line) => line !== '')
      .map(printable),
    computeStartedAtMs: age === undefined ? undefined : clock.nowMs() - Number(age) * 1000,
    diskErrors: NO_ERRORS.test(errors) ? '' : printable(errors.trim().replaceAll(/\s*\n\s*/g, '; ')),
  };
}

function readCopy(
  [pid = '', words = '', age = '', written = '']: readonly string[],
  later: ReadonlyMap<string, { readonly bytes: string; readonly seconds: string }>,
): CopyProcess {
  const next = later.get(pid);
  const [before, after] = [numberOf(written), numberOf(next?.bytes ?? '')];
  return {
    pid: Number(pid),
    command: printable(cutMiddle(words.split('\u001f').join(' ').trim(), COMMAND_CHARACTERS)),
    ageSeconds: numberOf(age) ?? 0,
    writtenBytes: after ?? before,
    recentBytes: before === undefined || after === undefined ? undefined : Math.max(0, after - before),
    recentSeconds: numberOf(next?.seconds ?? '') ?? 0,
  };
}

function numberOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function readRows(host: string, said: string): readonly (readonly string[])[] {
  const fields = said.split('\0');
  const rows: string[][] = [];
  for (let at = 0; at < fields.length;) {
    const mark = fields[at] ?? '';
    const length = LENGTHS[mark];
    if (length === undefined) break;
    rows.push(fields.slice(at, at + length + 1));
    at += length + 1;
  }
  if (rows.at(-1)?.[0] === 'E') return rows;
  throw new Failure('host.command-failed', `${host} broke off while it told what goes on there.`);
}
