import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const contract = { '@contract': resolve(root, 'main/contract') };

/** Three programs: Node side (Electron entry, command line, web host), the bridge, the page. */
export default defineConfig({
  main: {
    build: {
      outDir: resolve(root, 'out/main'),
      rolldownOptions: {
        input: {
          app: resolve(root, 'main/app.ts'),
          cli: resolve(root, 'main/cli.ts'),
          web: resolve(root, 'main/web.ts'),
        },
        external: ['electron'],
      },
    },
  },
  preload: {
    resolve: { alias: contract },
    build: {
      outDir: resolve(root, 'out/preload'),
      rolldownOptions: {
        input: { index: resolve(root, 'preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'renderer'),
    resolve: { alias: contract },
    plugins: [react()],
    build: {
      outDir: resolve(root, 'out/renderer'),
      rolldownOptions: { input: { index: resolve(root, 'renderer/index.html') } },
    },
  },
});
