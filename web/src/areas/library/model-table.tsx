import { Card, Table, Text } from '@mantine/core'
import { Moment } from '../../ui/moment.tsx'
import { fitnessText } from './epochs.ts'
import { ModelLine, ModelLink } from './model-line.tsx'
import type { Model } from './queries.ts'
import { RunProgress } from './run-progress.tsx'
import { StatusBadge } from './status-badge.tsx'

/** Rows on wide screens, a stack of short facts on a phone. */
export const ModelTable = ({ models }: { models: Model[] }) => (
  <>
    <Card p={0} visibleFrom="sm">
      <Table verticalSpacing="sm" horizontalSpacing="lg" aria-label="Models">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Model</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Epochs</Table.Th>
            <Table.Th ta="right">Best fitness</Table.Th>
            <Table.Th ta="right">Updated</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {models.map((model) => (
            <Table.Tr key={model._id} className="gh-row-link">
              <Table.Td>
                <ModelLink model={model} />
                {model.task && (
                  <Text span fz="xs" c="dimmed" ml={8}>
                    {model.task}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <StatusBadge model={model} />
              </Table.Td>
              <Table.Td>
                <RunProgress model={model} />
              </Table.Td>
              <Table.Td ta="right" className="gh-tabular">
                {fitnessText(model.bestFitness)}
              </Table.Td>
              <Table.Td ta="right" c="dimmed" fz="sm">
                <Moment at={model.updatedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
    <Card p={0} hiddenFrom="sm">
      {models.map((model, index) => (
        <ModelLine key={model._id} model={model} first={index === 0} />
      ))}
    </Card>
  </>
)
