import { z } from 'zod'

/* zod compiles parsers with `new Function` where it may; the content security policy forbids that and would report the
   attempt. Imported first in main.tsx, before any schema is built. */
z.config({ jitless: true })
