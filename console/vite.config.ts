import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { sha256 } from './sha256.mjs';
import { world } from './world.mjs';

// The node serves `dist` under a policy that allows neither inline script nor inline style: the preload polyfill (inline
// by nature) is off, and no asset is turned into a data address.
export default defineConfig({
  plugins: [react(), world(), sha256()],
  worker: { format: 'es', plugins: () => [sha256()] },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8440' } },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 15_000,
  },
});
