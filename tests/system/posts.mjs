/**
 * Posts under an authority's own policy, over HTTP: the policy is set and shown first, a cap binds what the authority
 * pays for unless a reason is given, the money of a vacated post's place is free again, a call is answered and closes; what
 * was agreed of a post is agreed anew when it changes, and the school pays where the authority may not any more.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { AST_DAYS, described } from '../../deploy/local/story/ast.mjs'
import { addDays } from '../../deploy/local/story/dates.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { form, texts } from './acts.mjs'

const money = (pence) => ({ pence, currency: 'GBP' })

describe('posts under the policy of an authority', () => {
  let stack
  let world
  let cast
  let policy
  const supported = []

  before(async () => {
    stack = await throwaway('posts')
    world = stack.world
    await world.moveTo(`${AST_DAYS.begins}T08:00:00Z`)
    cast = await castAst(world, 903)
    await world.create(cast.as_finance, 'budgets', {
      laId: cast.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england', forumConsultedOn: '2012-07-02',
      perPost: money(900_000), total: money(9_000_000), streamOn: AST_DAYS.streams,
    })
  })
  after(() => stack?.end())

  const setPolicy = (more = {}) => ({
    laId: cast.la, caps: [{ phase: 'primary', posts: 1 }, { phase: 'secondary', posts: 1 }], needs: [{ subject: 'science' }],
    coordinators: [{ phase: 'secondary', personId: cast.coordinator, name: 'Cora Dinator', telephone: '01632 960001' }], protocol: 'Schools release their AST on the day.', ...more,
  })
  const draft = (more = {}) => ({
    schoolId: cast.school, title: 'AST for science', reason: 'staffing_structure', recruitment: 'external',
    fundingSource: 'local_formula', financialYear: 2012, headteacherId: cast.head, arrangementsSeen: 1, ...described(cast.head), ...more,
  })
  const state = (id, wanted) => world.until(cast.as_coordinator, `posts/${id}`, `the post is ${wanted}`, (post) => post.state === wanted)

  test('AST_P7__an_authority_sets_its_policy_and_term_dates_and_schools_see_them', async () => {
    await world.refused(cast.as_otherHead, 'posts', draft({ schoolId: cast.otherSchool, financialYear: 1900 }), 'AST-P5', 'source-not-allowed')
    policy = await world.create(cast.as_coordinator, 'la-policies', setPolicy())
    const term = (season, beginsOn, endsOn) => ({ season, beginsOn, endsOn })
    const terms = [term('autumn', '2012-09-05', '2012-12-21'), term('spring', '2013-01-07', '2013-03-28'), term('summer', '2013-04-15', '2013-07-24')]
    await world.refused(cast.as_coordinator, `la-policies/${policy}/term-dates`, { firstYear: 2012, terms: terms.slice(1) }, 'AST-P7', 'wrong-field')
    await world.act(cast.as_coordinator, `la-policies/${policy}/term-dates`, { firstYear: 2012, terms })
    const seen = await world.until(cast.as_head, `la-policies/${policy}`, 'the terms are set', ({ years }) => years?.length === 1)
    assert.equal(seen.protocol, 'Schools release their AST on the day.')
    assert.equal(seen.revision, 1)
    assert.deepEqual((await world.list(cast.as_candidate, `la-policies?laId=${cast.la}`)).map(({ id }) => id), [policy])
  })

  test('AST_P7__arrangements_are_shown_before_a_post_is_begun', async () => {
    await world.refused(cast.as_head, 'posts', draft({ arrangementsSeen: 0 }), 'AST-P7', 'arrangements-not-shown')
  })

  test('AST_P7__a_cap_binds_what_the_authority_pays_for_unless_a_reason_is_given', async () => {
    for (const [index, body] of [{ outreachAgreed: true }, { outreachAgreed: true, overCapReason: 'It serves the whole district.' }].entries()) {
      const post = await world.create(cast.as_head, 'posts', draft({ title: `AST ${index}` }))
      if (index > 0) {
        await world.refused(cast.as_coordinator, `posts/${post}/confirm-funding`, { outreachAgreed: true }, 'AST-P7', 'cap-reached')
      }
      await world.act(cast.as_coordinator, `posts/${post}/confirm-funding`, body)
      await state(post, 'funded')
      supported.push(post)
    }
    const places = (await world.see(cast.as_coordinator, `la-policies/${policy}`)).supported
    assert.deepEqual(places.map(({ postId, overCap }) => [postId, overCap ?? false]), [[supported[0], false], [supported[1], true]])
    assert.equal((await world.see(cast.as_head, `la-policies/${policy}`)).supported?.length ?? 0, 0, 'for the authority alone')
  })

  test('AST_P7__a_closed_post_gives_its_place_back', async () => {
    await world.act(cast.as_head, `posts/${supported[0]}/close`, { reason: 'Not needed.' })
    await world.until(cast.as_coordinator, `la-policies/${policy}`, 'one place is left', (one) => one.supported?.length === 1)
  })

  test('AST_P3__matters_are_settled_and_the_rest_shown', async () => {
    const { jobDescription, matters } = described(cast.head)
    const post = await world.create(cast.as_head, 'posts', draft({ fundingSource: 'school_funded', jobDescription, matters: undefined }))
    assert.deepEqual((await world.see(cast.as_head, `posts/${post}`)).openMatters,
      ['role_in_school', 'how_outreach_is_decided', 'pay_range', 'who_manages', 'which_contract'])
    await world.act(cast.as_head, `posts/${post}/settle`, { matters })
    assert.equal((await world.see(cast.as_head, `posts/${post}`)).openMatters?.length ?? 0, 0)
    await world.act(cast.as_head, `posts/${post}/plan`, { resignationOn: addDays(AST_DAYS.begins, 60), interviewOn: addDays(AST_DAYS.begins, 56) })
    const planned = await world.see(cast.as_head, `posts/${post}`)
    assert.equal(planned.latestReceiptOn, addDays(AST_DAYS.begins, 14))
    assert.match(planned.latestReceiptArithmetic, /6 weeks/)
  })

  test('GEN_6__a_candidate_reads_what_is_advertised_and_no_more', async () => {
    const post = await world.create(cast.as_head, 'posts', draft({ fundingSource: 'school_funded', title: 'AST in chemistry' }))
    assert.equal((await cast.as_second.get(`/v1/posts/${post}`)).status, 404)
    await world.act(cast.as_head, `posts/${post}/advertise`, { closesOn: addDays(AST_DAYS.begins, 30) })
    const seen = await world.see(cast.as_second, `posts/${post}`)
    assert.deepEqual([seen.title, seen.state, seen.schoolId, seen.headteacherId ?? ''], ['AST in chemistry', 'advertised', cast.school, ''])
    assert.ok(seen.jobDescription.length > 0)
    assert.equal((await cast.as_second.get(`/v1/cases/${post}/timeline`)).status, 404, 'its history is for its parties')
    assert.equal((await cast.as_head.get(`/v1/cases/${post}/timeline`)).status, 200)
  })

  /** Every page from `path` on, by the header Link alone: how many there were, and their rows. */
  const followed = async (client, path, name) => {
    const rows = []
    let pages = 0
    for (let next = path; next !== undefined; pages++) {
      const { status, headers, body } = await client.get(next)
      assert.equal(status, 200, JSON.stringify(body))
      rows.push(...body[name])
      next = /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '')?.[1]
      assert.equal(next === undefined, (body.next ?? '') === '', 'Link and next say the same')
    }
    return { pages, rows }
  }

  test('link__the_next_page_keeps_what_was_asked_for_until_the_end', async () => {
    const elsewhere = await castAst(world, 905)
    await world.create(elsewhere.as_head, 'posts', draft({
      schoolId: elsewhere.school, headteacherId: elsewhere.head, fundingSource: 'school_funded', arrangementsSeen: 0, ...described(elsewhere.head) }))
    for (let number = 0; number < 5; number++) {
      await world.create(cast.as_head, 'posts', draft({ fundingSource: 'school_funded', title: `AST ${number}` }))
    }
    const { as_caseworker } = cast.agency
    const ids = (rows) => rows.map(({ id }) => id)
    const filter = `laId=${cast.la}&state=drafted`
    const whole = await world.see(as_caseworker, `posts?${filter}&limit=100`)
    const all = await world.see(as_caseworker, 'posts?limit=100')
    assert.ok(whole.next === undefined && whole.cases.length >= 5 && whole.cases.length < all.cases.length)
    for (const limit of [1, 2, whole.cases.length - 1]) {
      const { pages, rows } = await followed(as_caseworker, `/v1/posts?${filter}&limit=${limit}`, 'cases')
      assert.deepEqual(ids(rows), ids(whole.cases), `limit ${limit}`)
      assert.ok(pages >= whole.cases.length / limit)
    }
    const timeline = await world.see(cast.as_coordinator, `cases/${supported[0]}/timeline`)
    const { pages, rows } = await followed(cast.as_coordinator, `/v1/cases/${supported[0]}/timeline?limit=3`, 'entries')
    assert.deepEqual(rows, timeline.entries)
    assert.ok(pages > 1)
  })

  test('AST_P7__the_coordinators_contact_is_shown_before_a_form_is_begun', async () => {
    const [{ contact }] = (await world.see(cast.as_second, `la-policies/${policy}`)).coordinators
    assert.match(contact, /Cora Dinator, 01632 960001/)
  })

  test('AST_P13__a_call_is_seen_answered_and_closed_on_its_day', async () => {
    const call = await world.create(cast.as_coordinator, 'calls', {
      organisationId: cast.la, scope: 'by_subject', subject: 'science', title: 'ASTs in science',
      invitation: 'Apply for posts from January.', closesOn: addDays(AST_DAYS.begins, 1),
    })
    await world.settle()
    assert.equal((await world.see(cast.as_coordinator, `calls/${call}`)).invited, 2, 'the heads of both schools')
    const sent = (await world.list(cast.agency.as_caseworker, `cases/${call}/messages`, 'messages')).filter(({ template }) => template === 'call-open')
    assert.deepEqual(sent.map(({ state }) => state), ['sent', 'sent'])
    await world.act(cast.as_candidate, `calls/${call}/interest`, { personId: cast.candidate, statement: 'I teach physics.' })
    assert.equal((await world.see(cast.as_coordinator, `calls/${call}`)).interests[0].personId, cast.candidate)
    assert.equal((await world.see(cast.as_second, `calls/${call}`)).interests?.length ?? 0, 0, 'for whoever called')
    await world.moveTo(`${addDays(AST_DAYS.begins, 2)}T08:00:00Z`)
    assert.equal((await world.see(cast.as_second, `calls/${call}`)).state, 'closed')
    await world.refused(cast.as_second, `calls/${call}/interest`, { personId: cast.second }, 'AST-P13', 'call-over')
  })

  test('AST_P13__who_no_longer_teaches_at_a_school_is_not_written_to_by_its_later_calls', async () => {
    const leaver = await world.create(world.admin, 'people',
      { name: 'Lea Leaver', email: 'lea@ast.example', positions: [{ role: 'candidate', organisationId: cast.school }] })
    await world.settle()
    const reached = async (title) => {
      await world.create(cast.as_head, 'calls', {
        organisationId: cast.school, scope: 'own_school', title, invitation: 'Apply, all who can.', closesOn: addDays(AST_DAYS.begins, 20),
      })
      await world.settle()
      return stack.mails().filter(({ subject }) => subject === `Call for applications: ${title}`).map(({ to }) => to).sort()
    }
    const own = [cast.mail('candidate'), cast.mail('friend')]
    assert.deepEqual(await reached('ASTs while all are here'), [...own, 'lea@ast.example'])
    await world.act(cast.agency.as_caseworker, `people/${leaver}/end-position`,
      { role: 'candidate', organisationId: cast.school, reason: 'Teaches elsewhere now.' })
    await world.settle()
    assert.deepEqual(await reached('ASTs once one has left'), own)
  })

  test('AST_P6__outreach_arrangements_that_are_changed_are_agreed_anew', async () => {
    const post = await world.create(cast.as_head, 'posts', draft({ title: 'AST in physics' }))
    await world.act(cast.as_coordinator, `posts/${post}/confirm-funding`, { outreachAgreed: true, overCapReason: 'It is needed.' })
    await state(post, 'funded')
    await world.act(cast.as_head, `posts/${post}/agree-outreach`)
    await world.act(cast.as_head, `posts/${post}/settle`, { matters: { outreach: 'By the school alone.' } })
    await world.refused(cast.as_head, `posts/${post}/agree`, {}, 'AST-P6', 'outreach-not-agreed')
    await world.settle()
    const told = stack.mails().filter(({ subject }) => subject === 'Outreach arrangements changed: "AST in physics"')
    assert.deepEqual(told.map(({ to }) => to), [cast.mail('coordinator')])
    await world.act(cast.as_coordinator, `posts/${post}/agree-outreach`)
    await world.act(cast.as_head, `posts/${post}/agree-outreach`)
    await world.act(cast.as_head, `posts/${post}/agree`)
    await world.act(cast.as_head, `posts/${post}/advertise`)
    await world.act(cast.as_head, `posts/${post}/shortlist`)
    supported.push(post)
  })

  test('AST_P5__where_the_formula_has_ended_the_school_pays_advertises_otherwise_and_signs', async () => {
    const post = supported.at(-1)
    const places = async () => ((await world.see(cast.as_coordinator, `la-policies/${policy}`)).supported ?? []).map(({ postId }) => postId)
    assert.ok((await places()).includes(post))
    await world.moveTo('2013-04-02T08:00:00Z')
    const again = { reason: 'Nobody elsewhere was found.', recruitment: 'internal' }
    await world.refused(cast.as_head, `posts/${post}/advertise`, again, 'AST-P5', 'source-not-allowed')
    const settled = { fundingSource: 'school_funded', financialYear: 2013, reason: 'The formula has no place for it any more.' }
    await world.refused(cast.as_coordinator, `posts/${post}/settle-source`, settled, 'AST-F8', 'not-the-authoritys-money')
    await world.refused(cast.as_head, `posts/${post}/settle-source`, { ...settled, financialYear: 2012 }, 'AST-P5', 'year-is-paid')
    await world.act(cast.as_head, `posts/${post}/settle-source`, settled)
    await world.until(cast.as_coordinator, `la-policies/${policy}`, 'its place is free', ({ supported: list }) => !(list ?? []).some(({ postId }) => postId === post))
    await world.act(cast.as_head, `posts/${post}/advertise`, again)
    const seen = await world.see(cast.as_head, `posts/${post}`)
    assert.deepEqual([seen.state, seen.recruitment, seen.fundingSource, seen.throughLa ?? false], ['advertised', 'internal', 'school_funded', false])
    const ast1 = await world.create(cast.as_candidate, 'ast1-forms', form(post, cast.school, cast.head, 'internal', { arrangementsSeen: 1 }))
    await world.act(cast.as_head, `ast1-forms/${ast1}/comment`, { comments: texts('Seen'), careerStageConfirmed: true })
    await world.act(cast.as_head, `ast1-forms/${ast1}/declare-funding`, { declares: true })
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
