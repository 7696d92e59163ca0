import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './', // the page may be served from any folder
  build: { target: 'es2022', sourcemap: true },
  worker: { format: 'es' },
  test: { include: ['test/**/*.test.ts'] },
});
