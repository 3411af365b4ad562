import { Session } from 'node:inspector/promises'

/* Loaded into every process that is measured: tells its CPU time when asked, takes a CPU profile, and ends it when whoever measures is
   gone. */

/** What may be asked of a measured process. */
export type Question = 'cpu' | 'start-profile' | 'stop-profile'

/** How often the profiler looks. */
const lookMicros = 500

const session = new Session()

const answers: Record<Question, () => Promise<unknown>> = {
  cpu: async () => process.cpuUsage(),
  async 'start-profile'() {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: lookMicros })
    await session.post('Profiler.start')
  },
  'stop-profile': async () => (await session.post('Profiler.stop')).profile,
}

process.on('message', async (question: Question) => {
  process.send?.({ answer: await answers[question]() })
})
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
