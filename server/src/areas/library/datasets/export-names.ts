/** Names of classes as files tell them: clients make folders of them, so they neither lead elsewhere nor hide, and stay apart. */
export const exportedNames = (names: Record<string, string>): Record<string, string> => {
  const taken = new Set(Object.values(names).filter((name) => harmless(name) === name))
  const exported = Object.entries(names).map(([number, name]) => {
    const safe = harmless(name)
    if (safe === name) return [number, name]
    const free = taken.has(safe) ? `${safe}_${number}` : safe
    taken.add(free)
    return [number, free]
  })
  return Object.fromEntries(exported)
}

const harmless = (name: string): string =>
  name
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
    .replace(/[\u0000-\u001f\u007f/\\]/g, '_')
    .replace(/^\.+/, '_')
