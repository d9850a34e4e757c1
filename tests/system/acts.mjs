/** What the stories of AST posts do again and again, each act by whoever does it: from the draft of a post to form AST2. */
import assert from 'node:assert/strict'

import { described } from '../../deploy/local/story/ast.mjs'
import { addDays } from '../../deploy/local/story/dates.mjs'
import { programme } from '../../deploy/local/story/programme.mjs'

const STANDARDS = ['1', '2', '3', '4', '5', '6']

export const money = (pence) => ({ pence, currency: 'GBP' })

/** Words on every standard, of a candidate or a head. */
export const texts = (who) => STANDARDS.map((standard) => ({ standard, text: `${who} on standard ${standard}: with examples.` }))

/** A person in `role` at `organisation`, with a client: {id, as, email}. */
export const person = async (world, name, role, organisation, more = {}) => {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@stories.example`
  const id = await world.create(world.admin, 'people', { name, email, positions: [{ role, organisationId: organisation }], ...more })
  return { id, email, as: await world.as(role, { person: id, organisation }) }
}

/** An assessor's own case, from the person entered as one. */
export const assessor = (world, agency, personId, interestIds = []) => world.create(agency.as_caseworker, 'assessors',
  { personId, phases: ['secondary'], subjects: ['mathematics'], region: 'South West', interestIds })

/** A post that `head` drafts, agreed and advertised; with a coordinator its money is the authority's. */
export const advertised = async (world, { head, coordinator, ...draft }) => {
  const post = await world.create(head, 'posts', { reason: 'staffing_structure', ...described(draft.headteacherId), ...draft })
  if (coordinator !== undefined) {
    await world.act(coordinator, `posts/${post}/confirm-funding`, { outreachAgreed: true })
    await world.until(head, `posts/${post}`, 'the money is reserved', ({ state }) => state === 'funded')
    await world.act(head, `posts/${post}/agree-outreach`)
  }
  await world.act(head, `posts/${post}/agree`)
  await world.act(head, `posts/${post}/advertise`)
  return post
}

/** The body of a form AST1. */
export const form = (postId, schoolId, headteacherId, route, more = {}) => ({
  postId, schoolId, headteacherId, route, hasQts: true, staysInClassroom: true, takesOnOutreach: true, answers: texts('I'), ...more,
})

/** The body of form AST2. */
export const ast2 = (personId, postId, schoolId, appointedOn, startsOn, more = {}) =>
  ({ personId, postId, schoolId, appointedOn, startsOn, spinePoint: 3, ...more })

/** The agency has the complete form; the assessment that follows. */
export const received = async (world, agency, post, ast1, receivedOn) => {
  await world.act(agency.as_caseworker, `ast1-forms/${ast1}/receive`, { receivedOn, channel: 'online' })
  const opened = await world.until(agency.as_caseworker, `assessments?rootId=${post}&limit=100`, 'the assessment is opened',
    (one) => one, ({ cases }) => cases.find((one) => one.ast1Id === ast1))
  return opened.id
}

/** An assessor {case, as} is booked for the day, and the programme agreed. */
export const booked = async (world, agency, assessment, by, assessmentOn, agreedOn) => {
  await world.act(agency.as_caseworker, `assessors/${by.case}/days`, { freeOn: [assessmentOn] })
  await world.act(agency.as_caseworker, `assessments/${assessment}/book`, { assessorId: by.case, assessmentOn })
  await world.act(by.as, `assessments/${assessment}/programme`, programme(agreedOn))
}

/** On the day every standard is judged: all met, but for `missed`. */
export const judged = (world, assessment, by, missed) => world.act(by.as, `assessments/${assessment}/judge`, {
  judgements: STANDARDS.map((standard) => ({ standard, met: standard !== missed, evidence: `Seen in the lessons, standard ${standard}.` })),
  lessonsExcellent: [true, missed === undefined],
})

/** From the complete form to a decision two days after the day; the assessment. */
export const assessed = async (world, agency, { post, ast1, by, receivedOn, on, missed }) => {
  const assessment = await received(world, agency, post, ast1, receivedOn)
  await booked(world, agency, assessment, by, on, receivedOn)
  await world.moveTo(`${on}T15:00:00Z`)
  await judged(world, assessment, by, missed)
  await world.moveTo(`${addDays(on, 2)}T10:00:00Z`)
  await world.act(by.as, `assessments/${assessment}/decision`, { letter: missed === undefined ? 'You meet every standard.' : `Standard ${missed} is not yet met.` })
  const state = missed === undefined ? 'passed' : 'not_met'
  await world.until(agency.as_caseworker, `ast1-forms/${ast1}`, `the form is ${state}`, (one) => one.state === state)
  await world.act(by.as, `assessments/${assessment}/feedback`, { feedback: 'As seen on the day.', areas: missed === undefined ? [] : [missed] })
  return assessment
}

/** The entry of a person in the register, once it is in `state`. */
export const entered = (world, agency, personId, state) => world.until(agency.as_caseworker, `register-entries?personId=${personId}`,
  `the register entry is ${state}`, (one) => one.state === state, ({ cases }) => cases[0])

/** The deadline of `rule` (and item) of the case `id`. */
export const deadline = async (world, root, id, rule, item = '') => {
  const { deadlines } = await world.see(world.admin, `cases/${root}/deadlines`)
  const found = deadlines.find((one) => one.caseId === id && one.rule === rule && (one.item ?? '') === item)
  assert.ok(found !== undefined, `no deadline ${rule} ${item} among ${JSON.stringify(deadlines)}`)
  return found
}
