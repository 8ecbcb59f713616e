import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { commandInHost } from '../hosts/namespace.ts';
import { LabProblem } from '../hosts/problem.ts';
import { readState, type LabState } from './state.ts';

/** @throws LabProblem if no lab is up in this directory. */
export async function stateOf(directory: string): Promise<LabState> {
  const state = await readState(directory);
  if (state === undefined) throw new LabProblem(`no lab is up in ${directory}`, 'npm run lab -- up');
  return state;
}

/** Runs a program in a host of the lab, on this terminal. @returns its exit status. */
export async function execIn(
  state: LabState,
  hostName: string,
  argv: readonly string[],
  user: string | undefined,
): Promise<number> {
  const host = state.hosts.find(({ name }) => name === hostName);
  if (host === undefined) {
    throw new LabProblem(
      `the lab has no host ${hostName}`,
      `it has ${state.hosts.map(({ name }) => name).join(', ')}`,
    );
  }
  const [program = '', ...rest] = commandInHost(host.process.pid, argv, user);
  const child = spawn(program, rest, { stdio: 'inherit' });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? (signal === null ? 1 : 128 + constants.signals[signal]);
}

/**
 * Orders a fault of the lab's cloud.
 *
 * @param words - `key=value`; numbers and true/false are taken as such.
 * @returns what the lab answered, as JSON.
 * @throws LabProblem with what is wrong with the order.
 */
export async function orderFault(state: LabState, name: string, words: readonly string[]): Promise<string> {
  const response = await fetch(`${state.controlUrl}/fault`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...Object.fromEntries(words.map(parseWord)), name }),
  });
  const text = await response.text();
  if (response.ok) return text;
  const said: unknown = JSON.parse(text);
  const message =
    typeof said === 'object' && said !== null && 'message' in said ? String(said.message) : text;
  throw new LabProblem(message, 'the names and their words are in test/lab/cloud/control-endpoint.ts');
}

/** What the lab's cloud holds, as JSON. */
export async function cloudState(state: LabState): Promise<unknown> {
  return await (await fetch(`${state.controlUrl}/state`)).json();
}

function parseWord(word: string): readonly [string, unknown] {
  const at = word.indexOf('=');
  if (at < 1) throw new LabProblem(`"${word}" is not of the form key=value`);
  const value = word.slice(at + 1);
  if (value === 'true' || value === 'false') return [word.slice(0, at), value === 'true'];
  return [word.slice(0, at), /^\d+$/.test(value) ? Number(value) : value];
}
