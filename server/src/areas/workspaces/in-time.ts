/** How long one cell may take to say something about a workspace before the answer goes without it. */
const cellAnswerMs = 2000

/** What `work` comes to, when it does so soon enough. Rejects otherwise; the work itself goes on, and nobody waits for it. */
export const inTime = <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('A cell did not answer in time')), cellAnswerMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
