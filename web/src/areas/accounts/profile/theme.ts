import { useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { sentenceOf } from '../../../api/problem.ts'
import { toast } from '../../../ui/toast.tsx'
import { preferencesQuery, type Theme, useChangePreferences } from '../profile-queries.ts'

/** Mantine calls it `auto`, everybody else "system". */
const schemeOf = (theme: Theme) => (theme === 'system' ? 'auto' : theme)

/** Paints the app in the theme the account keeps, also where it was chosen in another browser. This browser remembers it
 *  too, for the moment before the first paint (color-scheme.js). Once, in the frame. */
export const useKeptTheme = (): void => {
  const { data } = useQuery(preferencesQuery())
  const { setColorScheme } = useMantineColorScheme()
  const theme = data?.theme
  useEffect(() => {
    if (theme) setColorScheme(schemeOf(theme))
  }, [theme, setColorScheme])
}

/** The chosen theme, and how to choose another: painted at once, kept by the server. */
export const useTheme = () => {
  const { data } = useQuery(preferencesQuery())
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const change = useChangePreferences()
  const here: Theme = colorScheme === 'auto' ? 'system' : colorScheme
  const theme = data?.theme ?? here
  const setTheme = (next: Theme) => {
    setColorScheme(schemeOf(next))
    change.mutate(
      { theme: next },
      {
        onError: (error) => {
          setColorScheme(schemeOf(theme))
          toast(`The theme was not kept. ${sentenceOf(error)}`, { failed: true })
        },
      },
    )
  }
  return { theme, setTheme }
}
