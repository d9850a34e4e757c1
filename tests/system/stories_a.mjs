/**
 * Stories of AST posts, told through HTTP by the people in them, one after the other on one clock: a refusal that
 * a review turns into a pass; a part-time teacher in two schools.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { AST_DAYS } from '../../deploy/local/story/ast.mjs'
import { addDays, addWorkingDays, daysBetween, inWords, partYear } from '../../deploy/local/story/dates.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { advertised, assessed, assessor, ast2, booked, deadline, entered, form, judged, money, person, received, texts } from './acts.mjs'
import { assertDelivered, assertNoneOnceDone, assertSentOnce, evidence } from './evidence.mjs'

const EACH_PENCE = 900_007

let stack
let world
let cast
let agency
let ann
let stan
let budget
let certified /* the post of the first story */

const at = (day, hour = '09:00') => world.moveTo(`${day}T${hour}:00Z`)
const commented = (as, ast1, more = {}) =>
  world.act(as, `ast1-forms/${ast1}/comment`, { comments: texts('The head'), careerStageConfirmed: true, ...more })
const draft = (title, more = {}) => ({
  head: cast.as_head, coordinator: cast.as_coordinator, schoolId: cast.school, title, recruitment: 'external',
  fundingSource: 'local_formula', financialYear: 2012, headteacherId: cast.head, subject: 'mathematics', ...more,
})
const budgetOf = (laId, financialYear, more = {}) => ({
  laId, financialYear, fundingSource: 'local_formula', nation: 'england', perPost: money(EACH_PENCE), total: money(5_000_000),
  streamOn: AST_DAYS.streams.map((day) => `${Number(day.slice(0, 4)) + financialYear - 2012}${day.slice(4)}`),
  forumConsultedOn: '2012-07-02', partTimers: 'in_proportion', ...more,
})

/** The one mail to `to` whose subject fits; it carries every one of `words`. */
const mailed = async (to, subject, ...words) => {
  await world.settle()
  const found = stack.mails().filter((mail) => mail.to === to && subject.test(mail.subject))
  assert.equal(found.length, 1, `${found.length} mails to ${to} with ${subject}: ${stack.mails().filter((mail) => mail.to === to).map((mail) => mail.subject).join('; ')}`)
  for (const word of words) {
    assert.ok(found[0].text.replaceAll(/\s+/g, ' ').includes(word), `"${word}" in ${found[0].text}`)
  }
}

/** What the stream has paid for a post, held against days counted here. */
const paid = async (client, post, stream, from, to, yearlyPence) => {
  const funding = await world.until(client, `post-fundings?rootId=${post}`, `stream ${stream} has paid`,
    (one) => one.lines.some((line) => line.stream === stream && line.paid), ({ cases }) => cases[0])
  const line = funding.lines.find((one) => one.stream === stream)
  const days = daysBetween(from, to)
  assert.deepEqual([line.fromOn, line.toOn, line.days, line.amount.pence], [from, to, days, partYear(yearlyPence, days)])
  return line.amount.pence
}

before(async () => {
  stack = await throwaway('stories_a')
  world = stack.world
  await at('2012-09-03', '08:00')
  cast = await castAst(world, 905)
  agency = cast.agency
  ann = { case: await assessor(world, agency, cast.assessor), as: cast.as_assessor }
  stan = { case: await assessor(world, agency, cast.stranger), as: cast.as_stranger }
  budget = await world.create(cast.as_finance, 'budgets', budgetOf(cast.la, 2012))
})
after(() => stack?.end())

describe('refused, reviewed on the second ground, certified', () => {
  const D = {
    applied: '2012-09-04', received: '2012-09-06', assessed: '2012-09-12', decided: '2012-09-14', asked: '2012-10-24', commented: '2012-10-29',
    steps: '2012-10-31', outcome: '2012-11-05', appointed: '2012-11-06', ast2: '2012-11-08', starts: '2012-11-12',
  }
  const ground = { ground: 'irrelevant', explanation: 'The results of another class were taken for mine.', evidence: 'The timetable of 2011-12.' }
  let post
  let ast1
  let assessment
  let review
  let coordinator
  let officer

  test('AST_S5_AST_S6__one_standard_missed_is_no_pass_and_the_letter_says_until_when_a_review_can_be_asked_for', async () => {
    await at(D.applied)
    post = await advertised(world, draft('AST for science'))
    certified = post
    ast1 = await world.create(cast.as_candidate, 'ast1-forms', form(post, cast.school, cast.head, 'internal'))
    await commented(cast.as_head, ast1)
    await world.act(cast.as_coordinator, `ast1-forms/${ast1}/declare-funding`, { declares: true })
    await world.act(cast.as_head, `ast1-forms/${ast1}/forward`, { channel: 'online', coveringLetter: 'The job in outline.' })
    await at(D.received)
    assessment = await received(world, agency, post, ast1, D.received)
    await booked(world, agency, assessment, ann, D.assessed, D.received)
    await at(D.assessed, '15:00')
    await judged(world, assessment, ann, '2')
    await world.refused(cast.as_candidate, 'reviews', { assessmentId: assessment, grounds: [ground] }, 'AST-R1', 'not-refused')
    await at(D.decided)
    assert.equal((await deadline(world, post, assessment, 'AST-S6', 'decision-letter')).dueOn, addWorkingDays(D.assessed, 3))
    await world.act(ann.as, `assessments/${assessment}/decision`, { letter: 'Standard 2 is not yet met.' })
    await world.until(cast.as_head, `ast1-forms/${ast1}`, 'the form shows it', ({ state }) => state === 'not_met')
    await mailed(cast.mail('candidate'), /outcome of your assessment/, inWords(D.assessed), inWords(addWorkingDays(D.decided, 40)))
    await world.act(ann.as, `assessments/${assessment}/feedback`, { feedback: 'Work on your subject.', areas: ['2'] })
  })

  test('AST_T1__who_was_refused_is_not_appointed', async () => {
    await world.refused(cast.as_head, `posts/${post}/appoint`, { ast1Id: ast1, appointedOn: D.decided, startsOn: D.starts }, 'AST-T1', 'not-passed')
    await world.refused(cast.as_head, 'ast2-forms', ast2(cast.candidate, post, cast.school, D.decided, D.starts), 'AST-T1', 'not-passed')
  })

  test('AST_R1__a_request_rests_on_a_ground_that_is_explained_and_evidenced_by_the_candidate', async () => {
    await at(D.asked)
    coordinator = await person(world, 'Rita Reviews', 'review_coordinator', agency.id)
    officer = await world.as('review_officer', { person: cast.stranger })
    const ask = (grounds, more = {}) => ({ assessmentId: assessment, grounds, ...more })
    assert.equal((await cast.as_candidate.post('/v1/reviews', ask([]))).status, 400)
    await world.refused(cast.as_candidate, 'reviews', ask([{ ...ground, ground: 'unlucky' }]), 'AST-R1', 'wrong-field')
    const bare = await world.refused(cast.as_candidate, 'reviews', ask([{ ...ground, evidence: ' ' }]), 'AST-R1', 'wrong-field')
    assert.equal(bare.errors[0].field, 'grounds[0].evidence')
    await world.refused(cast.as_candidate, 'reviews', ask([ground], { receivedOn: D.decided }), 'AST-R2', 'wrong-field')
    assert.equal((await cast.as_second.post('/v1/reviews', ask([ground]))).status, 404)
  })

  test('AST_R2__a_request_between_the_two_limits_is_taken_and_flagged', async () => {
    review = await world.create(cast.as_candidate, 'reviews', { assessmentId: assessment, grounds: [ground] })
    const one = await world.see(coordinator.as, `reviews/${review}`)
    assert.deepEqual([one.state, one.receivedOn, one.late], ['requested', D.asked, true])
    assert.deepEqual(one.limits.map(({ limit, lastOn }) => [limit, lastOn]),
      [['review-from-assessment', addDays(D.assessed, 40)], ['review-request', addWorkingDays(D.decided, 40)]])
    assert.ok(addDays(D.assessed, 40) < D.asked && D.asked < addWorkingDays(D.decided, 40))
    await world.refused(cast.as_candidate, 'reviews', { assessmentId: assessment, grounds: [ground] }, 'AST-R1', 'asked-already')
    const due = await deadline(world, post, review, 'AST-R5')
    assert.equal(due.dueOn, addWorkingDays(D.asked, 40))
    await mailed(cast.mail('candidate'), /your request for a review/, inWords(due.dueOn))
    await mailed(coordinator.email, /A review of a decision was asked for/, 'after the earlier of the two limits', inWords(due.dueOn))
  })

  test('AST_R3__the_first_assessor_comments_and_another_independent_one_is_the_officer', async () => {
    const appoint = (officerId) => [coordinator.as, `reviews/${review}/appoint-officer`, { officerId }]
    await world.refused(...appoint(stan.case), 'AST-R3', 'not-invited')
    await world.refused(ann.as, `reviews/${review}/comment`, { comment: 'Too early.' }, 'AST-R3', 'not-invited')
    await world.act(coordinator.as, `reviews/${review}/invite-comment`, { commentByOn: D.steps })
    await mailed(cast.mail('assessor'), /your comment by/, inWords(D.steps))
    await world.refused(...appoint(stan.case), 'AST-R3', 'comment-awaited')
    await at(D.commented)
    assert.equal((await stan.as.post(`/v1/reviews/${review}/comment`, { comment: 'Not mine.' })).status, 404)
    await world.act(ann.as, `reviews/${review}/comment`, { comment: 'I may have read the wrong line.' })
    await world.refused(...appoint(ann.case), 'AST-R3', 'original-assessor')
    const friend = await assessor(world, agency, cast.friend, [cast.school])
    await world.refused(...appoint(friend), 'AST-R3', 'not-independent')
    await world.act(...appoint(stan.case))
    await mailed(cast.mail('stranger'), /You are the review officer/, inWords(addWorkingDays(D.asked, 40)))
  })

  test('AST_R4__every_step_of_the_officer_is_on_the_case', async () => {
    await at(D.steps)
    const step = (kind, who, finding) => [`reviews/${review}/steps`, { kind, heldOn: D.steps, with: who, finding }]
    const elsewhere = await world.as('review_officer', { person: cast.friend })
    assert.equal((await elsewhere.post(`/v1/${step('records', 'the agency')[0]}`, step('records', 'the agency')[1])).status, 404)
    const [path, body] = step('observation', 'year 9')
    await world.refused(officer, path, { ...body, heldOn: addDays(D.asked, -1) }, 'AST-R4', 'wrong-field')
    await world.act(officer, ...step('records', 'the agency', 'The results of class 9B, not of 9A.'))
    await world.act(officer, ...step('observation', 'year 9', 'Sure of the subject.'))
    await world.act(officer, ...step('new_evidence', 'the headteacher', 'The timetable.'))
    assert.deepEqual((await world.see(officer, `reviews/${review}`)).steps.map(({ kind }) => kind), ['records', 'observation', 'new_evidence'])
  })

  test('AST_R5__certified_on_the_ground_that_was_asked_on_and_everybody_is_told', async () => {
    await at(D.outcome)
    const decide = (upheld) => [officer, `reviews/${review}/decide`, { certified: true, upheld, reasons: 'The results were another class\'s.' }]
    await world.refused(...decide([]), 'AST-R5', 'no-ground-upheld')
    await world.refused(...decide(['bias']), 'AST-R5', 'wrong-field')
    await world.act(...decide(['irrelevant']))
    const one = await world.see(cast.as_candidate, `reviews/${review}`)
    assert.deepEqual([one.state, one.decidedOn, one.decidedLate ?? false, one.reasons], ['certified', D.outcome, false, 'The results were another class\'s.'])
    await world.until(cast.as_head, `ast1-forms/${ast1}`, 'the form is passed', ({ state }) => state === 'passed')
    const { met, certifiedByReview } = await world.see(agency.as_caseworker, `assessments/${assessment}`)
    assert.deepEqual([met, certifiedByReview], [true, true])
    await mailed(cast.mail('candidate'), /you are certified/, 'a pass in every respect')
    await mailed(cast.mail('assessor'), /Outcome of the review: certified/)
    await mailed(cast.mail('head'), /Outcome of a review: certified/)
    await mailed(cast.mail('coordinator'), /Outcome of a review: certified/)
    await world.refused(...decide(['irrelevant']), 'AST-R5', 'is-over')
  })

  test('AST_R5_AST_T1_AST_T2__the_certified_are_appointed_and_registered_as_any_who_passed', async () => {
    const entry = await entered(world, agency, cast.candidate, 'passed')
    assert.match(entry.edition, /^ast-2013/)
    await at(D.appointed)
    await world.act(cast.as_head, `posts/${post}/appoint`, { ast1Id: ast1, appointedOn: D.appointed, startsOn: D.starts })
    assert.equal((await deadline(world, post, post, 'AST-T1')).dueOn, addDays(D.appointed, 14))
    await at(D.ast2)
    await world.create(cast.as_head, 'ast2-forms', ast2(cast.candidate, post, cast.school, D.appointed, D.starts, { laId: cast.la }))
    const held = await entered(world, agency, cast.candidate, 'in_post')
    assert.deepEqual([held.number, held.postId, held.startsOn], [entry.number, post, D.starts])
    await mailed(cast.mail('coordinator'), /Form AST2 received/, inWords(D.starts))
    await mailed(cast.mail('head'), /Payment for an AST post begins/, inWords(D.starts))
  })

  test('OPS_3__every_letter_of_the_case_was_sent_once_and_is_in_the_maildir', async () => {
    const all = await evidence(world, post)
    assertSentOnce(all.messages)
    assertNoneOnceDone(all.timeline, all.messages)
    assertDelivered(all.messages, stack.mails())
  })
})

describe('a part-time teacher in two schools', () => {
  const D = {
    applied: '2012-11-12', again: '2012-11-13', commented: '2012-11-14', received: '2012-11-15', assessed: '2012-11-26',
    appointed: '2012-11-29', ast2: '2012-11-30', starts: '2012-12-03',
  }
  let pam
  let post
  let ast1
  const hours = (hilltop, riverside) => ({
    employment: 'several_schools', schools: [{ schoolId: cast.school, minutesPerWeek: hilltop }, { schoolId: cast.otherSchool, minutesPerWeek: riverside }],
  })

  test('AST_A5__the_head_of_most_hours_acts_and_no_other_head_comments', async () => {
    await at(D.applied)
    pam = await person(world, 'Pam Parttime', 'candidate', cast.school, { trn: '3000001' })
    await world.act(world.admin, `people/${pam.id}/positions`, { role: 'candidate', organisationId: cast.otherSchool })
    post = await advertised(world, draft('AST for two schools'))
    const fewest = await world.refused(pam.as, 'ast1-forms', form(post, cast.school, cast.head, 'internal', hours(600, 720)), 'AST-A5', 'wrong-field')
    assert.equal(fewest.errors[0].field, 'schoolId')
    await world.refused(pam.as, 'ast1-forms', form(post, cast.otherSchool, cast.otherHead, 'external', { ...hours(600, 720), schools: [] }), 'AST-A5', 'wrong-field')
    ast1 = await world.create(pam.as, 'ast1-forms', form(post, cast.otherSchool, cast.otherHead, 'external', hours(600, 720)))
    await mailed(cast.mail('otherHead'), /AST for two schools: your comments by/, inWords(addWorkingDays(D.applied, 20)))
    await world.refused(cast.as_head, `ast1-forms/${ast1}/comment`, { comments: texts('Helen'), careerStageConfirmed: true }, 'AST-A5', 'not-the-acting-head')
  })

  test('AST_A5__the_head_on_whom_all_agree_acts_and_says_how_the_others_were_consulted', async () => {
    await world.act(pam.as, `ast1-forms/${ast1}/withdraw`, { reason: 'All heads now agree on Helen.' })
    await at(D.again)
    ast1 = await world.create(pam.as, 'ast1-forms', form(post, cast.school, cast.head, 'internal', { ...hours(600, 720), headsAgree: true }))
    const due = await deadline(world, post, ast1, 'AST-A4')
    assert.equal(due.dueOn, addWorkingDays(D.again, 20))
    await at(D.commented)
    const comments = { comments: texts('Helen'), careerStageConfirmed: true }
    await world.refused(cast.as_head, `ast1-forms/${ast1}/comment`, comments, 'AST-A5', 'others-not-consulted')
    await world.act(cast.as_head, `ast1-forms/${ast1}/comment`, { ...comments, consultation: 'By telephone with Owen on 13 November.' })
    const seen = await world.see(pam.as, `ast1-forms/${ast1}`)
    assert.deepEqual([seen.state, seen.commentsLate, seen.careerStandards, seen.consultation],
      ['commented', false, 'teachers-standards', 'By telephone with Owen on 13 November.'])
    assert.deepEqual(seen.otherSchoolIds, [cast.otherSchool])
    assert.equal((await cast.as_otherHead.post(`/v1/ast1-forms/${ast1}/comment`, comments)).status, 404)
  })

  test('AST_A7__the_form_goes_on_with_the_declaration_of_the_authority_that_pays', async () => {
    const forward = [cast.as_head, `ast1-forms/${ast1}/forward`, { channel: 'post', coveringLetter: 'Three days a week in two schools.' }]
    await world.refused(...forward, 'AST-A7', 'no-declaration')
    await world.refused(cast.as_head, `ast1-forms/${ast1}/declare-funding`, { declares: true }, 'AST-A7', 'not-the-funding-party')
    await world.act(cast.as_coordinator, `ast1-forms/${ast1}/declare-funding`, { declares: true })
    await world.act(...forward)
    const copied = (await evidence(world, post)).messages.find(({ template }) => template === 'ast1-copy-to-la')
    assert.deepEqual([copied.recipient.id, copied.sourceCaseId], [cast.la, ast1])
  })

  test('AST_T1__she_passes_is_appointed_and_registered', async () => {
    await at(D.received)
    await assessed(world, agency, { post, ast1, by: stan, receivedOn: D.received, on: D.assessed })
    await at(D.appointed)
    await world.act(cast.as_head, `posts/${post}/appoint`, { ast1Id: ast1, appointedOn: D.appointed, startsOn: D.starts })
    await at(D.ast2)
    await world.create(cast.as_head, 'ast2-forms', ast2(pam.id, post, cast.school, D.appointed, D.starts, { laId: cast.la }))
    assert.equal((await entered(world, agency, pam.id, 'in_post')).startsOn, D.starts)
  })

  test('AST_F9__a_part_timers_post_is_paid_in_proportion_by_the_authoritys_policy_and_the_certified_in_full', async () => {
    await world.refused(cast.as_finance, `budgets/${budget}/post-amounts`, { postId: post, fullTimePermille: 1001 }, 'AST-F9', 'wrong-field')
    await world.act(cast.as_finance, `budgets/${budget}/post-amounts`, { postId: post, fullTimePermille: 600 })
    await at(AST_DAYS.streams[2], '12:00')
    const share = Math.floor((EACH_PENCE * 600 + 500) / 1000)
    const sums = [await paid(cast.as_finance, post, 3, D.starts, '2012-12-31', share),
      await paid(cast.as_finance, certified, 3, '2012-11-12', '2012-12-31', EACH_PENCE)]
    const run = (await world.list(cast.as_finance, `stream-runs?rootId=${budget}`)).find(({ stream }) => stream === 3)
    const statement = await world.see(cast.as_finance, `stream-runs/${run.id}/statement`)
    assert.deepEqual([statement.posts, statement.total.pence, statement.ledger.pence, statement.agrees], [2, sums[0] + sums[1], sums[0] + sums[1], true])
  })
})

test('GEN_4__logs_cases_and_ledger_are_whole', async () => {
  const proof = JSON.parse(await stack.stack.attain('verify'))
  assert.equal(proof.faults, 0)
})
