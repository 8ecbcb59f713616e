import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

export default defineConfig({
  root,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          // Some compare with a real shell, hundreds of times: a bound against hanging, not a measure of speed.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          environment: 'node',
          // Real sshd, rsync and qemu-img on a shared machine: a bound against hanging, not a measure of speed.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file starts its own hosts and cloud; they wait for disks and processes more than they compute.
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        plugins: [react()],
        resolve: { alias: { '@contract': join(root, 'main/contract') } },
        test: {
          name: 'page',
          include: ['test/page/**/*.test.tsx'],
          environment: 'jsdom',
          setupFiles: ['test/page/support/set-up.ts'],
          // A bound against hanging, as above.
          testTimeout: 60_000,
        },
      },
    ],
    coverage: { provider: 'v8', include: ['main/domain/**', 'main/engine/**'] },
  },
});
