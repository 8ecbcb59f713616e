import { useEffect } from 'react';
import { Frame } from './Frame.tsx';
import { CloudsPage } from './features/clouds/CloudsPage.tsx';
import { InstancesPage } from './features/instances/InstancesPage.tsx';
import { MigrationPage } from './features/migration/MigrationPage.tsx';
import { MigrationsPage } from './features/migrations/MigrationsPage.tsx';
import { PlanPage } from './features/plan/PlanPage.tsx';
import { QuestionDialog } from './features/questions/QuestionDialog.tsx';
import { CasePage } from './features/recovery/CasePage.tsx';
import { RecoveryPage } from './features/recovery/RecoveryPage.tsx';
import { ReportPage } from './features/report/ReportPage.tsx';
import { SettingsPage } from './features/settings/SettingsPage.tsx';
import { useRoute } from './route.ts';
import { startDesk } from './store/desk.ts';

/** The whole page: a frame, the screen that the address names, and what the engine asks. */
export function App() {
  useEffect(startDesk, []);
  return (
    <Frame>
      <Screen />
      <QuestionDialog />
    </Frame>
  );
}

function Screen() {
  const route = useRoute();
  switch (route.page) {
    case 'instances':
      return <InstancesPage />;
    case 'plan':
      return <PlanPage key={route.servers.join()} servers={route.servers} />;
    case 'migrations':
      return <MigrationsPage />;
    case 'migration':
      return <MigrationPage key={route.id} id={route.id} />;
    case 'report':
      return <ReportPage key={route.id} id={route.id} />;
    case 'recovery':
      return <RecoveryPage />;
    case 'case':
      return <CasePage key={route.id} id={route.id} />;
    case 'clouds':
      return <CloudsPage />;
    case 'settings':
      return <SettingsPage />;
  }
}
