import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core'
import { IconCheck, IconPlayerPause, IconPlayerPlay, IconUpload } from '@tabler/icons-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { problemOf } from '../../../api/problem.ts'
import { bytes } from '../../../ui/bytes.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import type { Me } from '../../accounts/queries.ts'
import type { Asset, KeptUpload } from './kept-upload.ts'
import { uploadProblem } from './upload-problem.ts'
import type { UploadView } from './upload-task.ts'
import { percentOf, problemWithFile, progressText } from './upload-words.ts'
import { type Uploaded, useInterrupted, useUpload } from './use-upload.ts'

type Props = {
  me: Me
  /** What the file is for. */
  asset: Asset
  /** How its name may end; none of them: any way. */
  endings: readonly string[]
  /** "Upload weights". */
  label: string
  /** What may be sent, in a sentence. */
  hint: ReactNode
  onDone: Uploaded
}

/** Takes one large file in: progress, pause, and going on after a lost connection or a reload. Used wherever a file is uploaded. */
export const UploadBox = (props: Props) => <BoxOfOne key={props.asset.assetId} {...props} />

const BoxOfOne = ({ me, asset, endings, label, hint, onDone }: Props) => {
  const upload = useUpload(me, asset, onDone)
  const [problem, setProblem] = useState<string>()
  const receivedBytes = useInterrupted(me, asset, upload.kept, () => void upload.cancel())
  const take = (file: File | null) => {
    if (!file) return
    const refused = problemWithFile(file, endings)
    if (!refused && upload.kept && !upload.goOn(file)) return setProblem(anotherFile(upload.kept))
    if (!refused && !upload.kept) upload.begin(file)
    setProblem(refused)
  }
  if (upload.view)
    return (
      <Running
        view={upload.view}
        onPause={upload.pause}
        onResume={upload.resume}
        onCancel={() => void upload.cancel()}
        onDismiss={upload.dismiss}
      />
    )
  const discard = () => {
    setProblem(undefined)
    void upload.cancel()
  }
  return (
    <DropPlace onFile={take}>
      <Stack gap="sm" align="flex-start">
        {upload.kept ? (
          <Interrupted kept={upload.kept} receivedBytes={receivedBytes} />
        ) : (
          <Text fz="sm" c="dimmed">
            {hint}
          </Text>
        )}
        <Group gap="xs">
          <ChooseFile onFile={take} endings={endings}>
            {upload.kept ? 'Choose the file again' : label}
          </ChooseFile>
          {upload.kept && (
            <Button variant="subtle" color="gray" onClick={discard}>
              Give it up
            </Button>
          )}
        </Group>
        <Text fz="sm" c="var(--mantine-color-error)" role="status">
          {problem}
        </Text>
      </Stack>
    </DropPlace>
  )
}

const anotherFile = ({ name, size }: KeptUpload): string =>
  `That is another file. This upload goes on with ${name}, ${bytes(size)}, as it was; or give it up first.`

const Interrupted = ({ kept, receivedBytes }: { kept: KeptUpload; receivedBytes: number | undefined }) => (
  <div>
    <Text fw={560}>The upload of {kept.name} was interrupted</Text>
    <Text fz="sm" c="dimmed">
      {receivedBytes === undefined ? '' : `${bytes(receivedBytes)} of ${bytes(kept.size)} have arrived. `}
      Choose the same file again, and it goes on from there.
    </Text>
  </div>
)

type ChooseProps = { onFile: (file: File | null) => void; endings: readonly string[]; children: ReactNode }

const ChooseFile = ({ onFile, endings, children }: ChooseProps) => {
  const forget = useRef<() => void>(null)
  const pick = (file: File | null) => {
    // The same file may be chosen again.
    forget.current?.()
    onFile(file)
  }
  return (
    <FileButton onChange={pick} resetRef={forget} accept={endings.join(',')}>
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={16} stroke={1.7} />}>
          {children}
        </Button>
      )}
    </FileButton>
  )
}

const DropPlace = ({ onFile, children }: { onFile: (file: File) => void; children: ReactNode }) => {
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file) onFile(file)
  }
  return (
    <section
      className="gh-upload"
      data-over={over}
      aria-label="Upload"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      }}
      onDrop={drop}
    >
      {children}
    </section>
  )
}

type RunningProps = {
  view: UploadView
  onPause: () => void
  onResume: () => void
  onCancel: () => void
  onDismiss: () => void
}

const Running = ({ view, onPause, onResume, onCancel, onDismiss }: RunningProps) => {
  const { phase, filename } = view
  if (phase === 'done')
    return (
      <section className="gh-upload" aria-label="Upload">
        <Group justify="space-between" gap="sm">
          <Group gap={8} role="status">
            <IconCheck size={18} color="var(--gh-accent)" aria-hidden />
            <Text fz="sm">
              {filename} is here, {bytes(view.totalBytes)}
              {view.isVerified ? ', and its checksum is right' : ''}.
            </Text>
          </Group>
          <Button variant="default" size="xs" onClick={onDismiss}>
            Done
          </Button>
        </Group>
      </section>
    )
  const percent = percentOf(view)
  return (
    <section className="gh-upload" aria-label="Upload">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm" wrap="nowrap">
          <Text fw={560} style={{ overflowWrap: 'anywhere' }}>
            {filename}
          </Text>
          <Text fz="sm" c="dimmed" className="gh-tabular">
            {percent} %
          </Text>
        </Group>
        <Progress
          value={percent}
          size="md"
          color={phase === 'failed' ? 'red' : undefined}
          aria-label={`${filename}: ${percent} % uploaded`}
        />
        <Text fz="sm" c="dimmed" className="gh-tabular">
          {progressText(view)}
        </Text>
        <Text fz="sm" role="status">
          {phase === 'waiting' && `${problemOf(view.error).title}. It goes on by itself.`}
        </Text>
        {phase === 'failed' && <ErrorNote error={uploadProblem(view.error)} />}
        <Group gap="xs">
          {(phase === 'sending' || phase === 'waiting') && (
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlayerPause size={15} stroke={1.7} />}
              onClick={onPause}
            >
              Pause
            </Button>
          )}
          {(phase === 'paused' || phase === 'failed') && (
            <Button size="xs" leftSection={<IconPlayerPlay size={15} stroke={1.7} />} onClick={onResume}>
              {phase === 'paused' ? 'Resume' : 'Try again'}
            </Button>
          )}
          {phase !== 'checking' && (
            <Button variant="subtle" color="gray" size="xs" onClick={onCancel}>
              Cancel upload
            </Button>
          )}
        </Group>
      </Stack>
    </section>
  )
}
