import { setMaxListeners } from 'node:events';
import type { Asked } from '../../contract/ipc.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import { blocks } from '../../domain/preflight/finding.ts';
import type { Events } from '../events.ts';
import { createExperience } from './experience.ts';
import { makePlan } from './make-plan.ts';

export interface Defaults {
  readonly limitMibPerSecond: number | undefined;
  readonly stopTimeoutSeconds: number;
  readonly reserveBytes: number;
  readonly stopNewsSeconds: number;
}

export interface Plans {
  /** @throws Failure of what was looked at, or `cancelled` by `stop`. */
  make(request: Asked<'plan.make'>): Promise<Plan>;
  /** Gives up the plan that is being made under this name, if there is one. */
  stop(ask: string): void;
  /**
   * The plan with who acknowledged its warnings.
   *
   * @throws Failure `plan.blocked`, with each reason.
   */
  toStart(id: string, acknowledged: readonly string[], by: string): Plan;
}

/** A plan older than this is made again: hosts and instance move on. */
const PLAN_LIFE_MS = 30 * 60_000;

/** Plans that were made and may still be started, and those that are being made. `signal` ends them all. */
export function createPlans(
  ports: Ports<Fact>,
  events: Events,
  defaults: Defaults,
  signal: AbortSignal,
): Plans {
  const made = new Map<string, Plan>();
  const experience = createExperience(ports.journals);
  const asks = new Map<string, AbortController>();
  const isFresh = (plan: Plan): boolean => ports.clock.nowMs() - plan.madeAtMs <= PLAN_LIFE_MS;

  const withAsk = async <T>(ask: string, act: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (asks.has(ask)) throw new Failure('bad-request', 'a plan is being made under this name already');
    const controller = new AbortController();
    asks.set(ask, controller);
    try {
      const either = AbortSignal.any([signal, controller.signal]);
      // Everything that a plan looks at listens to it.
      setMaxListeners(0, either);
      return await act(either);
    } catch (error) {
      // Whatever was under way broke off because of it.
      if (controller.signal.aborted)
        throw new Failure('cancelled', 'the plan was given up', { cause: error });
      throw error;
    } finally {
      asks.delete(ask);
    }
  };

  return {
    async make(asked) {
      const {
        ask,
        server,
        destination,
        route,
        limitMibPerSecond,
        stopTimeoutSeconds,
        digest,
        codec,
        streams,
        live,
        flatten,
      } = asked;
      const limit = limitMibPerSecond ?? defaults.limitMibPerSecond;
      const request = {
        server,
        destination,
        route,
        digest,
        options: {
          limitKibPerSecond: limit === undefined ? undefined : wholeKib(limit),
          stopTimeoutSeconds: stopTimeoutSeconds ?? defaults.stopTimeoutSeconds,
          reserveBytes: defaults.reserveBytes,
          stopNewsSeconds: defaults.stopNewsSeconds,
          ...(codec !== undefined && { codec }),
          ...(streams !== undefined && { streams }),
          ...(live === true && { live }),
          ...(flatten !== undefined && { flatten }),
        },
      };
      const tell = (message: string): void => {
        if (ask !== undefined) events.emit({ name: 'plan.progress', payload: { ask, message } });
      };
      const make = (until: AbortSignal): Promise<Plan> => makePlan(ports, request, tell, until, experience);
      const plan = await (ask === undefined ? make(signal) : withAsk(ask, make));
      for (const old of made.values()) if (!isFresh(old)) made.delete(old.id);
      made.set(plan.id, plan);
      return plan;
    },
    stop(ask) {
      asks.get(ask)?.abort();
    },
    toStart(id, acknowledged, by) {
      const plan = made.get(id);
      if (plan === undefined || !isFresh(plan)) {
        throw new Failure('plan.blocked', 'this plan is not known any more, or older than 30 minutes', {
          hint: 'Make a new plan.',
        });
      }
      const blocking = blocks(plan.findings);
      if (blocking.length > 0) {
        throw new Failure('plan.blocked', blocking.map((finding) => finding.message).join(' '), {
          hint: blocking.flatMap((finding) => finding.fix ?? []).join(' '),
        });
      }
      const unread = plan.findings.filter(
        (finding) => finding.verdict === 'warn' && !acknowledged.includes(finding.id),
      );
      if (unread.length === 0) {
        const findings = plan.findings.map((finding) =>
          finding.verdict === 'warn' ? { ...finding, acknowledgedBy: by } : finding,
        );
        return { ...plan, findings };
      }
      throw new Failure(
        'plan.blocked',
        `not acknowledged: ${unread.map((finding) => `${finding.id} (${finding.message})`).join(' ')}`,
        {
          hint: `Acknowledge each by its name: ${unread.map((finding) => `--acknowledge ${finding.id}`).join(' ')}`,
        },
      );
    },
  };
}

/** As rsync takes it: whole KiB a second, at least one. */
export function wholeKib(mib: number): number {
  return Math.max(1, Math.round(mib * 1024));
}
