import { CopyIcon } from './copy.tsx'
import { ScrollRegion } from './scroll-region.tsx'

/** Lines for a terminal or editor, with one button that copies all of them. `shown` is what stands on screen when it
 *  differs from what is copied (a masked secret). */
export const CodeBlock = ({ code, shown, what }: { code: string; shown?: string; what: string }) => (
  <div className="gh-code">
    <ScrollRegion className="gh-code-lines" aria-label={what}>
      <pre>
        <code>{shown ?? code}</code>
      </pre>
    </ScrollRegion>
    <div className="gh-code-copy">
      <CopyIcon value={code} what={what} />
    </div>
  </div>
)
