import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The policy the server sends with the page; the preview server sends the same, so that the journeys run under it. */
const CSP =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Hands out the mock API's service worker from its package, in mock mode only: it must never be part of a shipped build. */
function mockWorker(): Plugin {
  const file = createRequire(import.meta.url).resolve('msw/mockServiceWorker.js');
  return {
    name: 'mock-worker',
    configureServer(server) {
      server.middlewares.use('/mockServiceWorker.js', (_request, response) => {
        response.setHeader('Content-Type', 'text/javascript').end(readFileSync(file));
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'mockServiceWorker.js', source: readFileSync(file, 'utf8') });
    },
  };
}

/** Where a server answers the API for the development and preview servers. It keeps our host, or it would take us for another site. */
const API = { '/api': { target: process.env.TRIMTAB_URL ?? 'http://127.0.0.1:8080', changeOrigin: false } };

export default defineConfig(({ mode }) => ({
  plugins: [react(), ...(mode === 'mock' ? [mockWorker()] : [])],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __MOCK__: JSON.stringify(mode === 'mock') },
  server: mode === 'mock' ? {} : { proxy: API },
  preview: { headers: { 'Content-Security-Policy': CSP }, proxy: mode === 'mock' ? {} : API },
  build: {
    target: 'es2023',
    outDir: mode === 'mock' ? 'dist-mock' : 'dist',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/env.ts', 'src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    // Generous for machines that are busy with other things.
    testTimeout: 30_000,
  },
}));
