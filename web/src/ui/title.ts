import { useEffect } from 'react'

/** Names the page in the browser's tab and history, and for screen readers. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = title ? `${title} · Gatehouse` : 'Gatehouse'
  }, [title])
}
