import { Title } from '@mantine/core';
import type { CloudsView } from '@contract/desk-views.ts';
import { ImportForm } from './ImportForm.tsx';
import { FileProblems, Places, Secrets } from './Places.tsx';

interface FirstStartProps {
  readonly clouds: CloudsView;
  readonly imported: (names: readonly string[]) => void;
}

/** Nothing is known yet: what is needed, where we looked, and how to bring it in. */
export function FirstStart({ clouds, imported }: FirstStartProps) {
  return (
    <div className="clouds-first">
      <section className="panel" aria-labelledby="needs-title">
        <Title order={2} id="needs-title">
          {clouds.problems.length === 0 ? 'No cloud was found on this machine' : 'No cloud can be used yet'}
        </Title>
        <p className="clouds-note clouds-lead">
          Coldhaul moves instances between the compute hosts of an OpenStack cloud. It needs three things:
        </p>
        <ol className="clouds-needs">
          <li>
            <strong>A login to the cloud</strong>: a clouds.yaml or an openrc file of an admin, who sees the
            instances of all projects and may choose the host they move to.
          </li>
          <li>
            <strong>SSH to the compute hosts</strong>: by the agent or a key file, with the same configuration
            that your own <code className="mono">ssh</code> uses.
          </li>
          <li>
            <strong>sudo without a password on those hosts</strong>, or a login as root. Nothing is installed
            there.
          </li>
        </ol>
        <Title order={3}>Bring in a clouds.yaml or an openrc file</Title>
        <ImportForm imported={imported} />
      </section>
      <div className="clouds-aside">
        <FileProblems problems={clouds.problems} />
        <Places searched={clouds.searched} open />
        <Secrets secrets={clouds.secrets} />
      </div>
    </div>
  );
}
