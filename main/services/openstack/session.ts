import type { CloudProfile } from '../../domain/cloud-profile.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import type { Ask, Token } from './keystone.ts';
import { fetchToken, tokenOver } from './keystone.ts';
import { unlessAborted } from './shared.ts';

/** Keeps one token alive. */
export interface Session {
  /** A token that is good for the next moments. @throws Failure `cloud.credentials` and others of `cloud.*` */
  token(signal?: AbortSignal): Promise<Token>;
  /** A token that is nearly new, for what the cloud goes on with after its answer. @throws as `token` */
  fresh(signal?: AbortSignal): Promise<Token>;
  /** A token in place of one that a service has refused; the same question of several callers is asked once. */
  replace(refused: Token, signal?: AbortSignal): Promise<Token>;
  /** What is known without asking. */
  current(): Token | undefined;
}

const LARGEST_MARGIN_MS = 30_000;
/** Part of its life that a nearly new token has had at most. */
const NEARLY_NEW = 0.1;

export function openSession(profile: CloudProfile, ask: Ask, clock: Clock, log: Log): Session {
  let held: Token | undefined;
  let renewal: Promise<Token> | undefined;

  // Without the caller's signal: whoever else waits for it must not lose it.
  const renew = (): Promise<Token> => {
    renewal ??= fetchToken(profile, ask, clock)
      .then((token) => {
        held = token;
        log({
          level: 'debug',
          message: `logged in as ${token.userName}, token lives ${Math.round(token.lifeMs / 1000)} s`,
        });
        return token;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  };
  const canRenew = profile.login.kind !== 'token';
  /** The token that is held, or a new one if it has this time left or less. */
  const withLeft = async (leastMs: (lifeMs: number) => number, signal?: AbortSignal): Promise<Token> => {
    if (held === undefined) return await unlessAborted(renew(), signal);
    const leftMs = held.expiresAtMs - clock.nowMs();
    if (!canRenew && leftMs <= 0) throw tokenOver(profile);
    return canRenew && leftMs <= leastMs(held.lifeMs) ? await unlessAborted(renew(), signal) : held;
  };

  return {
    current: () => held,
    token: (signal) => withLeft((lifeMs) => Math.min(LARGEST_MARGIN_MS, lifeMs / 3), signal),
    fresh: (signal) => withLeft((lifeMs) => lifeMs * (1 - NEARLY_NEW), signal),
    async replace(refused, signal) {
      if (!canRenew) throw tokenOver(profile);
      if (held !== undefined && held !== refused) return held;
      return await unlessAborted(renew(), signal);
    },
  };
}
