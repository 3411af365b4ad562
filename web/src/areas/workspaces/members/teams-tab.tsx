/** Members of the workspace on screen, and what each role may do there. */
export const TeamsTab = () => null
