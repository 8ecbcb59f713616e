import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { act, cleanup, configure, render, type RenderResult } from '@testing-library/react';
import { afterEach } from 'vitest';
import type { Bridge } from '../../../main/contract/bridge.ts';
import type { EngineEvent } from '../../../main/contract/ipc.ts';
import { App } from '../../../renderer/App.tsx';
import { setEngine } from '../../../renderer/engine.ts';
import { useView } from '../../../renderer/features/instances/view.ts';
import { hrefOf, type Route } from '../../../renderer/route.ts';
import { useDesk } from '../../../renderer/store/desk.ts';
import { forgetDoctor } from '../../../renderer/store/doctor.ts';
import { forgetInventory } from '../../../renderer/store/inventory.ts';
import { forgetLog } from '../../../renderer/store/log.ts';
import { usePlanProgress } from '../../../renderer/store/plan-progress.ts';
import { forgetCases } from '../../../renderer/store/recovery-cases.ts';
import { forgetRecovery } from '../../../renderer/store/recovery.ts';
import { forgetSamples } from '../../../renderer/store/samples.ts';
import { theme } from '../../../renderer/theme.ts';
import { completeDom } from './dom.ts';
import type { FakeBridge } from './fake-bridge.ts';

completeDom();
// A bound against hanging on a busy machine; what is waited for is a state.
configure({ asyncUtilTimeout: 30_000 });
afterEach(cleanup);

/** Shows the whole app at a route, with an engine of the test's own and nothing remembered of the test before. */
export function renderPage(route: Route, bridge: Bridge): RenderResult {
  forgetEverything();
  setEngine(bridge);
  window.location.hash = hrefOf(route);
  return render(
    // As in a test of Mantine's own: no transitions, so that what closes is gone at once.
    <MantineProvider theme={theme} env="test">
      <Notifications />
      <App />
    </MantineProvider>,
  );
}

/** Sends a message and lets the page take it in. */
export function send(bridge: FakeBridge, event: EngineEvent): void {
  act(() => {
    bridge.send(event);
  });
}

function forgetEverything(): void {
  useDesk.setState(useDesk.getInitialState(), true);
  usePlanProgress.setState(usePlanProgress.getInitialState(), true);
  useView.setState(useView.getInitialState(), true);
  forgetInventory();
  forgetDoctor();
  forgetRecovery();
  forgetCases();
  forgetLog();
  forgetSamples();
}
