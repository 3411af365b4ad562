import { ApiError } from '../../../api/client.ts'
import { explained } from '../../../api/problem.ts'

/** A refusal of an upload, in the words of somebody who sends a file. */
export const uploadProblem = (error: unknown): unknown =>
  // What the plan would have to be is worth more than our words, and the server says it.
  error instanceof ApiError && error.hint ? error : explained(error, words)

const words = {
  storage_limit_exceeded: {
    title: 'There is not enough room for this file',
    advice: 'Delete what is no longer needed and empty the trash, then try again.',
  },
  checksum_mismatch: {
    title: 'What arrived is not what this file holds',
    advice: 'It may have changed on your disk meanwhile. Cancel the upload and send it again.',
  },
  upload_not_found: {
    title: 'There is no such upload any more',
    advice: 'It was given up, or what it was for is in the trash. Cancel it and begin again.',
  },
}
