import { WorkspaceIcon } from '../../ui/workspace-icon.tsx'
import type { Project } from './queries.ts'

/** The square that stands for a project: its picture, or colour and letters. */
export const ProjectIcon = ({
  project,
  size,
}: {
  project: Pick<Project, 'name' | 'iconLetter' | 'iconColor' | 'imageUrl'>
  size?: number
}) => (
  <WorkspaceIcon
    name={project.name}
    letter={project.iconLetter}
    color={project.iconColor}
    imageUrl={project.imageUrl}
    size={size}
  />
)
