import type { ApiFault, ApiFaults } from './api/misbehave.ts';
import { repairAfterStart } from './compute/life.ts';
import type { Engine, Hook, NetworkFailure } from './compute/engine.ts';
import { openSession } from './compute/session.ts';
import type { LabCompute } from './model.ts';
import { computeNamed } from './records.ts';

/** What a member does behind the admin's back. */
export const OWNER_ACTS = ['confirmResize', 'revertResize', 'delete', 'os-start', 'os-stop'] as const;
export type OwnerAct = (typeof OWNER_ACTS)[number];

/** Orders trouble. Everything may be called while the cloud runs. */
export interface Control {
  /** Life of tokens issued from now on, in seconds. */
  setTokenLife(seconds: number): void;
  /** Ends all tokens that are out, at once. */
  expireTokens(): void;
  /** Somebody gives this user another password, which ends the tokens that are out. */
  changePassword(userName: string, password: string): void;
  /** nova-compute dies as by kill -9: the commands that it started run on, it does nothing more. */
  killCompute(host: string): void;
  /** It starts again, repairs what it finds, then takes the messages that waited. */
  restartCompute(host: string): Promise<void>;
  setService(host: string, change: { readonly enabled?: boolean; readonly forcedDown?: boolean }): void;
  deleteImage(imageId: string): void;
  /** The host reports the source's address as its own: Nova copies nothing across, and does not notice. */
  wrongAddress(host: string, on?: boolean): void;
  /** Limits Nova's own copies from this host; no number ends the limit. */
  slowCopy(host: string, kibPerSecond?: number): void;
  /** The host's sshd no longer lets `nova` in. */
  refuseSsh(host: string, on?: boolean): Promise<void>;
  /** Fills the instances' file system up to this rest, if it is one of its own; no number frees it. */
  fill(host: string, leaveBytes?: number): Promise<void>;
  /** The guest pays no heed to a shutdown. */
  ignoreShutdown(serverId: string, on?: boolean): Promise<void>;
  /** Calls to Neutron from this host fail after a copy; `undefined` ends it. */
  networkFails(host: string, how: NetworkFailure | undefined): void;
  apiFault(fault: ApiFault): void;
  clearApiFaults(): void;
  /** Does something when a migration comes to a point; once. */
  at(hook: Hook): void;
  /** As the server's owner, over the API. Returns the status of the answer. */
  owner(serverId: string, act: OwnerAct): Promise<number>;
}

const FILL =
  'd=/var/lib/nova/instances; [ "$(stat -f -c %T "$d")" = tmpfs ] || exit 3; ' +
  'rm -f "$d/.lab-fill"; [ "$1" != free ] || exit 0; ' +
  // Others may write there meanwhile; what is not had then is asked for again.
  'for try in 1 2 3 4 5; do ' +
  'room=$(df -B1 --output=avail "$d" | tail -n 1); [ "$room" -gt "$1" ] || exit 0; ' +
  'fallocate -l "$((room - $1))" "$d/.lab-fill" && exit 0; rm -f "$d/.lab-fill"; done; exit 1';

const KEYS = '/var/lib/nova/.ssh/authorized_keys';

export function createControl(
  engine: Engine,
  apiFaults: ApiFaults,
  owner: (serverId: string, act: OwnerAct) => Promise<number>,
): Control {
  const { state, faults } = engine;
  const on = (name: string): LabCompute => {
    const compute = computeNamed(state, name);
    if (compute === undefined) throw new Error(`no host of the lab is named ${name}`);
    return compute;
  };
  const asRoot = async (host: string, argv: readonly string[]): Promise<void> => {
    const result = await on(host).host?.exec(argv);
    if (result?.code !== 0)
      throw new Error(`${argv.join(' ')} on ${host}: ${result?.stderr ?? 'not a real host'}`);
  };
  const expireTokens = (): void => {
    for (const token of state.tokens.values()) token.expiresAtMs = Math.min(token.expiresAtMs, state.now());
  };
  return {
    setTokenLife(seconds) {
      state.tokenLifeMs = seconds * 1000;
    },
    expireTokens,
    changePassword(userName, password) {
      const user = state.users.find(({ name }) => name === userName);
      if (user === undefined) throw new Error(`no user of the lab is named ${userName}`);
      user.password = password;
      expireTokens();
    },
    killCompute(host) {
      const compute = on(host);
      compute.alive = false;
      compute.generation += 1;
    },
    restartCompute: (host) => restart(engine, on(host)),
    setService(host, change) {
      const compute = on(host);
      compute.enabled = change.enabled ?? compute.enabled;
      compute.disabledReason = compute.enabled ? null : 'lab';
      compute.forcedDown = change.forcedDown ?? compute.forcedDown;
    },
    deleteImage(imageId) {
      const image = state.images.get(imageId);
      if (image === undefined) throw new Error(`the lab has no image ${imageId}`);
      image.deleted = true;
    },
    wrongAddress(host, active = true) {
      toggle(faults.wrongAddress, on(host).name, active);
    },
    slowCopy(host, kibPerSecond) {
      if (kibPerSecond === undefined) faults.slowCopyKibPerSecond.delete(on(host).name);
      else faults.slowCopyKibPerSecond.set(on(host).name, kibPerSecond);
    },
    refuseSsh: (host, active = true) =>
      asRoot(host, active ? ['mv', KEYS, `${KEYS}.refused`] : ['mv', `${KEYS}.refused`, KEYS]),
    fill: (host, leaveBytes) => asRoot(host, ['sh', '-c', FILL, 'lab', String(leaveBytes ?? 'free')]),
    async ignoreShutdown(serverId, active = true) {
      const server = state.servers.get(serverId);
      if (server === undefined) throw new Error(`the lab has no server ${serverId}`);
      const mark = `/run/guests/${serverId}.ignores-shutdown`;
      await asRoot(server.host, active ? ['touch', mark] : ['rm', '-f', mark]);
    },
    networkFails(host, how) {
      if (how === undefined) faults.networkFails.delete(on(host).name);
      else faults.networkFails.set(on(host).name, how);
    },
    apiFault(fault) {
      apiFaults.add(fault);
    },
    clearApiFaults() {
      apiFaults.clear();
    },
    at(hook) {
      faults.hooks.push(hook);
    },
    owner,
  };
}

function toggle(set: Set<string>, value: string, active: boolean): void {
  if (active) set.add(value);
  else set.delete(value);
}

/** Repairs first, then the queue: the order in which nova-compute starts. */
async function restart(engine: Engine, compute: LabCompute): Promise<void> {
  const { state } = engine;
  compute.generation += 1;
  const mine = [...state.servers.values()].filter(({ host, deleted }) => host === compute.name && !deleted);
  for (const server of mine) await repairAfterStart(engine, server, openSession(compute));
  compute.alive = true;
  for (const wake of compute.waiting.splice(0)) wake();
}
