import { Checkbox, Collapse, Stack, Switch } from '@mantine/core'
import { type Scope, scopes } from '#contract/permissions.ts'
import { AddressesField } from './addresses-field.tsx'
import { ExpiryField } from './expiry-field.tsx'
import type { Limits, LimitsProblems } from './limits-form.ts'
import { scopeWords } from './scope-words.ts'

type Props = { limits: Limits; onChange: (limits: Limits) => void; problems: LimitsProblems }

/** What a new key may do, how long, from where, and whether its value is kept. */
export const LimitsFields = ({ limits, onChange, problems }: Props) => {
  const change = (part: Partial<Limits>) => onChange({ ...limits, ...part })
  return (
    <Stack pb={4}>
      <Switch
        label="Limit permissions"
        description={limits.scoped ? undefined : 'It may read and change everything in the workspace.'}
        checked={limits.scoped}
        onChange={(event) => change({ scoped: event.currentTarget.checked })}
      />
      <Collapse expanded={limits.scoped}>
        <Checkbox.Group
          value={limits.scopes}
          onChange={(chosen) => change({ scopes: chosen as Scope[] })}
          aria-label="Permissions"
          error={problems.scopes}
        >
          <Stack gap="sm" pl="md" pb={4}>
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={scopeWords[scope].label}
                description={scopeWords[scope].grants}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      </Collapse>
      <ExpiryField expiry={limits.expiry} onChange={(expiry) => change({ expiry })} problem={problems.date} />
      <AddressesField
        text={limits.addresses}
        onChange={(addresses) => change({ addresses })}
        problem={problems.addresses}
      />
      <Switch
        label="Show once"
        description="You see the value after creating it and never again: no copy is kept here. For a key that goes straight into a secret store."
        checked={limits.showOnce}
        onChange={(event) => change({ showOnce: event.currentTarget.checked })}
      />
    </Stack>
  )
}
