/** What models and datasets are made for (SPEC 15.5). */
export const tasks = ['detect', 'segment', 'classify', 'pose', 'obb', 'semantic', 'depth']
