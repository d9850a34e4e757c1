/**
 * Makes the cases of a benchmark by real commands over HTTP: many enrolments in the programme of
 * Advanced Teacher Status, each applied for, accepted and paid for, and each of a participant with a token of their own.
 */
import { join } from 'node:path'

import { Client, until } from '../support/stack.mjs'
import { withConsumerDown } from './consumer.mjs'
import { sendOnce, writeRequests } from './load.mjs'

const BEGINS = '2022-06-01T09:00:00Z'
const PAID_ON = '2022-06-01'
const COHORT = 2022
const PAGE = 100
const TOKEN_HOURS = 24 * 300
const SETTLE_MS = 1_800_000
const CRITERIA = ['set-member', 'teacher-education', 'advanced-level', 'testimonies', 'teaching-hours', 'maths-english-level-3']
const ITEMS = [
  { kind: 'reading-log', title: 'Reading log, entry of the week', standards: ['7', '8'] },
  { kind: 'reflective-diary', title: 'Diary: what the second group made of the task', standards: ['1'] },
  { kind: 'cpd-record', title: 'Workshop on feedback, half a day', standards: ['18', '10', '17'] },
]

const accepted = (answer) => {
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  }
  return answer.body
}

/** All rows of a list of the API, page by page. */
const listAll = async (client, path) => {
  const rows = []
  let after = ''
  do {
    const page = accepted(await client.get(`/v1/${path}?limit=${PAGE}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`))
    rows.push(...page.cases)
    after = page.next ?? ''
  } while (after !== '')
  return rows
}

/**
 * @param {import('../support/stack.mjs').Stack} stack
 * @param {{cases: number, folder: string, say?: (text: string) => void}} options
 * @returns {Promise<{items: string, reads: string, admin: string, consumers: object}>} files for load(), and how fast two
 *   consumers were that had been killed meanwhile
 */
export const seedEnrolments = async (stack, { cases, folder, say = () => {} }) => {
  const port = stack.basePort + 80
  const admin = await stack.token('administrator', { hours: TOKEN_HOURS })
  const client = new Client(stack.base(), admin)
  await until('the clock stands in the window', async () => {
    const { status, body } = await client.post('/v1/sandbox/clock', { at: BEGINS })
    return status === 200 && body.reached
  }, { swallow: true })
  const laId = accepted(await client.post('/v1/organisations', { kind: 'la', name: 'Westshire', nation: 'england' })).id
  const employer = accepted(await client.post('/v1/organisations', {
    kind: 'school', name: 'Northgate College', urn: '100001', laId, nation: 'england', payArea: 'national',
    schoolType: 'maintained', phase: 'secondary',
  })).id
  const { token: officer } = accepted(await client.post('/v1/tokens', { name: 'officer', role: 'funding_officer', hours: TOKEN_HOURS }))
  const run = (name, requests, keep) => sendOnce({ folder, name, port, requests, keep, say })
  const all = Array.from({ length: cases }, (_, i) => i)
  const people = await run('people', all.map((i) => [admin, 'POST', '/v1/people', {
    name: `Pat Participant ${i}`, email: `pat.${i}@bench.example`, positions: [{ role: 'candidate', organisationId: employer }] }]))
  const tokens = await run('tokens', all.map((i) => [admin, 'POST', '/v1/tokens',
    { name: 'participant', role: 'candidate', personId: people[i], organisationId: employer, hours: TOKEN_HOURS }]), 'token')
  const form = {
    cohort: COHORT, employerId: employer, declaresSuitability: true, paysInInstalments: false,
    criteria: CRITERIA.map((criterion) => ({ criterion, met: true, evidence: `Shown by the references, ${criterion}.` })),
  }
  const applications = await run('apply', all.map((i) => [tokens[i], 'POST', '/v1/ats-applications', form]))
  const funding = await withConsumerDown(stack, 'funding', 'application', () =>
    run('accept', applications.map((id) => [admin, 'POST', `/v1/ats-applications/${id}/accept`, {}])))
  say(`funding opens fee plans at ${Math.round(funding.perSecond)}/s, the first after ${Math.round(funding.firstMs)} ms`)
  const plans = await until('every fee plan is open', async () => {
    const rows = await listAll(client, 'fee-plans')
    return rows.length >= cases ? rows : undefined
  }, { boundMs: SETTLE_MS, everyMs: 1000 })
  const application = await withConsumerDown(stack, 'application', 'funding', () => run('pay', plans.map((plan, i) => [officer, 'POST', `/v1/fee-plans/${plan.id}/payments`,
    { ordinal: plan.instalments[0].ordinal, amount: plan.instalments[0].amount, paidOn: PAID_ON, reference: `FP ${i}` }])))
  say(`application confirms places at ${Math.round(application.perSecond)}/s, the first after ${Math.round(application.firstMs)} ms`)
  const enrolments = await until('every enrolment is open', async () => {
    const rows = await listAll(client, 'enrolments')
    return rows.length >= cases ? rows : undefined
  }, { boundMs: SETTLE_MS, everyMs: 2000 })
  client.close()
  say(`${enrolments.length} enrolments`)

  const tokenOf = new Map(people.map((person, i) => [person, tokens[i]]))
  const items = join(folder, 'items.requests')
  const reads = join(folder, 'reads.requests')
  writeRequests(items, enrolments.map(({ id, personId }, i) =>
    [tokenOf.get(personId), 'POST', `/v1/enrolments/${id}/items`, ITEMS[i % ITEMS.length]]))
  writeRequests(reads, enrolments.map(({ id, personId }) => [tokenOf.get(personId), 'GET', `/v1/enrolments/${id}`]))
  const consumers = Object.fromEntries(Object.entries({ funding, application }).map(([name, { firstMs, events, perSecond }]) =>
    [name, { firstMs, events, perSecond }]))
  return { items, reads, admin, consumers }
}
