import { expect, test } from 'vitest'
import { parseDataYaml } from './data-yaml.ts'

test.each([
  ['a list in brackets', 'names: [cat, \'big dog\', "owl, barn"]', ['cat', 'big dog', 'owl, barn']],
  ['a list over lines', 'names:\n  - cat\n  - dog # a good one\n', ['cat', 'dog']],
  ['a list that is not indented', 'names:\n- cat\n- dog\n', ['cat', 'dog']],
  ['a map by number', 'nc: 2\nnames:\n  0: cat\n  1: dog\n', ['cat', 'dog']],
  ['a map in braces', "names: {0: cat, 1: 'dog'}", ['cat', 'dog']],
  ['a map with gaps', 'names: {2: owl, 0: cat}', ['cat', 'class_1', 'owl']],
  ['names that look like something else', 'names: [1, true, "", no]', ['1', 'true', 'class_2', 'no']],
  ['names of another alphabet', 'names: [猫, собака]', ['猫', 'собака']],
  ['names that are none', 'names: {cat: 0}', []],
  ['no names', 'path: ../datasets/x\ntrain: images/train\n', []],
])('%s names the classes', (_what, text, names) => {
  expect(parseDataYaml(text).names).toEqual(names)
})

test('points and task are told where they are what they must be', () => {
  const said = parseDataYaml('kpt_shape: [17, 3] # COCO\ntask: pose\nnames: [person]')
  expect(said).toEqual({ names: ['person'], kptShape: [17, 3], task: 'pose' })
  for (const shape of ['[17]', '[0, 3]', '[17, 4]', '[1.5, 2]', 'many'])
    expect(parseDataYaml(`kpt_shape: ${shape}`).kptShape).toBeUndefined()
})

test.each([
  ['what is no YAML', 'names: [cat'],
  ['aliases, by which a small file grows', 'a: &a [x, x]\nb: &b [*a, *a]\nnames: [*b]'],
  ['a class by a number beyond all that a dataset has', 'names: {999999999: cat}'],
])('%s is refused', (_what, text) => {
  expect(() => parseDataYaml(text)).toThrow(/^data\.yaml /)
})
