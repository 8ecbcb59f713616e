import type { CloudsView, CloudView, ProfileView } from '../contract/desk-views.ts';
import { Failure } from '../domain/failure.ts';
import type { Engine } from '../engine/compose.ts';
import type { Engines } from './engines.ts';
import { failureView } from './failure-view.ts';
import type { DeskServices } from './services.ts';

/** The cloud that the pages work on. */
export interface OpenCloud {
  view(): CloudView;
  /** Makes it the one that is worked on; a failure is in the view. */
  open(name: string): Promise<CloudView>;
  /** Opens it anew with what has changed, if one is open. */
  reopen(): void;
  /** Leaves this cloud, if it is the one that is worked on. */
  leave(name: string): void;
  /** @throws Failure if no cloud is open, and of the work. */
  use<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
}

export function createOpenCloud(
  engines: Engines,
  { lastCloud }: Pick<DeskServices, 'lastCloud'>,
  changed: (view: CloudView) => void,
): OpenCloud {
  let view: CloudView = { state: 'none' };
  let opening: Promise<CloudView> | undefined;

  const become = (next: CloudView): CloudView => {
    view = next;
    changed(next);
    return next;
  };
  /** @returns what it became, whether or not another one was chosen meanwhile. */
  const login = async (name: string): Promise<CloudView> => {
    try {
      const identity = await engines.use(name, (engine) => engine.identity());
      const { userName, projectName, roles, region, compute } = identity;
      return {
        state: 'open',
        name,
        userName,
        roles,
        computeVersion: compute.used,
        ...(projectName !== undefined && { projectName }),
        ...(region !== undefined && { region }),
      };
    } catch (error) {
      return { state: 'failed', name, failure: failureView(error) };
    }
  };
  const begin = (name: string): Promise<CloudView> => {
    become({ state: 'opening', name });
    engines.keep(name);
    const mine = login(name).then((outcome) => {
      if (opening !== mine) return outcome;
      opening = undefined;
      return become(outcome);
    });
    opening = mine;
    return mine;
  };

  const open = async (name: string): Promise<CloudView> => {
    if (view.state === 'open' && view.name === name) return view;
    // A profile that was mended since, or got its secret, counts.
    if (view.state === 'failed' && view.name === name) engines.replace(name);
    const outcome = await begin(name);
    if (outcome.state === 'open') await lastCloud.write(name);
    return outcome;
  };
  return {
    view: () => view,
    open,
    reopen() {
      if (view.state !== 'none') void begin(view.name);
    },
    leave(name) {
      if (view.state === 'none' || view.name !== name) return;
      opening = undefined;
      engines.keep(undefined);
      become({ state: 'none' });
    },
    async use(work) {
      await opening;
      if (view.state === 'open') return engines.use(view.name, work);
      throw notOpen(view);
    },
  };
}

function notOpen(view: CloudView): Failure {
  const hint = 'Choose a cloud under Clouds.';
  if (view.state !== 'failed') return new Failure('profile.not-found', 'no cloud is open', { hint });
  return new Failure(
    'profile.not-found',
    `the cloud ${view.name} could not be opened: ${view.failure.message}`,
    { hint: view.failure.hint ?? hint },
  );
}

/** What was found, as the page shows it; no secret is in it. */
export async function cloudsView({ profiles, secrets }: DeskServices): Promise<CloudsView> {
  const { profiles: found, searched, problems } = await profiles.find();
  return {
    profiles: found.map(profileView),
    searched,
    problems: problems.map(failureView),
    secrets: { kept: secrets.kept, said: secrets.said },
  };
}

type FoundProfile = Awaited<ReturnType<DeskServices['profiles']['find']>>['profiles'][number];

function profileView({ user, project, region, ...rest }: FoundProfile): ProfileView {
  return {
    ...rest,
    ...(user !== undefined && { user }),
    ...(project !== undefined && { project }),
    ...(region !== undefined && { region }),
  };
}
