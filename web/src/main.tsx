import './api/zod-without-eval.ts'
import '@mantine/core/styles.css'
import './styles.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { makeQueryClient } from './api/query-client.ts'
import { meQuery } from './areas/accounts/queries.ts'
import { ConfirmItsYou } from './areas/accounts/security/confirm-its-you-host.tsx'
import { lookAgain, watchPerson } from './areas/accounts/watch-person.ts'
import { makeRouter } from './router.ts'
import { cssVariables, theme } from './theme.ts'
import { Toasts } from './ui/toast.tsx'

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
// The scroll lock behind Mantine's dialogs writes a style element of its own and looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce })

const queryClient = makeQueryClient(async () => {
  await look()
  if (queryClient.getQueryData(meQuery().queryKey) === null) void router.invalidate()
})
// Guards of the current page decide: inside the app they lead to the sign-in page and back.
const look = () => lookAgain(queryClient, () => void router.invalidate())
const router = makeRouter(queryClient)
watchPerson(() => void look())

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <Toasts />
        <ConfirmItsYou />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
