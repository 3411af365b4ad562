import { Box, Card, Group, Stack, Stepper, Text, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { isApiError } from '../../../api/client.ts'
import { Wordmark } from '../../../ui/logo.tsx'
import { useTitle } from '../../../ui/title.ts'
import { instanceQuery, useFinishOnboarding } from '../queries.ts'
import { type Draft, useDraft } from './draft.ts'
import { takeInvite } from './kept-invite.ts'
import { ProfileStep } from './profile-step.tsx'
import { RegionStep } from './region-step.tsx'
import { ReviewStep } from './review-step.tsx'

const leads = [
  'Tell us how to call you, and choose the name your projects live under.',
  'Choose where your projects, models and training data are kept.',
  'Check everything once more. Username and data region stay as they are from here on.',
]

/** `email` names the sign-up; `suggestedName` is how a provider calls the person who came from there. */
export const OnboardingScreen = ({ email, suggestedName }: { email: string; suggestedName?: string }) => {
  useTitle('Set up your account')
  const navigate = useNavigate()
  const { data: instance } = useSuspenseQuery(instanceQuery())
  const [draft, change] = useDraft(email, suggestedName)
  const finish = useFinishOnboarding()
  const wide = useMediaQuery('(min-width: 36em)', true)
  const heading = useRef<HTMLHeadingElement>(null)
  const shownStep = useRef(draft.step)
  useEffect(() => {
    // The button that led here is gone. A page just opened leaves the focus where it is.
    if (shownStep.current !== draft.step) heading.current?.focus({ preventScroll: true })
    shownStep.current = draft.step
  }, [draft.step])
  const to = (step: number, part: Partial<Draft> = {}) => {
    finish.reset()
    change({ ...part, step })
    window.scrollTo({ top: 0 })
  }

  const submit = () => {
    if (!draft.region) return to(1)
    const { displayName, username, company, useCase, region } = draft
    const body = {
      displayName,
      username,
      region,
      company: company || undefined,
      useCase: useCase || undefined,
    }
    finish.mutate(body as Parameters<typeof finish.mutate>[0], {
      onSuccess: () => {
        const invite = takeInvite()
        if (invite) void navigate({ href: invite, replace: true })
        else void navigate({ to: '/home', search: { tour: 'nav' }, replace: true })
      },
      onError: (error) => {
        if (isApiError(error, 'username_taken')) change({ step: 0 })
        if (isApiError(error, 'region_unavailable')) change({ step: 1, region: undefined })
      },
    })
  }

  return (
    <Box mih="100dvh" bg="var(--gh-rail)">
      <Box component="main" id="content" maw={720} mx="auto" px="md" py={{ base: 'lg', sm: 40 }}>
        <Group mb={36}>
          <Wordmark />
        </Group>
        <Stepper
          active={draft.step}
          onStepClick={(step) => to(step)}
          allowNextStepsSelect={false}
          size="sm"
          iconSize={30}
          mb="xl"
          aria-label="Steps"
        >
          <Stepper.Step label={wide ? 'Profile' : undefined} aria-label="Profile" />
          <Stepper.Step label={wide ? 'Data region' : undefined} aria-label="Data region" />
          <Stepper.Step label={wide ? 'Review' : undefined} aria-label="Review" />
        </Stepper>
        <Card p={{ base: 'lg', sm: 32 }}>
          <Stack gap="lg">
            <div>
              <Title order={1} fz={24} ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
                {['Your profile', 'Your data region', 'Ready to go'][draft.step]}
              </Title>
              <Text c="dimmed" mt={6}>
                {leads[draft.step]}
              </Text>
            </div>
            {draft.step === 0 && (
              <ProfileStep draft={draft} error={finish.error} onDone={(part) => to(1, part)} />
            )}
            {draft.step === 1 && (
              <RegionStep
                regions={instance.regions}
                pings={instance.regionPings}
                region={draft.region}
                error={finish.error}
                onChoose={(region) => change({ region })}
                onBack={() => to(0)}
                onDone={() => to(2)}
              />
            )}
            {draft.step === 2 && (
              <ReviewStep
                draft={draft}
                onEdit={(step) => to(step)}
                onFinish={submit}
                pending={finish.isPending || finish.isSuccess}
                error={finish.error}
              />
            )}
          </Stack>
        </Card>
      </Box>
    </Box>
  )
}
