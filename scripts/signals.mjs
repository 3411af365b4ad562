// Loaded before every target by run.mjs. It hears from the launcher over a channel, which does two things a plain signal cannot:
// a Ctrl-C that the terminal already gave us is not taken twice, and when the launcher is killed outright we go with it.

const seen = new Set()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, function note() {
    seen.add(signal)
    setTimeout(() => seen.delete(signal), 1000).unref()
    if (process.listenerCount(signal) > 1) return
    // Nobody else listens, so the signal means what it means by default.
    process.removeListener(signal, note)
    process.kill(process.pid, signal)
  })

process.on('message', (message) => {
  if (message?.signal && !seen.has(message.signal)) process.kill(process.pid, message.signal)
})
// Only `kill -9` of the launcher closes the channel, so the same is meant for us; Postgres ends by itself when we do.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.channel?.unref()
