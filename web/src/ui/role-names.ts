import type { Role } from '#contract/permissions.ts'

export const roleNames: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  editor: 'Editor',
  viewer: 'Viewer',
}

/** Within a sentence: "an editor". */
export const withArticle = (role: Role): string => `${/^[aeo]/.test(role) ? 'an' : 'a'} ${role}`
