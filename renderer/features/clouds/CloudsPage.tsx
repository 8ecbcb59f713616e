import { Button, Group, Loader, Modal, Title } from '@mantine/core';
import { IconFileImport, IconRefresh } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { CloudsView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { findClouds, openCloud, useClouds } from '../../store/clouds.ts';
import { useDesk } from '../../store/desk.ts';
import { CloudPanel } from './CloudPanel.tsx';
import './clouds.css';
import { ConnectionTest } from './ConnectionTest.tsx';
import { FirstStart } from './FirstStart.tsx';
import { ImportForm } from './ImportForm.tsx';
import { FileProblems, Places, Secrets } from './Places.tsx';
import { ProfileTable } from './ProfileTable.tsx';

/** Ways into clouds, the one that is open, and whether its hosts can be worked with. */
export function CloudsPage() {
  const { clouds, failure } = useClouds();
  useEffect(() => {
    void findClouds();
  }, []);
  return (
    <div className="page">
      <div className="page-title">
        <Title order={1}>Clouds and hosts</Title>
      </div>
      {failure !== undefined && (
        <Problem
          failure={failure}
          title="The clouds of this machine could not be read"
          again={() => void findClouds()}
        />
      )}
      {clouds === undefined && failure === undefined && (
        <Group gap="sm" role="status">
          <Loader size="xs" /> Looking for clouds on this machine…
        </Group>
      )}
      {clouds !== undefined &&
        (clouds.profiles.length === 0 ? (
          <FirstStart clouds={clouds} imported={openFirst} />
        ) : (
          <KnownClouds clouds={clouds} />
        ))}
    </div>
  );
}

function KnownClouds({ clouds }: { readonly clouds: CloudsView }) {
  const isOpen = useDesk(({ cloud }) => cloud.state === 'open');
  return (
    <>
      <CloudPanel />
      {isOpen && <ConnectionTest />}
      <Profiles clouds={clouds} />
      <FileProblems problems={clouds.problems} />
      <Secrets secrets={clouds.secrets} />
      <Places searched={clouds.searched} />
    </>
  );
}

function Profiles({ clouds }: { readonly clouds: CloudsView }) {
  const [importing, setImporting] = useState(false);
  const close = (): void => {
    setImporting(false);
  };
  return (
    <section aria-labelledby="profiles-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="profiles-title">
          Clouds on this machine
        </Title>
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            onClick={() => void findClouds()}
          >
            Look again
          </Button>
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            onClick={() => {
              setImporting(true);
            }}
          >
            Import a cloud
          </Button>
        </Group>
      </Group>
      <ProfileTable clouds={clouds} />
      <Modal
        opened={importing}
        onClose={close}
        size="lg"
        title="Import a cloud"
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Close without importing' }}
      >
        <ImportForm
          imported={(names) => {
            close();
            openFirst(names);
          }}
        />
      </Modal>
    </section>
  );
}

/** Whoever brings in a cloud wants to use it; an open one is not taken away from them, though. */
function openFirst([name]: readonly string[]): void {
  if (name !== undefined && useDesk.getState().cloud.state !== 'open') void openCloud(name);
}
