import { WorkspaceIcon } from '../../ui/workspace-icon.tsx'

/* Dark enough for white letters. */
const colors = ['#0c6b73', '#3b5bdb', '#862e9c', '#a61e4d', '#8f4a06', '#2b6b38', '#5f3dc4', '#495057']

/** The small square before somebody's name: their first letter, in a colour that is always theirs. */
export const PersonMark = ({ id, name }: { id: string; name: string }) => (
  <WorkspaceIcon name={name} color={colorOf(id)} size={16} />
)

const colorOf = (id: string): string => {
  let sum = 0
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973
  return colors[sum % colors.length] ?? '#0c6b73'
}
