/**
 * Brings many candidates to the eve of form AST2 by real commands over HTTP: each with a post of their
 * own, money reserved for it, form AST1 taken through to a passed assessment, and the appointment made.
 */
import { described } from '../../deploy/local/story/ast.mjs'
import { programme } from '../../deploy/local/story/programme.mjs'
import { Client, until } from '../support/stack.mjs'
import { settle } from './figures.mjs'
import { sendOnce } from './load.mjs'

export const DAY = '2012-09-03'
const BEGINS = `${DAY}T09:00:00Z`
const POSTS_OF_AN_LA = 100
const YEAR = 2012
const SPINE = { nation: 'england', payArea: 'national', schoolType: 'maintained', phase: 'secondary' }
const STANDARDS = ['1', '2', '3', '4', '5', '6']
const texts = STANDARDS.map((standard) => ({ standard, text: `On standard ${standard}, with examples.` }))
const JUDGEMENT = {
  judgements: STANDARDS.map((standard) => ({ standard, met: true, evidence: `Seen in the lessons, standard ${standard}.` })),
  lessonsExcellent: [true, true],
}

const accepted = (answer) => {
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  }
  return answer.body
}

const range = (count) => Array.from({ length: count }, (_, i) => i)

/** An authority with a school, those who act for them, and a budget. */
const makeAuthority = async (client, number) => {
  const post = async (path, body) => accepted(await client.post(`/v1/${path}`, body))
  const la = (await post('organisations', { kind: 'la', name: `Shire ${number}`, nation: 'england' })).id
  const school = (await post('organisations', { kind: 'school', name: `School ${number}`, urn: String(100_000 + number), laId: la, ...SPINE })).id
  const actor = async (role, organisationId) => {
    const { id } = await post('people', { name: `${role} ${number}`, email: `${role}.${number}@chain.example`, positions: [{ role, organisationId }] })
    const { token } = await post('tokens', { name: role, role, personId: id, organisationId, hours: 240 })
    return { id, token }
  }
  const head = await actor('headteacher', school)
  const coordinator = await actor('la_coordinator', la)
  const finance = await actor('la_finance', la)
  const treasurer = new Client(client.base, finance.token)
  accepted(await treasurer.post('/v1/budgets', {
    laId: la, financialYear: YEAR, fundingSource: 'local_formula', nation: 'england',
    perPost: { pence: 730_107, currency: 'GBP' }, total: { pence: 100_000_000, currency: 'GBP' },
    streamOn: ['2012-06-15', '2012-09-17', '2012-12-17', '2013-03-15'], forumConsultedOn: '2012-07-02',
  }))
  treasurer.close()
  return { la, school, head, coordinator }
}

/**
 * @param {import('../support/stack.mjs').Stack} stack
 * @param {{count: number, folder: string, say: (text: string) => void}} options
 * @returns {Promise<Array[]>} one request for load() a candidate: the form AST2
 */
export const seedChains = async (stack, { count, folder, say }) => {
  const port = stack.basePort + 80
  const admin = await stack.token('administrator', { hours: 240 })
  const client = new Client(stack.base(), admin)
  await until('the clock is set', async () => {
    const { status, body } = await client.post('/v1/sandbox/clock', { at: BEGINS })
    return status === 200 && body.reached
  }, { swallow: true })
  const authorities = []
  for (const number of range(Math.ceil(count / POSTS_OF_AN_LA))) {
    authorities.push(await makeAuthority(client, number))
  }
  const { token: caseworker } = accepted(await client.post('/v1/tokens', { name: 'caseworker', role: 'caseworker', hours: 240 }))
  client.close()
  say(`${authorities.length} authorities`)

  const all = range(count)
  const of = (i) => authorities[i % authorities.length]
  const send = (name, line, keep) => sendOnce({ folder, name, port, say, keep, requests: all.map(line) })
  const act = async (name, line) => {
    await send(name, line)
    await settle(stack)
  }
  const candidates = await send('candidates', (i) => [admin, 'POST', '/v1/people', {
    name: `Cora ${i}`, email: `cora.${i}@chain.example`, positions: [{ role: 'candidate', organisationId: of(i).school }] }])
  const people = await send('assessors', (i) => [admin, 'POST', '/v1/people', {
    name: `Ann ${i}`, email: `ann.${i}@chain.example`, positions: [{ role: 'assessor' }] }])
  const asCandidate = await send('tokens-candidates', (i) => [admin, 'POST', '/v1/tokens',
    { name: 'candidate', role: 'candidate', personId: candidates[i], organisationId: of(i).school, hours: 240 }], 'token')
  const asAssessor = await send('tokens-assessors', (i) => [admin, 'POST', '/v1/tokens',
    { name: 'assessor', role: 'assessor', personId: people[i], hours: 240 }], 'token')
  await settle(stack)
  const assessors = await send('register-assessors', (i) => [caseworker, 'POST', '/v1/assessors',
    { personId: people[i], phases: ['secondary'], subjects: ['mathematics'], region: 'South West', interestIds: [] }])
  await send('offer-days', (i) => [caseworker, 'POST', `/v1/assessors/${assessors[i]}/days`, { freeOn: [DAY] }])

  const posts = await send('posts', (i) => [of(i).head.token, 'POST', '/v1/posts', {
    schoolId: of(i).school, title: `AST ${i}`, reason: 'la_development', recruitment: 'external', fundingSource: 'local_formula',
    financialYear: YEAR, headteacherId: of(i).head.id, subject: 'mathematics', ...described(of(i).head.id) }])
  await act('confirm', (i) => [of(i).coordinator.token, 'POST', `/v1/posts/${posts[i]}/confirm-funding`, { outreachAgreed: true }])
  await send('outreach', (i) => [of(i).head.token, 'POST', `/v1/posts/${posts[i]}/agree-outreach`, {}])
  await send('agree', (i) => [of(i).head.token, 'POST', `/v1/posts/${posts[i]}/agree`, {}])
  await send('advertise', (i) => [of(i).head.token, 'POST', `/v1/posts/${posts[i]}/advertise`, {}])
  const forms = await send('ast1', (i) => [asCandidate[i], 'POST', '/v1/ast1-forms', {
    postId: posts[i], route: 'internal', schoolId: of(i).school, headteacherId: of(i).head.id, hasQts: true,
    staysInClassroom: true, takesOnOutreach: true, answers: texts }])
  await send('comment', (i) => [of(i).head.token, 'POST', `/v1/ast1-forms/${forms[i]}/comment`, { comments: texts, careerStageConfirmed: true }])
  await send('declare', (i) => [of(i).coordinator.token, 'POST', `/v1/ast1-forms/${forms[i]}/declare-funding`, { declares: true }])
  await send('forward', (i) => [of(i).head.token, 'POST', `/v1/ast1-forms/${forms[i]}/forward`, { channel: 'online', coveringLetter: 'The job in outline.' }])
  await act('receive', (i) => [caseworker, 'POST', `/v1/ast1-forms/${forms[i]}/receive`, { receivedOn: DAY, channel: 'online' }])

  const found = new Map()
  const asker = new Client(stack.base(), caseworker)
  for (let after = ''; after !== undefined;) {
    const page = accepted(await asker.get(`/v1/assessments?limit=100${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`))
    page.cases.forEach((one) => found.set(one.ast1Id, one.id))
    after = page.next === '' ? undefined : page.next
  }
  asker.close()
  const assessments = forms.map((form) => found.get(form))
  await act('book', (i) => [caseworker, 'POST', `/v1/assessments/${assessments[i]}/book`, { assessorId: assessors[i], assessmentOn: DAY }])
  await send('programme', (i) => [asAssessor[i], 'POST', `/v1/assessments/${assessments[i]}/programme`,
    { ...programme(DAY), departures: [{ of: 'agreement', reason: 'Agreed on the morning of the day.' }] }])
  await send('judge', (i) => [asAssessor[i], 'POST', `/v1/assessments/${assessments[i]}/judge`, JUDGEMENT])
  await act('decide', (i) => [asAssessor[i], 'POST', `/v1/assessments/${assessments[i]}/decision`, { letter: 'You meet every standard.' }])
  await act('appoint', (i) => [of(i).head.token, 'POST', `/v1/posts/${posts[i]}/appoint`, { ast1Id: forms[i], appointedOn: DAY, startsOn: DAY }])
  return all.map((i) => [of(i).head.token, 'POST', '/v1/ast2-forms', {
    personId: candidates[i], postId: posts[i], schoolId: of(i).school, laId: of(i).la, appointedOn: DAY, startsOn: DAY, spinePoint: 3 }])
}
