/**
 * Five stories of AST posts, told through HTTP by the people in them, one after the other on one clock: a refusal that
 * a review turns into a pass; a part-time teacher in two schools; a teacher attached to no school; an external post with
 * three applicants, of whom one has passed before; and a Welsh school in the year in which England's formula has no money.
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
let una /* attached to no school; has passed when she applies again */

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

/** The one attachment of the mail to `to` whose subject fits is the PDF that the API shows at `path`. */
const attached = async (to, subject, name, client, path) => {
  const [mail] = stack.mails().filter((one) => one.to === to && subject.test(one.subject))
  assert.deepEqual(mail.attachments.map((one) => one.name), [name])
  const [{ type, bytes }] = mail.attachments
  assert.match(type, /^application\/pdf/)
  assert.equal(bytes.subarray(0, 5).toString('latin1'), '%PDF-')
  const shown = await client.send('GET', `/v1/${path}`)
  assert.equal(bytes.toString('utf8'), shown.body)
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
  let refusal /* the decision letter as it was before the review */

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
    await mailed(cast.mail('candidate'), /outcome of your assessment/, inWords(D.assessed), inWords(addWorkingDays(D.decided, 40)), 'AST for science, at ')
    await attached(cast.mail('candidate'), /outcome of your assessment/, 'decision-letter.pdf', cast.as_candidate, `assessments/${assessment}/decision-letter`)
    refusal = (await cast.as_candidate.send('GET', `/v1/assessments/${assessment}/decision-letter`)).body
    await world.act(ann.as, `assessments/${assessment}/feedback`, { feedback: 'Work on your subject.', areas: ['2'] })
    for (const reader of ['candidate', 'head']) {
      await mailed(cast.mail(reader), /^Written feedback/, inWords(D.assessed))
      await attached(cast.mail(reader), /^Written feedback/, 'feedback.pdf', cast.as_candidate, `assessments/${assessment}/feedback-letter`)
    }
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
    await world.refused(cast.as_candidate, 'reviews', ask([]), 'AST-R1', 'no-ground')
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
    await mailed(cast.mail('assessor'), /Outcome of the review: the candidate is certified/)
    for (const [reader, subject] of [['candidate', /you are certified/], ['assessor', /Outcome of the review: /]]) {
      await attached(cast.mail(reader), subject, 'review-outcome.pdf', cast.as_candidate, `reviews/${review}/outcome-letter`)
    }
    assert.notEqual((await cast.as_candidate.send('GET', `/v1/assessments/${assessment}/decision-letter`)).body, refusal)
    await mailed(cast.mail('head'), /Outcome of a review: the candidate is certified/)
    await mailed(cast.mail('coordinator'), /Outcome of a review: the candidate is certified/)
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
    await mailed(cast.mail('otherHead'), /AST for two schools": your comments by/, inWords(addWorkingDays(D.applied, 20)))
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
    await world.settle()
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

describe('a teacher attached to no school', () => {
  const D = { applied: '2012-12-18', reminded: '2013-01-11', forwarded: '2013-01-14', received: '2013-01-15', assessed: '2013-01-21' }
  let service
  let manager
  let post
  let ast1

  test('AST_A5__the_line_manager_whom_the_employer_designates_acts', async () => {
    await at(D.applied)
    service = await world.create(world.admin, 'organisations', { kind: 'provider', name: 'Westshire Music Service', laId: cast.la })
    manager = await person(world, 'Mona Manager', 'line_manager', service)
    una = await person(world, 'Una Unattached', 'candidate', service, { trn: '3000002' })
    post = await advertised(world, draft('AST for music', { coordinator: undefined, fundingSource: 'school_funded' }))
    const unattached = (headteacherId, more = {}) =>
      form(post, cast.otherSchool, headteacherId, 'external', { employment: 'unattached', employerId: service, ...more })
    const named = await world.refused(una.as, 'ast1-forms', unattached(cast.otherHead), 'AST-A5', 'wrong-field')
    assert.equal(named.errors[0].field, 'headteacherId')
    await world.refused(una.as, 'ast1-forms', unattached(manager.id, { employerId: undefined }), 'AST-A5', 'wrong-field')
    ast1 = await world.create(una.as, 'ast1-forms', unattached(manager.id))
    await mailed(manager.email, /AST for music": your comments by/, inWords(addWorkingDays(D.applied, 20)))
    await world.refused(cast.as_otherHead, `ast1-forms/${ast1}/comment`, { comments: texts('Owen'), careerStageConfirmed: true }, 'AST-A5', 'not-the-acting-head')
  })

  test('AST_A4__the_line_manager_is_reminded_over_christmas_by_working_days_and_comments_in_time', async () => {
    const due = await deadline(world, post, ast1, 'AST-A4')
    assert.equal(due.dueOn, addWorkingDays(D.applied, 20))
    assert.equal(due.dueOn, '2013-01-18', 'three bank holidays are skipped')
    assert.match(due.arithmetic, /Christmas/)
    assert.equal(addWorkingDays(due.dueOn, -5), D.reminded)
    await at(D.reminded, '12:00')
    await mailed(manager.email, /^Reminder: Headteacher's comments/, inWords(due.dueOn), 'Christmas')
    await at(D.forwarded)
    await world.act(manager.as, `ast1-forms/${ast1}/comment`, { comments: texts('Mona'), careerStageConfirmed: true })
    const seen = await world.see(una.as, `ast1-forms/${ast1}`)
    assert.deepEqual([seen.state, seen.commentsLate, seen.employment], ['commented', false, 'unattached'])
  })

  test('AST_A7__the_school_that_pays_short_lists_declares_and_sends_the_form', async () => {
    const forward = { channel: 'e_mail', coveringLetter: 'Music in every school of the district.' }
    await world.refused(manager.as, `ast1-forms/${ast1}/shortlist`, { shortlisted: true }, 'AST-A7', 'not-the-sender')
    await world.refused(cast.as_head, `ast1-forms/${ast1}/forward`, forward, 'AST-A7', 'not-shortlisted')
    await world.act(cast.as_head, `ast1-forms/${ast1}/shortlist`, { shortlisted: true })
    await world.refused(cast.as_head, `ast1-forms/${ast1}/forward`, forward, 'AST-A7', 'no-declaration')
    await world.refused(manager.as, `ast1-forms/${ast1}/declare-funding`, { declares: true }, 'AST-A7', 'not-the-funding-party')
    await world.refused(cast.as_coordinator, `ast1-forms/${ast1}/declare-funding`, { declares: true }, 'AST-A7', 'not-the-funding-party')
    await world.act(cast.as_head, `ast1-forms/${ast1}/declare-funding`, { declares: true })
    await world.act(cast.as_head, `ast1-forms/${ast1}/forward`, forward)
  })

  test('AST_S6_AST_T6__she_passes_and_both_who_acted_for_her_are_told', async () => {
    await at(D.received)
    await assessed(world, agency, { post, ast1, by: ann, receivedOn: D.received, on: D.assessed })
    const entry = await entered(world, agency, una.id, 'passed')
    assert.match(entry.number, /^AST\d{7}$/)
    await mailed(una.email, /You have met the standards/, inWords(D.assessed))
    await mailed(manager.email, /Outcome of the AST assessment/, 'met')
  })

  test('AST_F8__a_post_that_the_school_pays_takes_nothing_from_the_authority', async () => {
    await world.act(cast.as_head, `posts/${post}/close`, { reason: 'The governors have no money after all.' })
    assert.deepEqual((await world.see(cast.as_finance, `post-fundings?rootId=${post}`)).cases, [])
    const { reservations } = await world.see(cast.as_finance, `budgets/${budget}`)
    assert.ok(reservations.every(({ postId }) => postId !== post))
  })
})

describe('an external post with three applicants, one of whom has passed before', () => {
  const D = {
    applied: '2013-01-24', commented: '2013-01-25', forwarded: '2013-01-28', received: '2013-01-29', assessed: '2013-02-04', second: '2013-02-07',
    interview: '2013-03-15', resignation: '2013-04-15', appointed: '2013-02-14', ast2: '2013-02-15', starts: '2013-02-25',
  }
  let tess
  let lil
  let lakeside
  let post
  let entry
  const ast1 = {}

  test('AST_A9__whoever_has_passed_is_recognised_by_the_register_and_asked_for_nothing_more', async () => {
    await at(D.applied)
    lakeside = await world.create(world.admin, 'organisations', {
      kind: 'school', name: 'Lakeside School', urn: '190001', laId: cast.la, phase: 'secondary', schoolType: 'maintained', nation: 'england', payArea: 'national',
    })
    lil = await person(world, 'Lil Lakeside', 'headteacher', lakeside, { trn: '3000003' })
    tess = await person(world, 'Tess Third', 'candidate', lakeside, { trn: '3000004' })
    entry = await entered(world, agency, una.id, 'passed')
    post = await advertised(world, draft('AST for English'))
    ast1.una = await world.create(una.as, 'ast1-forms', form(post, cast.otherSchool, cast.otherHead, 'external', { answers: [] }))
    const seen = await world.see(una.as, `ast1-forms/${ast1.una}`)
    assert.deepEqual([seen.state, seen.registerNumber, seen.passedOn], ['recognised', entry.number, entry.passedOn])
    await mailed(una.email, /recognised without another assessment/, entry.number, inWords(entry.passedOn))
    await mailed(cast.mail('head'), /recognised without another assessment/, entry.number)
    const { deadlines } = await world.see(world.admin, `cases/${post}/deadlines`)
    assert.ok(deadlines.every(({ caseId }) => caseId !== ast1.una), 'nobody has anything to do for her form')
    assert.equal((await cast.as_otherHead.post(`/v1/ast1-forms/${ast1.una}/comment`, { comments: texts('Owen'), careerStageConfirmed: true })).status, 422)
    assert.equal((await agency.as_caseworker.post(`/v1/ast1-forms/${ast1.una}/receive`, { receivedOn: D.applied, channel: 'online' })).status, 422)
  })

  test('AST_P12__the_last_safe_day_of_receipt_is_reckoned_back_from_the_interviews', async () => {
    const plan = (interviewOn) => [cast.as_head, `posts/${post}/plan`, { resignationOn: D.resignation, interviewOn }]
    await world.refused(...plan(addDays(D.resignation, 1)), 'AST-P12', 'wrong-field')
    await world.act(...plan(D.interview))
    const seen = await world.see(cast.as_head, `posts/${post}`)
    assert.deepEqual([seen.latestReceiptOn, seen.latestReceiptPassed ?? false], [addDays(D.interview, -42), false])
    assert.ok(D.received < seen.latestReceiptOn && seen.latestReceiptOn < D.assessed)
    await mailed(cast.mail('head'), /^Forms for "AST for English/, inWords(seen.latestReceiptOn), inWords(D.interview))
  })

  test('AST_A1_AST_A9__the_two_who_have_not_passed_answer_every_standard', async () => {
    await world.refused(tess.as, 'ast1-forms', form(post, lakeside, lil.id, 'external', { answers: [] }), 'AST-A3', 'wrong-field')
    await world.refused(tess.as, 'ast1-forms', form(post, lakeside, lil.id, 'internal'), 'AST-A7', 'wrong-field')
    ast1.tess = await world.create(tess.as, 'ast1-forms', form(post, lakeside, lil.id, 'external'))
    ast1.sam = await world.create(cast.as_second, 'ast1-forms', form(post, cast.otherSchool, cast.otherHead, 'external'))
    await mailed(lil.email, /AST for English": your comments by/, inWords(addWorkingDays(D.applied, 20)))
    await at(D.commented)
    await commented(lil.as, ast1.tess)
    await commented(cast.as_otherHead, ast1.sam)
  })

  test('AST_A7_AST_A8__the_advertising_school_sends_those_who_need_assessing_under_one_letter', async () => {
    await at(D.forwarded)
    await world.refused(lil.as, `ast1-forms/${ast1.tess}/shortlist`, { shortlisted: true }, 'AST-A7', 'not-the-sender')
    for (const id of [ast1.tess, ast1.sam]) {
      await world.act(cast.as_head, `ast1-forms/${id}/shortlist`, { shortlisted: true })
      await world.act(cast.as_coordinator, `ast1-forms/${id}/declare-funding`, { declares: true })
    }
    await world.refused(cast.as_head, `ast1-forms/${ast1.sam}/forward`, { channel: 'online', travelsWithId: ast1.tess }, 'AST-A8', 'wrong-field')
    await world.act(cast.as_head, `ast1-forms/${ast1.tess}/forward`, { channel: 'online', coveringLetter: 'English in three key stages.' })
    await world.act(cast.as_head, `ast1-forms/${ast1.sam}/forward`, { channel: 'online', travelsWithId: ast1.tess })
    assert.equal((await world.see(cast.as_head, `ast1-forms/${ast1.sam}`)).letterAst1Id, ast1.tess)
  })

  test('AST_A9_AST_S5__two_are_assessed_and_no_assessment_is_opened_for_the_third', async () => {
    await at(D.received)
    await assessed(world, agency, { post, ast1: ast1.tess, by: ann, receivedOn: D.received, on: D.assessed })
    await assessed(world, agency, { post, ast1: ast1.sam, by: stan, receivedOn: D.received, on: D.second, missed: '4' })
    const { cases } = await world.see(agency.as_caseworker, `assessments?rootId=${post}`)
    assert.deepEqual(new Set(cases.map((one) => one.ast1Id)), new Set([ast1.tess, ast1.sam]))
  })

  test('AST_P12__the_school_is_warned_once_the_last_safe_day_has_passed', async () => {
    assert.equal((await world.see(cast.as_head, `posts/${post}`)).latestReceiptPassed, true)
    await mailed(cast.mail('head'), /^Too late for the interviews: "AST for English/, inWords(addDays(D.interview, -42)))
  })

  test('AST_T1_AST_A9__the_school_appoints_the_recognised_one_under_her_old_number_and_not_the_one_who_missed', async () => {
    await at(D.appointed)
    const appoint = (id) => [cast.as_head, `posts/${post}/appoint`, { ast1Id: id, appointedOn: D.appointed, startsOn: D.starts }]
    await world.refused(...appoint(ast1.sam), 'AST-T1', 'not-passed')
    await world.act(...appoint(ast1.una))
    await world.refused(...appoint(ast1.tess), 'AST-P10', 'filled-already')
    assert.equal((await deadline(world, post, post, 'AST-T1')).dueOn, addDays(D.appointed, 14))
    await at(D.ast2)
    await world.refused(cast.as_head, 'ast2-forms', ast2(cast.second, post, cast.school, D.appointed, D.starts, { laId: cast.la }), 'AST-T1', 'not-passed')
    await world.create(cast.as_head, 'ast2-forms', ast2(una.id, post, cast.school, D.appointed, D.starts, { laId: cast.la }))
    const held = await entered(world, agency, una.id, 'in_post')
    assert.deepEqual([held.number, held.passedOn, held.postId], [entry.number, entry.passedOn, post])
    assert.equal((await entered(world, agency, tess.id, 'passed')).postId, undefined, 'who passed keeps it for another post')
  })

  test('AST_F9__the_last_stream_pays_her_days_to_the_end_of_the_year', async () => {
    await at(AST_DAYS.streams[3], '12:00')
    await paid(cast.as_finance, post, 4, D.starts, '2013-03-31', EACH_PENCE)
    const year = await world.see(cast.as_finance, `reconciliation?laId=${cast.la}&financialYear=2012`)
    assert.deepEqual([year.agrees, year.statements.pence], [true, year.ledger.pence])
  })
})

describe('a Welsh school after September 2012', () => {
  const D = {
    applied: '2013-04-08', received: '2013-04-10', assessed: '2013-04-15', appointed: '2013-04-18', ast2: '2013-04-19', starts: '2013-05-01',
    streams: ['2013-06-14', '2013-09-16', '2013-12-16', '2014-03-14'],
  }
  const wales = {}
  let post
  let ast1

  test('AST_F7_AST_P5__from_April_2013_the_formula_pays_in_Wales_and_not_in_England', async () => {
    await at(D.applied)
    wales.la = await world.create(world.admin, 'organisations', { kind: 'la', name: 'Sir y Bryn', nation: 'wales' })
    wales.school = await world.create(world.admin, 'organisations', {
      kind: 'school', name: 'Ysgol y Bryn', urn: '190002', laId: wales.la, phase: 'secondary', schoolType: 'maintained', nation: 'wales', payArea: 'national',
    })
    wales.coordinator = await person(world, 'Carys Coordinator', 'la_coordinator', wales.la)
    wales.finance = await person(world, 'Ffion Finance', 'la_finance', wales.la)
    wales.head = await person(world, 'Huw Head', 'headteacher', wales.school, { trn: '3000005' })
    wales.teacher = await person(world, 'Tegan Teacher', 'candidate', wales.school, { trn: '3000006' })
    const english = await world.refused(cast.as_finance, 'budgets', budgetOf(cast.la, 2013), 'AST-F7', 'no-formula-factor')
    assert.match(english.next, /pool budgets/)
    const { errors } = await world.refused(cast.as_head, 'posts', {
      schoolId: cast.school, title: 'AST for 2013', reason: 'staffing_structure', recruitment: 'internal',
      fundingSource: 'local_formula', financialYear: 2013, headteacherId: cast.head,
    }, 'AST-P5', 'source-not-allowed')
    assert.equal(errors[0].field, 'fundingSource')
    await world.refused(wales.finance.as, 'budgets', budgetOf(wales.la, 2013,
      { nation: 'wales', fundingSource: 'la_retained', schoolIds: [wales.school], streamOn: D.streams }), 'AST-P5', 'source-not-allowed')
    wales.budget = await world.create(wales.finance.as, 'budgets', budgetOf(wales.la, 2013, { nation: 'wales', streamOn: D.streams }))
    post = await advertised(world, {
      head: wales.head.as, coordinator: wales.coordinator.as, schoolId: wales.school, title: 'AST for Welsh', recruitment: 'internal',
      fundingSource: 'local_formula', financialYear: 2013, headteacherId: wales.head.id, subject: 'mathematics',
    })
  })

  test('AST_A6__the_head_first_confirms_the_Practising_Teacher_Standards', async () => {
    ast1 = await world.create(wales.teacher.as, 'ast1-forms', form(post, wales.school, wales.head.id, 'internal'))
    const problem = await world.refused(wales.head.as, `ast1-forms/${ast1}/comment`, { comments: texts('Huw') }, 'AST-A6', 'career-stage-not-confirmed')
    assert.match(problem.detail, /Practising Teacher Standards/)
    assert.equal(problem.errors[0].field, 'careerStageConfirmed')
    await commented(wales.head.as, ast1, { higherStandards: 'None apply.' })
    const seen = await world.see(wales.teacher.as, `ast1-forms/${ast1}`)
    assert.deepEqual([seen.careerStandards, seen.careerStageConfirmed, seen.higherStandards], ['practising-teacher-standards', true, 'None apply.'])
  })

  test('AST_A7_GEN_6__the_Welsh_authority_declares_and_another_does_not_know_the_form', async () => {
    assert.equal((await cast.as_coordinator.post(`/v1/ast1-forms/${ast1}/declare-funding`, { declares: true })).status, 404)
    await world.act(wales.coordinator.as, `ast1-forms/${ast1}/declare-funding`, { declares: true })
    await world.act(wales.head.as, `ast1-forms/${ast1}/forward`, { channel: 'post', coveringLetter: 'Welsh in every year.' })
    await mailed(wales.coordinator.email, /Copy: a form AST1/, inWords(D.applied))
  })

  test('AST_T1_AST_F9__she_passes_is_appointed_and_the_Welsh_formula_pays_from_her_first_day', async () => {
    await at(D.received)
    await assessed(world, agency, { post, ast1, by: stan, receivedOn: D.received, on: D.assessed })
    await at(D.appointed)
    await world.act(wales.head.as, `posts/${post}/appoint`, { ast1Id: ast1, appointedOn: D.appointed, startsOn: D.starts })
    assert.equal((await deadline(world, post, post, 'AST-T1')).dueOn, addDays(D.appointed, 14))
    await at(D.ast2)
    await world.create(wales.head.as, 'ast2-forms', ast2(wales.teacher.id, post, wales.school, D.appointed, D.starts, { laId: wales.la }))
    assert.equal((await entered(world, agency, wales.teacher.id, 'in_post')).laId, wales.la)
    await at(D.streams[0], '12:00')
    const pence = await paid(wales.finance.as, post, 1, D.starts, '2013-06-30', EACH_PENCE)
    const lines = await world.list(wales.finance.as, `cases/${post}/ledger`, 'lines')
    assert.deepEqual(lines.filter(({ account }) => account === `la:${wales.la}:2013:paid`).map(({ amount }) => amount.pence), [pence])
    assert.equal((await cast.as_finance.get(`/v1/budgets/${wales.budget}`)).status, 404)
  })
})

test('GEN_4__logs_cases_and_ledger_are_whole', async () => {
  const proof = JSON.parse(await stack.stack.attain('verify'))
  assert.equal(proof.faults, 0)
})

test('openapi__every_answer_is_as_the_document_says', () => {
  assert.deepEqual(stack.conform.faults, [])
  assert.ok(stack.conform.count > 300)
})
