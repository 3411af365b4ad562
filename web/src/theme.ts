import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Verdigris, the colour of an old copper gate. */
const gate: MantineColorsTuple = [
  '#e8f6f6',
  '#d0eaeb',
  '#a3d6d8',
  '#72c0c4',
  '#4cadb3',
  '#2b979e',
  '#157f87',
  '#0c6b73',
  '#09555c',
  '#063f45',
]

/** Greys with a little of the gate in them. Shade 6 is dimmed text and passes AA on white and on shade 0. */
const gray: MantineColorsTuple = [
  '#f6f8f8',
  '#edf1f1',
  '#e1e7e8',
  '#d1d9db',
  '#b3bec2',
  '#87949a',
  '#5a676e',
  '#414c53',
  '#2a3339',
  '#161c20',
]

const dark: MantineColorsTuple = [
  '#e4e9eb',
  '#b9c3c8',
  '#98a5ac',
  '#6b7880',
  '#333d44',
  '#262f35',
  '#1a2126',
  '#11171b',
  '#0c1114',
  '#080b0d',
]

const systemFont =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif'

export const theme = createTheme({
  colors: { gate, gray, dark },
  primaryColor: 'gate',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  black: '#161c20',
  fontFamily: systemFont,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontFamily: systemFont,
    fontWeight: '640',
    sizes: {
      h1: { fontSize: '1.75rem', lineHeight: '1.2' },
      h2: { fontSize: '1.25rem', lineHeight: '1.3' },
      h3: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h4: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '20px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Plain objects instead of `Button.extend`: naming a component here would load it with the first page.
  components: {
    Card: { defaultProps: { withBorder: true, radius: 'lg', padding: 'lg' } },
    Button: { styles: { root: { fontWeight: 560 } } },
    Badge: {
      defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 560 },
      styles: { root: { letterSpacing: 0 } },
    },
    Modal: {
      defaultProps: {
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
      },
      styles: { title: { fontWeight: 640, fontSize: '1.0625rem' } },
    },
    InputWrapper: { styles: { label: { fontWeight: 560, marginBottom: 4 } } },
    Tooltip: { defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true } } },
    Skeleton: { defaultProps: { radius: 'md' } },
  },
})

/** Quiet tints for badges, icons and notes: background and text of each, in light and in dark. The text passes AA on its tint. */
const tints: Record<string, [light: string, text: string, dark: string, darkText: string]> = {
  gate: ['#e4f3f3', '#0b5d64', 'rgb(76 173 179 / 16%)', '#8ed0d4'],
  gray: ['#edf1f1', '#414c53', 'rgb(152 165 172 / 14%)', '#c3ccd0'],
  green: ['#e4f5e8', '#1d6a31', 'rgb(81 190 107 / 15%)', '#86d69a'],
  blue: ['#e4f0fb', '#17568f', 'rgb(77 158 232 / 16%)', '#93c5f3'],
  red: ['#fdeaea', '#a11d1d', 'rgb(239 100 100 / 15%)', '#f5a3a3'],
  orange: ['#fdf0e3', '#8f3f09', 'rgb(240 150 70 / 15%)', '#f4bb85'],
  yellow: ['#fcf3d7', '#775303', 'rgb(232 186 60 / 15%)', '#ecce7f'],
  grape: ['#f6ebfa', '#762b8c', 'rgb(190 110 215 / 16%)', '#dba9ea'],
}

const tintVariables = (light: boolean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tints).flatMap(([name, [paper, ink, darkPaper, darkInk]]) => [
      [`--mantine-color-${name}-light`, light ? paper : darkPaper],
      [`--mantine-color-${name}-light-color`, light ? ink : darkInk],
    ]),
  )

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...tintVariables(true), '--mantine-color-error': '#b42323' },
  dark: { ...tintVariables(false), '--mantine-color-error': '#f08c8c' },
})
