/** Where a key is used from, ready to paste. */
export type Place = { publicUrl: string; key: string; project: string }

/** Stands where a key's value cannot be shown. */
export const unknownKey = 'YOUR_API_KEY'

export const environment = ({ publicUrl, key }: Place): string =>
  [`export ULTRALYTICS_PLATFORM_URL="${publicUrl}"`, `export ULTRALYTICS_API_KEY="${key}"`].join('\n')

export const firstRun = ({ project }: Place): string =>
  `yolo train model=yolo26n.pt data=coco8.yaml epochs=3 project=${project} name=first-run`

export const snippets: { id: string; label: string; note: string; code: (place: Place) => string }[] = [
  {
    id: 'environment',
    label: 'Environment',
    note: 'In the terminal or job that trains. Every run with project= set then streams here.',
    code: environment,
  },
  {
    id: 'cli',
    label: 'CLI',
    note: 'The first stores the key on that machine; the second checks it too. Both need the address in the environment.',
    code: ({ publicUrl, key }) =>
      [
        `export ULTRALYTICS_PLATFORM_URL="${publicUrl}"`,
        `yolo settings api_key="${key}"`,
        '# or, with a newer client',
        `yolo login ${key}`,
      ].join('\n'),
  },
  {
    id: 'header',
    label: 'Header',
    note: 'For any other program: send the key along with each request.',
    code: ({ publicUrl, key }) => `curl -H "Authorization: Bearer ${key}" \\\n  ${publicUrl}/api/settings`,
  },
  {
    id: 'python',
    label: 'Python',
    note: 'Set both before the import, or leave them to the environment.',
    code: ({ publicUrl, key, project }) =>
      [
        'import os',
        '',
        `os.environ["ULTRALYTICS_PLATFORM_URL"] = "${publicUrl}"`,
        `os.environ["ULTRALYTICS_API_KEY"] = "${key}"`,
        '',
        'from ultralytics import YOLO',
        '',
        'model = YOLO("yolo26n.pt")',
        `model.train(data="coco8.yaml", epochs=3, project="${project}", name="first-run")`,
      ].join('\n'),
  },
]

/** `ul_1a2b3c4d` and dots for the rest: enough to tell keys apart over somebody's shoulder. */
export const masked = (keyPrefix: string): string => `${keyPrefix}${'•'.repeat(16)}`
