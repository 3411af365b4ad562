import type { FastifyRequest } from 'fastify'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { openSignUp, type SignUp } from './sign-up-token.ts'

type Needs = Pick<House, 'keyRing' | 'cookies' | 'clock'>

/** The sign-up in this browser, or undefined. */
export const findSignUp = ({ keyRing, cookies, clock }: Needs, request: FastifyRequest): SignUp | undefined =>
  openSignUp(keyRing, cookies.read(request, 'gatehouse_sign_up'), clock.now())

/** The sign-up in this browser, or the refusal that there is none. */
export const requireSignUp = (house: Needs, request: FastifyRequest): SignUp => {
  const signUp = findSignUp(house, request)
  if (!signUp) throw refuse('sign_up_not_started')
  return signUp
}
