import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { worldDots } from './world-dots-plugin.ts'

const server = 'http://localhost:3000'
const here = import.meta.dirname

export default defineConfig({
  root: here,
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: `${here}/src/routes`,
      generatedRouteTree: `${here}/src/routeTree.gen.ts`,
      quoteStyle: 'single',
      semicolons: false,
      disableLogging: true,
    }),
    react(),
    worldDots(),
  ],
  build: {
    outDir: `${here}/dist`,
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows scripts from this origin only: nothing inline, nothing from data: addresses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: {
    port: 5173,
    // The contract lives one folder up.
    fs: { allow: [`${here}/..`] },
    proxy: { '/api': server, '/openapi.json': server, '/_mailbox': server },
  },
})
