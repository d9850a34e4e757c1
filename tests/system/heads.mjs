/**
 * A school's head who changes while a teacher is in post, as both heads see it over a whole stack: from then on the new
 * one acts, reads and is reminded, and the old one, by now at another school, is told what a stranger is. Rules on the
 * way: GEN-6, AST-A5, AST-P10, AST-T3, ATS-P5.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { astStory } from '../../deploy/local/story/ast.mjs'
import { play } from '../../deploy/local/story/play.mjs'
import { throwaway } from '../support/throwaway.mjs'

const REVIEW = /yearly review of pay/i

describe('a head who changes', () => {
  let stack
  let world
  let cast
  let elsewhere
  let newHead
  let asOld
  let asNew
  let asNewHead
  let cases

  before(async () => {
    stack = await throwaway('heads')
    world = stack.world
    const story = astStory(world, 13)
    await play(world, [story])
    await world.settle()
    cast = story.cast
    elsewhere = await world.create(world.admin, 'organisations', { kind: 'school', name: 'Valley School', urn: '150013',
      laId: cast.la, phase: 'secondary', schoolType: 'maintained', nation: 'england', payArea: 'national' })
    newHead = await world.create(world.admin, 'people', { name: 'Nina Newhead', email: cast.mail('newhead'),
      positions: [{ role: 'headteacher', organisationId: cast.school }] })
    /* Parties by name alone: what the school may they may not. */
    asOld = await world.as('headteacher', { person: cast.head, organisation: elsewhere })
    asNew = await world.as('headteacher', { person: newHead, organisation: elsewhere })
    asNewHead = await world.as('headteacher', { person: newHead, organisation: cast.school })
    const one = async (kind) => `${kind}/${(await world.list(cast.as_head, `${kind}?rootId=${cast.post}`))[0].id}`
    cases = [`posts/${cast.post}`, ...await Promise.all(['appointments', 'outreach-years', 'post-fundings'].map(one))]
  })
  after(() => stack?.end())

  const statuses = async (client, paths) => Promise.all(paths.map(async (path) => (await client.get(`/v1/${path}`)).status))
  const all = (status, paths = cases) => paths.map(() => status)
  const reminders = (who) => stack.mails().filter(({ to, subject, text }) => to === cast.mail(who) && (REVIEW.test(subject) || REVIEW.test(text)))
  const propose = (client) => client.post(`/v1/${cases[2]}/propose-time`,
    { pattern: 'one_day_a_week', contractedHalfDays: 10, halfDays: 2, weeks: 1, cover: 'same_teacher' })

  test('GEN_6__whoever_is_named_as_head_reads_and_acts_wherever_they_work', async () => {
    assert.deepEqual(await statuses(asOld, cases), all(200))
    assert.deepEqual(await statuses(asNew, cases), all(404))
    assert.equal((await propose(asNew)).status, 404)
    assert.ok((await propose(asOld)).status < 300)
  })

  test('AST_T3__the_old_head_is_reminded_of_the_review_of_pay_while_it_is_theirs', async () => {
    await world.moveTo('2013-09-03T08:00:00Z')
    assert.equal(reminders('head').length, 1)
    assert.equal(reminders('newhead').length, 0)
  })

  test('GEN_6__from_then_on_the_new_head_reads_and_acts_and_the_old_one_does_not', async () => {
    await world.act(asNewHead, `posts/${cast.post}/acting-head`, { headteacherId: newHead, reason: 'The head has gone to another school.' })
    await world.settle()
    assert.deepEqual(await statuses(asOld, cases), all(404))
    assert.deepEqual(await statuses(asNew, cases), all(200))
    assert.equal((await propose(asOld)).status, 404)
    assert.ok((await propose(asNew)).status < 300)
    assert.deepEqual(stack.mails().filter(({ to }) => to === cast.mail('newhead')).map(({ subject }) => subject),
      ['You act as headteacher for an Advanced Skills Teacher post'])
    for (const kind of ['appointments', 'outreach-years', 'post-fundings']) {
      assert.deepEqual((await asOld.get(`/v1/${kind}`)).body.cases ?? [], [], kind)
    }
  })

  test('ATS_P5__the_next_reminder_goes_to_the_new_head_and_none_twice', async () => {
    const { coming } = await world.see(cast.as_coordinator, `cases/${cast.post}/outlook`)
    const to = coming.filter(({ what, rule }) => what === 'reminder' && rule === 'AST-T3').flatMap(({ recipients }) => recipients.map(({ id }) => id))
    assert.deepEqual([...new Set(to)], [newHead])
    await world.moveTo('2013-09-24T08:00:00Z')
    assert.equal(reminders('head').length, 1)
    assert.equal(reminders('newhead').length, 1)
    await world.moveTo('2013-10-09T08:00:00Z')
    assert.equal(reminders('head').length, 1)
    assert.equal(reminders('newhead').length, 4)
    const ids = stack.mails().map(({ messageId }) => messageId)
    assert.equal(new Set(ids).size, ids.length)
  })

  test('AST_A5__the_form_and_its_assessment_follow_after_the_decision', async () => {
    const assessment = (await world.list(cast.as_head, `assessments?rootId=${cast.post}`)).find(({ ast1Id }) => ast1Id === cast.form)
    const papers = [`ast1-forms/${cast.form}`, `assessments/${assessment.id}`]
    assert.deepEqual(await statuses(asOld, papers), all(200, papers))
    await world.act(asNewHead, `ast1-forms/${cast.form}/acting-head`, { headteacherId: newHead, reason: 'The head has gone to another school.' })
    await world.settle()
    assert.deepEqual(await statuses(asOld, papers), all(404, papers))
    assert.deepEqual(await statuses(asNew, papers), all(200, papers))
    const history = await world.list(asOld, `cases/${cast.post}/timeline`, 'entries')
    assert.deepEqual([...new Set(history.map(({ service }) => service))], ['notification'], 'only the letters that were theirs')
    assert.deepEqual((await world.see(asOld, `cases/${cast.post}/deadlines`)).deadlines ?? [], [])
  })

  test('attain_verify__states_parties_and_deadlines_follow_from_the_log', async () => {
    assert.equal(JSON.parse(await stack.stack.attain('verify')).faults, 0)
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
