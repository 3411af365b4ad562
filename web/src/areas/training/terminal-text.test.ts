import { describe, expect, it } from 'vitest'
import { terminalText } from './terminal-text.ts'

describe('terminalText', () => {
  it('drops colours, cursor moves and links', () => {
    expect(terminalText('\u001b[34m\u001b[1mtrain: \u001b[0mScanning')).toBe('train: Scanning')
    expect(terminalText('\u001b]8;;https://a.example\u0007here\u001b]8;;\u0007')).toBe('here')
    expect(terminalText('\u001b[?25lhidden\u001b[?25h')).toBe('hidden')
  })

  it('shows a progress bar as it last stood', () => {
    expect(terminalText('  0%|   |\r 50%|#  |\r100%|###|\ndone')).toBe('100%|###|\ndone')
  })

  it('keeps what a shorter redraw leaves standing, unless it erases', () => {
    expect(terminalText('abcdef\rXY')).toBe('XYcdef')
    expect(terminalText('abcdef\r\u001b[KXY')).toBe('XY')
  })

  it('takes Windows line ends for line ends', () => {
    expect(terminalText('one\r\ntwo\r\n')).toBe('one\ntwo\n')
  })

  it('goes back one column on backspace', () => {
    expect(terminalText('|\b/\b-')).toBe('-')
  })

  it('waits for the rest of a sequence cut in two', () => {
    expect(terminalText('ok\u001b[3')).toBe('ok')
    expect(terminalText('ok\u001b')).toBe('ok')
  })

  it('keeps characters beyond ASCII', () => {
    expect(terminalText('进度 ━━━ 🚀\r完')).toBe('完度 ━━━ 🚀')
  })
})
