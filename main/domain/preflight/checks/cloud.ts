import type { CloudCheck } from '../check.ts';

/** The cloud and our login. */
export const CLOUD_CHECKS: readonly CloudCheck[] = [
  {
    id: 'cloud.host-choice',
    title: 'Choice of the destination',
    scope: 'cloud',
    protectsFrom:
      'Older clouds ignore the destination without a word, and the instance goes wherever Nova likes.',
    sources: ['docs/handbook/nova.md', 'nova/api/openstack/compute/migrate_server.py'],
    reads: 'The microversions of the compute API',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/preflight-basics.test.ts'],
    judge: ({ identity: { canChooseHost, compute } }) => ({
      evidence: [`Compute API: ${compute.used} in use; the cloud has ${compute.min} to ${compute.max}`],
      ...(canChooseHost
        ? { verdict: 'pass', message: `Compute API ${compute.used} lets us choose the destination.` }
        : {
            verdict: 'block',
            message: `Compute API ${compute.used} ignores the destination of a migrate; 2.56 (Queens) is needed.`,
          }),
    }),
  },
];
