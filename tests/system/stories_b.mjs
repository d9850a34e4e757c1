/**
 * Seven stories of AST posts, told through HTTP by the people in them on one clock: a free school's own post; a post that
 * three small primary schools pay for together; posts whose money comes from another source; an AST whose form is sent
 * after a successor's; an authority over its cap; and, in one school year, an AST who leaves in mid-stream and another
 * whose school is in special measures and needs them at home.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { described } from '../../deploy/local/story/ast.mjs'
import { addDays, addWorkingDays, daysBetween, inWords, partYear, pounds } from '../../deploy/local/story/dates.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { advertised, assessor, ast2, booked, deadline, entered, form, judged, money, person, received, texts } from './acts.mjs'
import { assertDelivered, assertNoneOnceDone, assertOrdered, assertSentOnce, evidence } from './evidence.mjs'

const BEGINS = '2012-09-03'
const YEAR = 2012
const STREAMS = ['2012-06-15', '2012-09-17', '2012-12-17', '2013-03-15']
const EACH_PENCE = 1_000_003
const TOTAL_PENCE = 5_000_000

let stack
let world
let agency
let la

const at = (day, hour = '09:00') => world.moveTo(`${day}T${hour}:00Z`)

let urn = 140_000
const schoolOf = (name, authority, more = {}) => world.create(world.admin, 'organisations', {
  kind: 'school', name, urn: String(urn++), laId: authority, nation: 'england', payArea: 'national', schoolType: 'maintained',
  phase: 'secondary', ...more,
})

let trn = 2_000_000
/** Somebody in `role` at `organisation`, with an address, a client and a number as a teacher. */
const teacher = (name, role, organisation) => person(world, name, role, organisation, { trn: String(trn++) })

const authorityOf = async (name) => {
  const id = await world.create(world.admin, 'organisations', { kind: 'la', name, nation: 'england' })
  return {
    id,
    coordinator: await person(world, `${name} Coordinator`, 'la_coordinator', id),
    finance: await person(world, `${name} Finance`, 'la_finance', id),
  }
}

const budgetOf = (authority) => world.create(authority.finance.as, 'budgets', {
  laId: authority.id, financialYear: YEAR, fundingSource: 'local_formula', nation: 'england', forumConsultedOn: '2012-07-02',
  perPost: money(EACH_PENCE), total: money(TOTAL_PENCE), streamOn: STREAMS,
})

/** The body of a draft by `head` for their school. */
const draftOf = (head, schoolId, title, more = {}) => ({
  schoolId, title, reason: 'staffing_structure', recruitment: 'internal', fundingSource: 'local_formula', financialYear: YEAR,
  headteacherId: head.id, subject: 'mathematics', ...described(head.id), ...more,
})

/** The mails to `to` whose subject fits, once all is sent. */
const mailsTo = async (to, subject) => {
  await world.settle()
  return stack.mails().filter((mail) => mail.to === to && subject.test(mail.subject))
}

/** The one mail to `to` whose subject fits; it carries every one of `words`. */
const mailed = async (to, subject, ...words) => {
  const found = await mailsTo(to, subject)
  assert.equal(found.length, 1, `${found.length} mails to ${to} with ${subject}`)
  const text = found[0].text.replaceAll(/\s+/g, ' ')
  for (const word of words) {
    assert.ok(text.includes(word), `"${word}" in ${text}`)
  }
}

const ledgerOf = (root) => world.list(world.admin, `cases/${root}/ledger`, 'lines')
const balance = (lines, account) => lines.filter((line) => line.account === account)
  .reduce((sum, line) => sum + line.amount.pence, 0)

before(async () => {
  stack = await throwaway('stories_b')
  world = stack.world
  await at(BEGINS, '08:00')
  agency = await world.agency()
  la = await authorityOf('Westshire')
})
after(() => stack?.end())

describe('a post of a free school', () => {
  let school
  let head
  let budget
  let post

  before(async () => {
    school = await schoolOf('Freeland Free School', la.id, { schoolType: 'free_school' })
    head = await teacher('Fran Freeland', 'headteacher', school)
    budget = await budgetOf(la)
  })

  test('AST_P8__a_free_school_takes_no_grant_of_the_authority', async () => {
    const problem = await world.refused(head.as, 'posts', draftOf(head, school, 'AST for physics'), 'AST-P8', 'no-grant-for-academy')
    assert.equal(problem.errors[0].field, 'fundingSource')
    assert.match(problem.next, /source that the school itself commands/)
  })

  test('AST_P8__a_post_of_its_own_structure_is_agreed_without_the_authority', async () => {
    post = await world.create(head.as, 'posts', draftOf(head, school, 'AST for physics', { fundingSource: 'school_funded' }))
    await world.refused(la.coordinator.as, `posts/${post}/confirm-funding`, { outreachAgreed: true }, 'AST-P6', 'not-through-authority')
    await world.act(head.as, `posts/${post}/agree`)
    await world.act(head.as, `posts/${post}/advertise`)
    const seen = await world.see(head.as, `posts/${post}`)
    assert.deepEqual([seen.state, seen.ownStructure, seen.throughLa ?? false, seen.yearlyAmount], ['advertised', true, false, undefined])
  })

  test('AST_P8__none_of_the_authoritys_money_is_held_or_asked_for', async () => {
    assert.deepEqual(await mailsTo(la.coordinator.email, /confirm the money/), [])
    assert.deepEqual((await world.see(la.finance.as, `budgets/${budget}`)).reservations ?? [], [])
    assert.deepEqual(await ledgerOf(post), [])
    assert.deepEqual(await world.list(world.admin, `post-fundings?rootId=${post}`), [])
  })
})

describe('a post that three small primary schools pay for together', () => {
  const SHARES = [433_335, 333_333, 233_333]
  const WHOLE = 1_000_001
  const schools = []
  const heads = []
  let post
  let cost

  const costOf = (pence, more = {}) => ({
    kind: 'group_post', laId: la.id, financialYear: YEAR, postId: post, total: money(WHOLE),
    shares: pence.map((one, index) => ({ schoolId: schools[index], amount: money(one) })), ...more,
  })

  before(async () => {
    for (const name of ['Ashby', 'Birchley', 'Cedarham']) {
      schools.push(await schoolOf(`${name} Primary School`, la.id, { phase: 'primary' }))
      heads.push(await teacher(`${name} Head`, 'headteacher', schools.at(-1)))
    }
  })

  test('AST_P1_AST_P5__a_group_creates_a_post_based_at_its_three_schools', async () => {
    const draft = (shares, creatorName = 'The Three Valleys Group') => draftOf(heads[0], schools[0], 'AST for early reading', {
      reason: 'network', fundingSource: 'school_group', subject: 'literacy', creator: 'by_group', creatorName, sharePermille: shares[0],
      otherBases: [1, 2].map((index) => ({ schoolId: schools[index], sharePermille: shares[index] })),
    })
    await world.refused(heads[0].as, 'posts', draft([400, 300, 200]), 'AST-P1', 'wrong-field')
    await world.refused(heads[0].as, 'posts', draft([400, 300, 300], ''), 'AST-P1', 'wrong-field')
    post = await world.create(heads[0].as, 'posts', draft([400, 300, 300]))
    const seen = await world.see(heads[0].as, `posts/${post}`)
    assert.deepEqual([seen.creator, seen.creatorName, seen.sharePermille, seen.otherBases.map(({ schoolId, sharePermille }) => [schoolId, sharePermille])],
      ['by_group', 'The Three Valleys Group', 400, [[schools[1], 300], [schools[2], 300]]])
    await world.refused(la.coordinator.as, `posts/${post}/confirm-funding`, { outreachAgreed: true }, 'AST-P6', 'not-through-authority')
  })

  test('AST_F5__a_groups_post_is_not_agreed_before_its_shares_are', async () => {
    await world.refused(heads[0].as, `posts/${post}/agree`, {}, 'AST-F5', 'shares-not-agreed')
  })

  test('AST_F5__a_school_with_a_share_of_a_post_elsewhere_does_not_propose_it', async () => {
    const stranger = await teacher('Dunmore Head', 'headteacher', await schoolOf('Dunmore Primary School', la.id, { phase: 'primary' }))
    await world.refused(stranger.as, 'shared-costs', costOf(SHARES), 'AST-F5', 'not-your-groups-post')
  })

  test('AST_F5__shares_that_do_not_add_up_to_the_whole_are_refused', async () => {
    await world.until(la.finance.as, `group-posts?rootId=${post}`, 'funding knows the post', ({ cases }) => cases.length === 1)
    const short = await world.refused(heads[0].as, 'shared-costs', costOf([433_335, 333_333, 233_332]), 'AST-F5', 'shares-do-not-add-up')
    assert.match(short.detail, /£10,000\.00.*£10,000\.01/)
    assert.equal(short.errors[0].field, 'shares')
    await world.refused(heads[0].as, 'shared-costs', costOf([WHOLE]), 'AST-F5', 'wrong-field')
    await world.refused(heads[0].as, 'shared-costs',
      costOf(SHARES, { shares: SHARES.map((one) => ({ schoolId: schools[0], amount: money(one) })) }), 'AST-F5', 'wrong-field')
    await world.refused(la.coordinator.as, 'shared-costs', costOf(SHARES, { kind: 'pooled_service' }), 'AST-F7', 'pool-pays-no-post')
  })

  test('AST_F5__no_school_of_the_group_is_left_out', async () => {
    const shares = [[schools[0], 500_000], [schools[1], 500_001]].map(([schoolId, pence]) => ({ schoolId, amount: money(pence) }))
    const left = await world.refused(heads[0].as, 'shared-costs', costOf(SHARES, { shares }), 'AST-F5', 'wrong-field')
    assert.deepEqual(left.errors.map(({ field }) => field), ['shares'])
    assert.ok(left.errors[0].problem.includes(schools[2]), left.errors[0].problem)
  })

  test('AST_F5__each_school_is_asked_for_its_share_and_agrees_its_own_alone', async () => {
    cost = await world.create(heads[0].as, 'shared-costs', costOf(SHARES))
    for (const [index, head] of heads.entries()) {
      await mailed(head.email, /share of .* to agree/, pounds(SHARES[index]), pounds(WHOLE), '2012-13')
    }
    const answer = await heads[0].as.post(`/v1/shared-costs/${cost}/agree`, { schoolId: schools[1] })
    assert.equal(answer.status, 404, JSON.stringify(answer.body))
    await world.act(heads[0].as, `shared-costs/${cost}/agree`, { schoolId: schools[0] })
    await world.act(heads[1].as, `shared-costs/${cost}/agree`, { schoolId: schools[1] })
    const seen = await world.see(heads[2].as, `shared-costs/${cost}`)
    assert.deepEqual([seen.state, seen.shares.map(({ agreed }) => agreed ?? false)], ['proposed', [true, true, false]])
    assert.deepEqual(await ledgerOf(post), [], 'nothing is booked before all have agreed')
  })

  test('AST_F5__one_school_declines_and_other_shares_are_proposed', async () => {
    await world.act(heads[2].as, `shared-costs/${cost}/decline`, { schoolId: schools[2], reason: 'We are the smallest by far.' })
    await world.refused(heads[0].as, `shared-costs/${cost}/agree`, { schoolId: schools[0] }, 'AST-F5', 'closed')
    cost = await world.create(heads[0].as, 'shared-costs', costOf([500_000, 400_000, 100_001]))
    for (const [index, head] of heads.entries()) {
      await world.act(head.as, `shared-costs/${cost}/agree`, { schoolId: schools[index] })
    }
    assert.equal((await world.see(heads[2].as, `shared-costs/${cost}`)).state, 'agreed')
  })

  test('AST_F5__the_shares_stand_in_the_ledger_and_are_the_whole_to_the_penny', async () => {
    const lines = await ledgerOf(post)
    assert.deepEqual(schools.map((id) => balance(lines, `school:${id}:${YEAR}:shares`)), [-500_000, -400_000, -100_001])
    assert.equal(balance(lines, `post:${post}:${YEAR}:group`), WHOLE)
    assert.ok(lines.every(({ rule }) => rule === 'AST-F5'))
    await world.until(heads[0].as, `posts/${post}`, 'the shares are agreed', ({ sharesAgreed }) => sharesAgreed === true)
    await world.act(heads[0].as, `posts/${post}/agree`)
    assert.equal((await world.see(heads[0].as, `posts/${post}`)).state, 'agreed')
  })

  test('AST_P1_AST_A7__a_teacher_of_the_second_school_applies_internally_and_her_head_signs_and_sends', async () => {
    const nell = await teacher('Nell Numbers', 'candidate', schools[1])
    await world.refused(nell.as, 'ast1-forms', form(post, schools[1], heads[1].id, 'external'), 'AST-P9', 'wrong-field')
    const ast1 = await world.create(nell.as, 'ast1-forms', form(post, schools[1], heads[1].id, 'internal'))
    await world.act(heads[1].as, `ast1-forms/${ast1}/comment`, { comments: texts('Birchley'), careerStageConfirmed: true })
    assert.equal((await heads[2].as.post(`/v1/ast1-forms/${ast1}/declare-funding`, { declares: true })).status, 404)
    await world.act(heads[1].as, `ast1-forms/${ast1}/declare-funding`, { declares: true })
    await world.act(heads[1].as, `ast1-forms/${ast1}/forward`, { channel: 'online', coveringLetter: 'Early reading in three schools.' })
    const seen = await world.see(heads[0].as, `ast1-forms/${ast1}`)
    assert.deepEqual([seen.state, seen.candidateSchoolId, seen.postSchoolId, seen.otherBaseIds],
      ['with_agency', schools[1], schools[0], [schools[1], schools[2]]])
  })

  test('AST_A5_AST_A7__a_teacher_at_two_schools_of_which_one_has_the_post_applies_internally', async () => {
    const elsewhere = await schoolOf('Elmfield Primary School', la.id, { phase: 'primary' })
    const head = await teacher('Ella Elmfield', 'headteacher', elsewhere)
    const tom = await teacher('Tom Twoschools', 'candidate', elsewhere)
    const hours = (more) => form(post, elsewhere, head.id, 'internal', {
      employment: 'several_schools', schools: [{ schoolId: elsewhere, minutesPerWeek: 900 }, { schoolId: more, minutesPerWeek: 600 }],
    })
    const wrong = await world.refused(tom.as, 'ast1-forms', hours(await schoolOf('Fernley Primary School', la.id)), 'AST-A7', 'wrong-field')
    assert.equal(wrong.errors[0].field, 'route')
    const ast1 = await world.create(tom.as, 'ast1-forms', hours(schools[2]))
    await world.act(head.as, `ast1-forms/${ast1}/comment`,
      { comments: texts('Elmfield'), careerStageConfirmed: true, consultation: 'With Cedarham by telephone.' })
    await world.refused(head.as, `ast1-forms/${ast1}/declare-funding`, { declares: true }, 'AST-A7', 'not-the-funding-party')
    await mailed(heads[0].email, /please sign the funding declaration/, 'AST for early reading, at Ashby Primary School')
    await world.act(heads[0].as, `ast1-forms/${ast1}/declare-funding`, { declares: true })
    assert.equal((await world.see(head.as, `ast1-forms/${ast1}`)).fundingDeclared, true)
  })

  test('GEN_4__wrong_shares_are_taken_back_by_opposite_entries_and_right_ones_proposed', async () => {
    const answer = await heads[1].as.post(`/v1/shared-costs/${cost}/reverse`, { reason: 'We pay too much.' })
    assert.equal(answer.status, 404, JSON.stringify(answer.body))
    await world.refused(la.finance.as, `shared-costs/${cost}/reverse`, { reason: ' ' }, 'GEN-7', 'wrong-field')
    await world.act(la.finance.as, `shared-costs/${cost}/reverse`, { reason: 'The sums were those of another year.' })
    const seen = await world.see(heads[2].as, `shared-costs/${cost}`)
    assert.deepEqual([seen.state, seen.reason], ['reversed', 'The sums were those of another year.'])
    const lines = await ledgerOf(post)
    assert.deepEqual(schools.map((id) => balance(lines, `school:${id}:${YEAR}:shares`)), [0, 0, 0])
    assert.equal(lines.filter(({ rule }) => rule === 'GEN-4').length, 6)
    await mailed(heads[2].email, /Shares of a cost taken back/, pounds(100_001), pounds(WHOLE))
    await world.create(heads[0].as, 'shared-costs', costOf(SHARES))
  })

  test('AST_F6__each_school_sees_its_part_of_the_progression_money', async () => {
    const body = {
      laId: la.id, financialYear: YEAR, amount: money(100_000), method: 'By points moved.', forumOn: '2012-07-02',
      shares: schools.map((schoolId) => ({ schoolId, weight: 1 })),
    }
    const parts = [33_333, 33_333, 33_334]
    const spread = await world.create(la.finance.as, 'progressions', body)
    await world.refused(la.finance.as, 'progressions', body, 'AST-F6', 'spread-already')
    const lines = await ledgerOf(spread)
    assert.deepEqual(schools.map((id) => balance(lines, `school:${id}:${YEAR}:progression`)), parts)
    assert.equal(balance(lines, `la:${la.id}:${YEAR}:progression`), 0)
    for (const [index, head] of heads.entries()) {
      assert.equal((await world.see(head.as, `progressions/${spread}`)).shares[index].amount.pence, parts[index])
      await mailed(head.email, /progression money/, pounds(parts[index]), pounds(100_000))
    }
    const stranger = await teacher('Elmton Head', 'headteacher', await schoolOf('Elmton Primary School', la.id, { phase: 'primary' }))
    assert.equal((await stranger.as.get(`/v1/progressions/${spread}`)).status, 404)
  })

  test('GEN_4__a_wrong_spread_is_taken_back_and_spread_anew', async () => {
    const spread = (await world.list(heads[0].as, 'progressions'))[0].id
    await world.act(la.finance.as, `progressions/${spread}/reverse`, { reason: 'A school was left out.' })
    assert.deepEqual((({ state, reason }) => [state, reason])(await world.see(heads[0].as, `progressions/${spread}`)), ['reversed', 'A school was left out.'])
    const lines = await ledgerOf(spread)
    assert.deepEqual([`grant:${YEAR}:teachers_pay_grant`, ...schools.map((id) => `school:${id}:${YEAR}:progression`)].map((one) => balance(lines, one)), [0, 0, 0, 0])
    await mailed(heads[0].email, /Progression money of 2012-13 taken back/, pounds(33_333))
    await world.create(la.finance.as, 'progressions', {
      laId: la.id, financialYear: YEAR, amount: money(100_000), method: 'By points moved.', forumOn: '2012-07-02',
      shares: schools.slice(0, 2).map((schoolId) => ({ schoolId, weight: 1 })),
    })
  })
})

describe('posts whose money comes from another source in the next year', () => {
  const NEXT = ['2013-06-14', '2013-09-16', '2013-12-16', '2014-03-14']
  let north
  const schools = []
  const posts = []
  let formula
  let retained

  before(async () => {
    north = await authorityOf('Northshire')
    formula = await budgetOf(north)
    for (const name of ['Fell School', 'Moor School']) {
      const school = await schoolOf(name, north.id)
      const head = await teacher(`${name} Head`, 'headteacher', school)
      const post = await world.create(head.as, 'posts', draftOf(head, school, `AST at ${name}`))
      await world.act(north.coordinator.as, `posts/${post}/confirm-funding`, { outreachAgreed: true })
      await world.until(head.as, `posts/${post}`, 'the money is reserved', ({ state }) => state === 'funded')
      schools.push(school)
      posts.push(post)
    }
  })

  test('AST_P8__a_school_that_becomes_an_academy_keeps_the_years_money_alone', async () => {
    await world.act(world.admin, `organisations/${schools[1]}/amend`, { kind: 'school', schoolType: 'academy', fromOn: BEGINS, reason: 'It has converted.' })
    const seen = await world.until(north.finance.as, `budgets/${formula}`, 'the academy is known',
      ({ reservations }) => reservations.some(({ ownStaffing }) => ownStaffing === true))
    assert.deepEqual(seen.reservations.map(({ postId, ownStaffing }) => [postId, ownStaffing ?? false]), [[posts[0], false], [posts[1], true]])
  })

  test('AST_F7__no_formula_of_2013_takes_over_a_post_in_england_whatever_the_budget_says', async () => {
    const next = {
      laId: north.id, financialYear: YEAR + 1, perPost: money(EACH_PENCE), total: money(TOTAL_PENCE), streamOn: NEXT, forumConsultedOn: '2012-07-02',
    }
    const welsh = await world.create(north.finance.as, 'budgets', { ...next, fundingSource: 'local_formula', nation: 'wales' })
    await world.refused(north.finance.as, `budgets/${welsh}/renew`, { previousBudgetId: formula }, 'AST-F7', 'no-formula-factor')
    retained = await world.create(north.finance.as, 'budgets', { ...next, fundingSource: 'la_retained', nation: 'england', schoolIds: schools })
  })

  test('AST_P5__what_the_authority_can_pay_from_takes_the_running_post_over_and_settles_the_academys', async () => {
    await world.act(north.finance.as, `budgets/${retained}/renew`, { previousBudgetId: formula })
    const seen = await world.see(north.finance.as, `budgets/${retained}`)
    assert.deepEqual([seen.reservations.map(({ postId }) => postId), seen.settling], [[posts[0]], [posts[1].replaceAll('-', '')]])
    const lines = await ledgerOf(retained)
    assert.equal(balance(lines, `la:${north.id}:${YEAR + 1}:reserved`), EACH_PENCE)
    const funding = await world.until(north.finance.as, `post-fundings?rootId=${posts[0]}`, 'the next year is open',
      ({ cases }) => cases[0]?.financialYear === YEAR + 1)
    assert.deepEqual([funding.cases[0].fundingSource, funding.cases[0].earlier.map(({ fundingSource }) => fundingSource)], ['la_retained', ['local_formula']])
  })
})

describe('an AST who has left when form AST2 is sent, after that of whoever followed', () => {
  const FIRST = { appointed: '2012-06-01', starts: '2012-06-04', left: '2012-07-20' }
  const NEXT = { appointed: BEGINS, starts: BEGINS }
  const DAYS = daysBetween(FIRST.starts, FIRST.left) + daysBetween(NEXT.starts, '2013-03-31')
  const OF_NEXT = partYear(EACH_PENCE, daysBetween(NEXT.starts, '2013-03-31'))
  let south
  let school
  let head
  let post
  let first
  let next

  /** Somebody who passed before this system, and so needs no assessment, is appointed. */
  const appoint = async (name, { appointed, starts }) => {
    const one = await teacher(name, 'candidate', school)
    await world.create(agency.as_caseworker, 'earlier-passes',
      { personId: one.id, passedOn: '2003-06-20', edition: 'ast-2006', oldNumber: `AST/03/${name}`, reason: 'Letter of the agency.' })
    await world.settle()
    const ast1Id = await world.create(one.as, 'ast1-forms', form(post, school, head.id, 'internal', { answers: [] }))
    await world.act(head.as, `posts/${post}/appoint`, { ast1Id, appointedOn: appointed, startsOn: starts })
    await world.settle()
    return one
  }
  const send = async (one, { appointed, starts }) => {
    await world.create(head.as, 'ast2-forms', ast2(one.id, post, school, appointed, starts, { laId: south.id }))
    await world.settle()
    return (await world.list(south.finance.as, `post-fundings?rootId=${post}`))[0]
  }
  const accounts = async (...which) => {
    const lines = [...await ledgerOf(post), ...await ledgerOf(await budget())]
    return which.map((one) => balance(lines, `la:${south.id}:${YEAR}:${one}`))
  }
  const budget = async () => (await world.list(south.finance.as, 'budgets'))[0].id

  before(async () => {
    south = await authorityOf('Southshire')
    school = await schoolOf('Quay School', south.id)
    head = await teacher('Quentin Quay', 'headteacher', school)
    await budgetOf(south)
    post = await advertised(world, { ...draftOf(head, school, 'AST at the quay'), head: head.as, coordinator: south.coordinator.as })
    first = await appoint('Frank First', FIRST)
    await world.act(head.as, `posts/${post}/vacate`, { leftOn: FIRST.left, reason: 'Moves to another county.' })
    await world.act(head.as, `posts/${post}/advertise`, { reason: 'The first has left.' })
    await world.act(head.as, `posts/${post}/settle`, { matters: { contract: { kind: 'permanent' } } })
    next = await appoint('Nell Next', NEXT)
  })

  test('AST_F4__whoever_followed_is_paid_from_their_own_first_day', async () => {
    const funding = await send(next, NEXT)
    assert.deepEqual([funding.state, funding.personId], ['in_payment', next.id])
    assert.deepEqual(await accounts('owed', 'reserved'), [OF_NEXT, EACH_PENCE - OF_NEXT])
  })

  test('AST_F9__the_late_form_adds_the_first_ones_days_and_takes_none_from_the_other', async () => {
    const funding = await send(first, FIRST)
    assert.deepEqual([funding.state, funding.personId, funding.endsOn ?? 0], ['in_payment', next.id, 0])
    assert.deepEqual(funding.spells.map(({ personId, startsOn, endsOn }) => [personId, startsOn, endsOn]),
      [[first.id, FIRST.starts, FIRST.left], [next.id, NEXT.starts, undefined]])
    const owed = partYear(EACH_PENCE, DAYS)
    assert.deepEqual(await accounts('owed', 'reserved'), [owed, EACH_PENCE - owed])
    const held = (await world.see(south.finance.as, `budgets/${await budget()}`)).reservations[0]
    assert.equal(held.vacant ?? false, false, 'the post is not vacant')
    assert.equal((await mailsTo(head.email, /Payment for an AST post ends/)).length, 0)
  })
})

describe('an authority over its cap', () => {
  const REASON = 'It is the only school that can serve the islands.'
  let east
  let school
  let head
  let policy
  let budget
  const posts = {}

  const caps = (primary, secondary) => [{ phase: 'primary', posts: primary }, { phase: 'secondary', posts: secondary }]
  const draft = (title, more = {}) => draftOf(head, school, title, { subject: 'literacy', arrangementsSeen: 1, ...more })
  const confirm = (post, more = {}) => [east.coordinator.as, `posts/${post}/confirm-funding`, { outreachAgreed: true, ...more }]
  const supported = async () => ((await world.see(east.coordinator.as, `la-policies/${policy}`)).supported ?? [])
    .map(({ postId, overCap }) => [postId, overCap ?? false])
  const reserved = async () => ((await world.see(east.finance.as, `budgets/${budget}`)).reservations ?? []).map(({ postId }) => postId)
  const funded = (post) => world.until(head.as, `posts/${post}`, 'the money is reserved', ({ state }) => state === 'funded')

  before(async () => {
    east = await authorityOf('Eastshire')
    school = await schoolOf('Dale Primary School', east.id, { phase: 'primary' })
    head = await teacher('Dora Dale', 'headteacher', school)
    budget = await budgetOf(east)
  })

  test('AST_P7__caps_of_one_and_three_are_shown_before_a_post_is_begun', async () => {
    const body = { laId: east.id, caps: caps(1, 3), protocol: 'Schools release their AST on the day.' }
    await world.refused(east.coordinator.as, 'la-policies', { ...body, caps: [...caps(1, 3), { phase: 'primary', posts: 2 }] }, 'AST-P7', 'wrong-field')
    policy = await world.create(east.coordinator.as, 'la-policies', body)
    const seen = await world.until(head.as, `la-policies/${policy}`, 'the policy is set', ({ revision }) => revision === 1)
    assert.deepEqual(seen.caps, caps(1, 3))
    await world.refused(head.as, 'posts', draft('AST for early reading', { arrangementsSeen: 0 }), 'AST-P7', 'arrangements-not-shown')
  })

  test('AST_P7__the_first_post_has_the_place_and_the_second_is_refused', async () => {
    posts.first = await world.create(head.as, 'posts', draft('AST for early reading'))
    await world.act(...confirm(posts.first))
    await funded(posts.first)
    posts.second = await world.create(head.as, 'posts', draft('AST for number'))
    const problem = await world.refused(...confirm(posts.second), 'AST-P7', 'cap-reached')
    assert.match(problem.detail, /not more than 1 .*primary/)
    assert.match(problem.next, /Give a reason/)
    assert.equal(problem.errors[0].field, 'overCapReason')
    await world.refused(...confirm(posts.second, { overCapReason: ' ' }), 'AST-P7', 'cap-reached')
    assert.equal((await world.see(head.as, `posts/${posts.second}`)).state, 'drafted')
    assert.deepEqual(await reserved(), [posts.first], 'no money is held for it')
  })

  test('AST_P7_GEN_7__the_coordinator_goes_above_the_cap_with_a_reason_on_record', async () => {
    await world.act(...confirm(posts.second, { overCapReason: REASON }))
    const post = await funded(posts.second)
    assert.deepEqual([post.overCapReason, post.yearlyAmount.pence], [REASON, EACH_PENCE])
    assert.deepEqual(await supported(), [[posts.first, false], [posts.second, true]])
    assert.deepEqual((await reserved()).sort(), [posts.first, posts.second].sort())
    const asked = await deadline(world, posts.second, posts.second, 'AST-P6')
    assert.deepEqual([asked.dueOn, asked.standing], [addWorkingDays(BEGINS, 10), 'met'])
    await mailed(head.email, /AST for number/, pounds(EACH_PENCE))
    const entry = (await world.list(world.admin, `cases/${posts.second}/timeline`, 'entries')).find(({ type }) => type === 'PostSupportAsked')
    assert.equal(entry.actor.personId, east.coordinator.id)
  })

  test('AST_P7__on_a_post_that_it_does_not_fund_it_warns_and_binds_nobody', async () => {
    posts.own = await world.create(head.as, 'posts', draft('AST for music', { fundingSource: 'school_funded' }))
    await world.act(head.as, `posts/${posts.own}/agree`)
    const seen = await world.see(head.as, `posts/${posts.own}`)
    assert.deepEqual([seen.state, seen.beyondCap], ['agreed', true])
    for (const one of [head, east.coordinator]) {
      await mailed(one.email, /More posts than the authority supports: "AST for music"/, 'it can go on')
    }
    assert.equal((await supported()).length, 2, 'it takes no place')
  })

  test('AST_P7__a_place_given_back_is_below_the_cap_again_and_a_new_policy_is_shown_anew', async () => {
    for (const post of [posts.first, posts.second]) {
      await world.act(head.as, `posts/${post}/close`, { reason: 'Nobody is to be had.' })
    }
    await world.until(east.coordinator.as, `la-policies/${policy}`, 'both places are free', (one) => (one.supported ?? []).length === 0)
    await world.until(east.finance.as, `budgets/${budget}`, 'the money is free', (one) => (one.reservations ?? []).length === 0)
    await world.create(east.coordinator.as, 'la-policies', { laId: east.id, caps: caps(1, 2) })
    await world.until(head.as, `la-policies/${policy}`, 'the policy is revised', ({ revision }) => revision === 2)
    await world.refused(head.as, 'posts', draft('AST for writing'), 'AST-P7', 'arrangements-not-shown')
    const post = await world.create(head.as, 'posts', draft('AST for writing', { arrangementsSeen: 2 }))
    await world.act(...confirm(post))
    await funded(post)
    assert.deepEqual(await supported(), [[post, false]])
    const lines = await ledgerOf(budget)
    assert.deepEqual(['available', 'reserved'].map((which) => balance(lines, `la:${east.id}:${YEAR}:${which}`)),
      [TOTAL_PENCE - EACH_PENCE, EACH_PENCE])
  })
})

describe('an AST who leaves in mid-stream, and one who is needed at home', () => {
  const D = {
    applied: '2012-09-04', received: '2012-09-06', assessed: '2012-09-12', decided: '2012-09-14', appointed: '2012-09-17',
    ast2: '2012-09-24', starts: '2012-10-01', settled: '2012-10-08', paid: '2012-12-18', left: '2012-12-20', told: '2013-01-07',
    helped: '2013-01-18', full: '2013-02-13', to: '2013-02-15', after: '2013-02-22', march: '2013-03-18', ends: '2013-04-02',
  }
  /* What each has earned by the end of a quarter, and what is right for whoever left. */
  const QUARTER = partYear(EACH_PENCE, daysBetween(D.starts, '2012-12-31'))
  const WHOLE = partYear(EACH_PENCE, daysBetween(D.starts, '2013-03-31'))
  const LEAVER = partYear(EACH_PENCE, daysBetween(D.starts, D.left))
  const RECOVERED = QUARTER - LEAVER
  const cora = { name: 'Cora Leaves', school: 'Hilltop School', assessor: 'Ann Assessor' }
  const sam = { name: 'Sam Stays', school: 'Riverside School', assessor: 'Stan Second', marks: { specialMeasures: true } }
  const both = [cora, sam]
  let budget

  const runs = async () => (await world.list(la.finance.as, `stream-runs?rootId=${budget}`)).sort((a, b) => a.stream - b.stream)
  const fundingOf = async (one) => (await world.list(la.finance.as, `post-fundings?rootId=${one.post}`))[0]

  /** From the draft to form AST2: each of the two passes and is appointed at their own school. */
  const cast = async (one) => {
    one.schoolId = await schoolOf(one.school, la.id, one.marks)
    one.head = await teacher(`${one.school} Head`, 'headteacher', one.schoolId)
    one.ast = await teacher(one.name, 'candidate', one.schoolId)
    one.by = await teacher(one.assessor, 'assessor')
    one.by.case = await assessor(world, agency, one.by.id)
    one.post = await advertised(world,
      { ...draftOf(one.head, one.schoolId, `AST at ${one.school}`), head: one.head.as, coordinator: la.coordinator.as })
  }
  const apply = async (one) => {
    one.form = await world.create(one.ast.as, 'ast1-forms', form(one.post, one.schoolId, one.head.id, 'internal'))
    await world.act(one.head.as, `ast1-forms/${one.form}/comment`, { comments: texts('The head'), careerStageConfirmed: true })
    await world.act(la.coordinator.as, `ast1-forms/${one.form}/declare-funding`, { declares: true })
    await world.act(one.head.as, `ast1-forms/${one.form}/forward`, { channel: 'online', coveringLetter: 'The job in outline.' })
  }
  const book = async (one) => {
    one.assessment = await received(world, agency, one.post, one.form, D.received)
    await booked(world, agency, one.assessment, one.by, D.assessed, D.received)
  }
  const judge = (one) => judged(world, one.assessment, one.by)
  const decide = async (one) => {
    await world.act(one.by.as, `assessments/${one.assessment}/decision`, { letter: 'You meet every standard.' })
    await world.until(one.head.as, `ast1-forms/${one.form}`, 'the form shows the pass', ({ state }) => state === 'passed')
    await world.act(one.by.as, `assessments/${one.assessment}/feedback`, { feedback: 'Strong throughout.' })
  }
  const appoint = (one) => world.act(one.head.as, `posts/${one.post}/appoint`,
    { ast1Id: one.form, appointedOn: D.appointed, startsOn: D.starts })
  const enter = async (one) => {
    await world.create(one.head.as, 'ast2-forms', ast2(one.ast.id, one.post, one.schoolId, D.appointed, D.starts, { laId: la.id }))
    await entered(world, agency, one.ast.id, 'in_post')
  }
  const all = async (act) => {
    for (const one of both) {
      await act(one)
    }
  }

  before(async () => {
    budget = (await world.list(la.finance.as, 'budgets'))[0].id
    await all(cast)
    await all((one) => mailed(la.coordinator.email, new RegExp(`confirm the money for the post "AST at ${one.school}"`), '2012-13'))
    await at(D.applied)
    await all(apply)
    await at(D.received)
    await all(book)
    await at(D.assessed, '15:00')
    await all(judge)
    await at(D.decided)
    await all(decide)
    await at(D.appointed, '07:00')
    await all(appoint)
  })

  test('AST_T1_AST_F4__form_ast2_in_two_weeks_starts_payment', async () => {
    await at(D.ast2)
    for (const one of both) {
      assert.equal((await deadline(world, one.post, one.post, 'AST-T1')).dueOn, addDays(D.appointed, 14))
      await enter(one)
      assert.equal((await deadline(world, one.post, one.post, 'AST-T1')).standing, 'met')
      await mailed(one.head.email, /Payment for an AST post begins/, inWords(D.starts), pounds(WHOLE), inWords(STREAMS[2]), pounds(QUARTER))
    }
  })

  test('AST_O1__the_whole_share_of_outreach_is_asked_for_without_an_exception', async () => {
    await at(D.settled)
    for (const one of both) {
      one.year = (await world.list(one.head.as, `outreach-years?rootId=${one.post}`))[0].id
    }
    const none = { pattern: 'varying_days', contractedHalfDays: 10, halfDays: 0, weeks: 1, cover: 'reduced_timetable' }
    const problem = await world.refused(sam.head.as, `outreach-years/${sam.year}/propose-time`, none, 'AST-O1', 'below-share')
    assert.match(problem.detail, /20 per cent/)
    assert.equal(problem.errors[0].field, 'halfDays')
  })

  test('AST_O2__the_exception_rests_on_the_schools_mark_a_reason_and_days_of_the_year', async () => {
    const exception = { kind: 'special_measures', fromOn: D.starts, toOn: D.to, reason: 'The action plan asks for all her time at home.' }
    const record = (one, more = {}) => [one.head.as, `outreach-years/${one.year}/exceptions`, { ...exception, ...more }]
    await world.refused(...record(cora), 'AST-O2', 'school-not-marked')
    await world.refused(...record(sam, { kind: 'challenging' }), 'AST-O2', 'school-not-marked')
    await world.refused(...record(sam, { reason: ' ' }), 'AST-O2', 'wrong-field')
    await world.refused(...record(sam, { toOn: '2013-10-01' }), 'AST-O2', 'wrong-field')
    await world.act(...record(sam))
    const due = await deadline(world, sam.post, sam.year, 'AST-O2', '1')
    assert.deepEqual([due.dueOn, due.standing], [D.to, 'open'])
    assert.match(due.arithmetic, new RegExp(inWords(D.to)))
  })

  test('AST_O2__a_school_in_special_measures_has_no_outreach_while_the_exception_lasts', async () => {
    await world.act(sam.head.as, `outreach-years/${sam.year}/propose-time`,
      { pattern: 'varying_days', contractedHalfDays: 10, halfDays: 0, weeks: 1, cover: 'reduced_timetable' })
    await mailed(sam.ast.email, /Time for outreach to agree/, '0 half-days a week', 'timetable leaves the time free')
    await world.act(sam.ast.as, `outreach-years/${sam.year}/agree-time`)
    const seen = await world.see(la.coordinator.as, `outreach-years/${sam.year}`)
    assert.deepEqual([seen.state, seen.time.sharePermille ?? 0, seen.time.shortOfShare], ['agreed', 0, true])
    assert.deepEqual(seen.exceptions.map(({ kind, fromOn, toOn, countsInreach }) => [kind, fromOn, toOn, countsInreach]),
      [['special_measures', D.starts, D.to, true]])
  })

  test('AST_F4__the_december_stream_pays_both_to_the_end_of_the_quarter', async () => {
    await at(D.paid)
    for (const one of both) {
      const { lines, paid } = await fundingOf(one)
      const line = lines.find(({ stream }) => stream === 3)
      assert.deepEqual([line.fromOn, line.toOn, line.days, line.amount.pence, paid.pence],
        [D.starts, '2012-12-31', daysBetween(D.starts, '2012-12-31'), QUARTER, QUARTER])
    }
    assert.deepEqual((await runs()).map(({ stream, state, total }) => [stream, state, total?.pence ?? 0]),
      [[2, 'settled', 0], [3, 'settled', 2 * QUARTER]])
    await mailed(la.finance.email, new RegExp(pounds(2 * QUARTER).replaceAll('.', '\\.')), 'Posts: 2')
  })

  test('AST_F9__a_leaver_in_mid_stream_owes_what_was_paid_for_days_after_the_last', async () => {
    await at(D.told)
    const vacate = (body) => [cora.head.as, `posts/${cora.post}/vacate`, body]
    await world.refused(...vacate({ leftOn: D.left, reason: ' ' }), 'AST-P10', 'wrong-field')
    await world.refused(la.coordinator.as, `posts/${cora.post}/vacate`, { leftOn: D.left, reason: 'Moves.' }, 'AST-P10', 'not-the-appointing-body')
    await world.act(...vacate({ leftOn: D.left, reason: 'Moves to another county.' }))
    const funding = await world.until(la.finance.as, `post-fundings?rootId=${cora.post}`, 'payment has ended',
      ({ state }) => state === 'ended', ({ cases }) => cases[0])
    assert.deepEqual([funding.endsOn, funding.paid.pence], [D.left, QUARTER])
    await mailed(cora.head.email, /ends on/, inWords(D.left), pounds(LEAVER), pounds(QUARTER), `${pounds(RECOVERED)} was paid too much`)
    assert.equal((await entered(world, agency, cora.ast.id, 'left')).leftOn, D.left)
    const year = await world.until(cora.head.as, `outreach-years/${cora.year}`, 'the outreach ends', ({ state }) => state === 'ended')
    assert.equal(year.leftOn, D.left)
    const owed = balance(await ledgerOf(cora.post), `la:${la.id}:${YEAR}:owed`)
    assert.equal(owed, -RECOVERED, 'what the school owes is in the ledger at once')
  })

  test('AST_O8__help_at_home_counts_under_the_exception_alone', async () => {
    const help = { halfDays: 2, duty: 'teachers_in_difficulty' }
    const log = (heldOn) => [sam.ast.as, `outreach-years/${sam.year}/inreach`, { ...help, heldOn }]
    await at(D.helped, '16:00')
    await world.act(...log(D.helped))
    await world.refused(...log(D.helped), 'AST-O7', 'day-is-full')
    await at(D.full)
    await world.act(sam.head.as, `outreach-years/${sam.year}/propose-time`,
      { pattern: 'one_day_a_week', contractedHalfDays: 10, halfDays: 2, weeks: 1, cover: 'same_teacher' })
    await world.act(sam.ast.as, `outreach-years/${sam.year}/agree-time`)
    assert.equal((await deadline(world, sam.post, sam.year, 'AST-O2', '1')).standing, 'met', 'the full share is back in time')
    await at(D.after, '16:00')
    await world.act(...log(D.after))
    const { inreach, time } = await world.see(la.coordinator.as, `outreach-years/${sam.year}`)
    assert.deepEqual([inreach.map(({ counts }) => counts ?? false), time.sharePermille], [[true, false], 200])
  })

  test('AST_F9__the_next_stream_recovers_it_and_pays_the_other_in_full', async () => {
    await at(D.march)
    const left = await fundingOf(cora)
    const line = left.lines.find(({ stream }) => stream === 4)
    assert.deepEqual([line.days, line.amount.pence, line.fromOn, line.toOn, left.paid.pence],
      [-daysBetween(addDays(D.left, 1), '2012-12-31'), -RECOVERED, addDays(D.left, 1), '2012-12-31', LEAVER])
    assert.equal((await fundingOf(sam)).paid.pence, WHOLE)
    const march = (await runs()).find(({ stream }) => stream === 4)
    assert.deepEqual([march.state, march.posts, march.total.pence, march.adjustments.pence],
      ['settled', 2, WHOLE - QUARTER - RECOVERED, -RECOVERED])
  })

  test('AST_F10__statement_download_and_ledger_agree_to_the_penny', async () => {
    const march = (await runs()).find(({ stream }) => stream === 4)
    const statement = await world.see(la.finance.as, `stream-runs/${march.id}/statement`)
    const total = WHOLE - QUARTER - RECOVERED
    assert.deepEqual([statement.posts, statement.amounts.pence, statement.adjustments.pence, statement.total.pence, statement.ledger.pence, statement.agrees],
      [2, WHOLE - QUARTER, -RECOVERED, total, total, true])
    const line = statement.lines.find(({ postId }) => postId === cora.post)
    assert.deepEqual([line.adjustment.pence, line.total.pence, line.rule], [-RECOVERED, -RECOVERED, 'AST-F9'])
    assert.match(line.inputs, new RegExp(`${daysBetween(D.starts, D.left)} of 365 days`))
    const csv = await la.finance.as.get(`/v1/stream-runs/${march.id}/statement.csv`)
    assert.equal(csv.status, 200)
    assert.ok(csv.body.includes(`-${(RECOVERED / 100).toFixed(2)}`), csv.body)
    assert.match(csv.body, /which agrees/)
    const year = await world.see(la.finance.as, `reconciliation?laId=${la.id}&financialYear=${YEAR}`)
    assert.deepEqual([year.statements.pence, year.ledger.pence, year.agrees], [WHOLE + LEAVER, WHOLE + LEAVER, true])
    await mailed(la.finance.email, new RegExp(pounds(total).replaceAll('.', '\\.')), 'Posts: 2')
  })

  test('AST_F8__the_authoritys_accounts_close_with_nothing_owed', async () => {
    await at(D.ends)
    const lines = (await Promise.all([cora.post, sam.post, budget].map(ledgerOf))).flat()
    const account = (which) => balance(lines, `la:${la.id}:${YEAR}:${which}`)
    assert.deepEqual([account('available'), account('reserved'), account('owed'), account('paid')],
      [TOTAL_PENCE - 2 * EACH_PENCE, 2 * EACH_PENCE - WHOLE - LEAVER, 0, WHOLE + LEAVER])
    assert.equal(lines.reduce((sum, { amount }) => sum + amount.pence, 0), 0)
  })

  test('GEN_3_OPS_3__dates_and_letters_stand_on_the_cases', async () => {
    for (const one of both) {
      const { timeline, deadlines, messages } = await evidence(world, one.post)
      assertOrdered(timeline)
      assertSentOnce(messages)
      assertNoneOnceDone(timeline, messages)
      assertDelivered(messages, stack.mails())
      assert.equal(deadlines.find(({ rule, caseId }) => rule === 'AST-P6' && caseId === one.post).dueOn, addWorkingDays(BEGINS, 10))
    }
  })
})

test('GEN_4__logs_cases_and_ledger_are_whole', async () => {
  await world.settle()
  assert.equal(JSON.parse(await stack.stack.attain('verify')).faults, 0)
})

test('openapi__every_answer_is_as_the_document_says', () => {
  assert.deepEqual(stack.conform.faults, [])
  assert.ok(stack.conform.count > 100)
})
