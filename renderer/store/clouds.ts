import { create } from 'zustand';
import type { Reply } from '@contract/api.ts';
import type { CloudsView, CloudView, FailureView } from '@contract/desk-views.ts';
import type { Asked } from '@contract/ipc.ts';
import { call } from '../engine.ts';

interface CloudsState {
  /** `undefined` until the first answer. */
  readonly clouds: CloudsView | undefined;
  /** Why the clouds could not be read. */
  readonly failure: FailureView | undefined;
}

const NOTHING: CloudsState = { clouds: undefined, failure: undefined };

/** The ways into clouds that this machine has. */
export const useClouds = create<CloudsState>(() => NOTHING);

export function forgetClouds(): void {
  useClouds.setState(NOTHING, true);
}

export async function findClouds(): Promise<void> {
  const reply = await call('clouds.find', {});
  useClouds.setState(reply.ok ? { clouds: reply.value, failure: undefined } : { failure: reply });
}

/** Which cloud is open is told by the desk to every page; the reply only says whether it was obeyed. */
export function openCloud(name: string): Promise<Reply<CloudView>> {
  return call('clouds.open', { name });
}

/** @returns the names that were brought in. */
export async function importCloud(input: Asked<'clouds.import'>): Promise<Reply<readonly string[]>> {
  const reply = await call('clouds.import', input);
  if (!reply.ok) return reply;
  useClouds.setState({ clouds: reply.value.clouds });
  return { ok: true, value: reply.value.imported };
}

export function giveSecret(name: string, secret: string): Promise<Reply<CloudsView>> {
  return taken(call('clouds.secret', { name, secret }));
}

export function removeCloud(name: string): Promise<Reply<CloudsView>> {
  return taken(call('clouds.remove', { name }));
}

async function taken(asked: Promise<Reply<CloudsView>>): Promise<Reply<CloudsView>> {
  const reply = await asked;
  if (reply.ok) useClouds.setState({ clouds: reply.value });
  return reply;
}
