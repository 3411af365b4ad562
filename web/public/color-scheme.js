// Applies the stored theme before the first paint. A file of its own, because the content security policy allows no inline script.
;(() => {
  let choice = 'auto'
  try {
    choice = localStorage.getItem('mantine-color-scheme-value') || 'auto'
  } catch {
    // Storage is blocked: follow the system.
  }
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)').matches
  const scheme = choice === 'light' || choice === 'dark' ? choice : systemIsDark ? 'dark' : 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
})()
