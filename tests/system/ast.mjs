/**
 * The main line of a post, whole, through HTTP on a real stack: the story checks each step, this file what
 * stands there afterwards. Rules on the way: AST-P2, P5, P6, P10, AST-A1 to A8, A12, AST-S1, S2, S5 to S7,
 * AST-T1, T2, T6, AST-F4, F5, F8, F9, F10, GEN-1 to GEN-6, GEN-8.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { AST_DAYS, astStory, astSums } from '../../deploy/local/story/ast.mjs'
import { addDays, addWorkingDays } from '../../deploy/local/story/dates.mjs'
import { play } from '../../deploy/local/story/play.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { assertDelivered, assertNoneOnceDone, assertOrdered, assertSentOnce, countReminders, evidence } from './evidence.mjs'

describe('the main line of a post', () => {
  let stack
  let cast
  let post
  let budget

  before(async () => {
    stack = await throwaway('ast')
    const story = astStory(stack.world, 7)
    await play(stack.world, [story, astStory(stack.world, 8)])
    await stack.world.settle()
    cast = story.cast
    post = await evidence(stack.world, cast.post)
    budget = await evidence(stack.world, cast.budget)
  })
  after(() => stack?.end())

  test('AST_A1__the_timeline_shows_every_step_from_all_services_in_order', () => {
    assertOrdered(post.timeline)
    const steps = ['PostDrafted', 'PostFundingConfirmed', 'PostFunded', 'PostAgreed', 'PostAdvertised', 'Ast1Submitted',
      'Ast1Commented', 'FundingDeclared', 'Ast1Forwarded', 'Ast1Received', 'AssessmentOpened', 'AssessmentBooked',
      'AssessmentJudged', 'AssessmentDecided', 'FeedbackSent', 'AstAppointed', 'Ast2Accepted', 'PaymentStarted']
    const firsts = steps.map((type) => post.timeline.find((entry) => entry.type === type)?.at)
    assert.ok(firsts.every((at) => at !== undefined), `missing: ${steps.filter((_, index) => firsts[index] === undefined)}`)
    assert.deepEqual([...firsts].sort(), firsts)
    const streams = post.timeline.filter(({ type }) => type === 'StreamPaid')
    assert.deepEqual(streams.map(({ body }) => body.nothing), [true, false, false], 'nobody was in post in September')
    assert.deepEqual(new Set(post.timeline.map(({ service }) => service)),
      new Set(['application', 'assessment', 'funding', 'notification']))
  })

  test('AST_A4__comments_in_time_and_late_are_told_apart', () => {
    const comments = post.timeline.filter(({ type }) => type === 'Ast1Commented').map(({ caseId, body }) => [caseId, body.late])
    assert.deepEqual(comments, [[cast.form, false], [cast.secondForm, true]])
  })

  test('GEN_3__every_deadline_carries_its_rule_its_day_and_its_arithmetic', () => {
    const of = (caseId, rule, item = '') => post.deadlines.find((one) =>
      one.caseId === caseId && one.rule === rule && (one.item ?? '') === item)
    const D = AST_DAYS
    const expected = [
      [cast.post, 'AST-P6', 'confirm', addWorkingDays(D.begins, 10), 'met'],
      [cast.post, 'AST-P6', '', addWorkingDays(D.begins, 10), 'met'],
      [cast.form, 'AST-A4', '', addWorkingDays(D.submitted, 20), 'met'],
      [cast.secondForm, 'AST-A4', '', addWorkingDays(D.submitted, 20), 'met_late'],
      [cast.assessment, 'AST-S1', '', addDays(D.received, 42), 'met'],
      [cast.assessment, 'AST-S6', 'decision-letter', addWorkingDays(D.assessed, 3), 'met'],
      [cast.assessment, 'AST-S6', 'feedback', addWorkingDays(D.assessed, 15), 'met'],
      [cast.secondAssessment, 'AST-S1', '', addDays(D.secondReceived, 42), 'met'],
      [cast.secondAssessment, 'AST-S6', 'decision-letter', addWorkingDays(D.secondAssessed, 3), 'met'],
      [cast.secondAssessment, 'AST-S6', 'feedback', addWorkingDays(D.secondAssessed, 15), 'met'],
      /* Nobody asked for a review: both limits for it have lapsed (AST-R2). */
      [cast.secondAssessment, 'AST-R2', 'review-from-assessment', addDays(D.secondAssessed, 40), 'cancelled'],
      [cast.secondAssessment, 'AST-R2', 'review-request', addWorkingDays(D.secondDecided, 40), 'cancelled'],
      [cast.post, 'AST-T1', '', addDays(D.appointed, 14), 'met'],
    ]
    for (const [caseId, rule, item, dueOn, standing] of expected) {
      const found = of(caseId, rule, item)
      assert.deepEqual([found?.dueOn, found?.standing], [dueOn, standing], `${rule} ${item}`)
      assert.match(found.arithmetic, /\d/, 'the arithmetic')
      assert.ok(found.title.length > 0)
    }
    const sentence = (count, from, to, weekends) => `${count} working days after ${from} (that day not counted) end on ${to}; ${weekends} weekend days were passed over`
    const said = [
      [cast.form, 'AST-A4', '', sentence(20, 'Wednesday 5 September 2012', 'Wednesday 3 October 2012', 8)],
      [cast.secondForm, 'AST-A4', '', sentence(20, 'Wednesday 5 September 2012', 'Wednesday 3 October 2012', 8)],
      [cast.assessment, 'AST-S6', 'decision-letter', sentence(3, 'Wednesday 24 October 2012', 'Monday 29 October 2012', 2)],
      [cast.assessment, 'AST-S6', 'feedback', sentence(15, 'Wednesday 24 October 2012', 'Wednesday 14 November 2012', 6)],
      [cast.secondAssessment, 'AST-S6', 'decision-letter', sentence(3, 'Thursday 25 October 2012', 'Tuesday 30 October 2012', 2)],
      [cast.secondAssessment, 'AST-S6', 'feedback', sentence(15, 'Thursday 25 October 2012', 'Thursday 15 November 2012', 6)],
    ]
    assert.deepEqual(said.map(([caseId, rule, item]) => of(caseId, rule, item).arithmetic), said.map((one) => one[3]))
    const years = post.deadlines.filter(({ rule }) => rule === 'AST-T7')
    assert.deepEqual(years.map(({ item, dueOn, standing }) => [item, dueOn, standing]), [['2013', '2013-09-01', 'open']],
      'the next school year begins by itself')
    const chased = post.deadlines.filter(({ rule }) => rule === 'AST-A13')
    assert.equal(chased.length, 9,
      'declaration, sending and receipt of both forms, completion and second receipt of the first, short list of the second')
    assert.ok(chased.every(({ standing }) => standing === 'met'))
    const evidence = post.deadlines.filter(({ rule }) => rule === 'AST-A10').map(({ item, standing }) => `${item.split(':')[0]} ${standing}`)
    assert.deepEqual(evidence.sort(), ['ready cancelled', 'ready cancelled', 'release met', 'release met'],
      'nobody declared the evidence ready, and each index was released on its day')
    assert.equal(post.deadlines.length, expected.length + years.length + chased.length + evidence.length, 'and no other')
  })

  test('AST_S6__reminders_go_to_who_has_to_act_and_to_nobody_once_it_is_done', () => {
    assertSentOnce(post.messages)
    assertNoneOnceDone(post.timeline, post.messages)
    assert.deepEqual(countReminders(post.messages), {
      'AST-A10 ready:1': 8, /* to both candidates, who declare nothing ready before the day */
      'AST-A13 ast1-receipt-2': 1, /* to the caseworkers, before the receipt of the first form, which had come back complete */
      'AST-A4': 3, /* to the head who was late: five working days before, on and after the day */
      'AST-S1': 1, /* to the caseworkers, before the first was booked */
      'AST-S6 decision-letter': 6, /* to assessor and caseworkers: one of the first, two of the second */
      'AST-S6 feedback': 2,
    })
    const late = post.messages.filter(({ template, rule }) => template === 'reminder' && rule === 'AST-A4')
    assert.ok(late.every(({ recipient, sourceCaseId }) => recipient.id === cast.otherHead && sourceCaseId === cast.secondForm))
  })

  test('AST_S6__who_assessed_goes_on_seeing_the_index_of_the_evidence_after_the_decision', async () => {
    const seen = await stack.world.list(cast.as_assessor, `evidence-indexes?rootId=${cast.post}`)
    assert.deepEqual(seen.map(({ state, candidateId }) => [state, candidateId]), [['closed', cast.candidate]], 'the other was seen by another')
  })

  test('AST_A7__the_authority_has_its_copy_and_every_letter_is_delivered', () => {
    const sent = (template, id) => post.messages.some((one) => one.template === template && one.recipient.id === id)
    assert.ok(sent('ast1-to-comment', cast.head))
    assert.ok(sent('ast1-copy-to-la', cast.la))
    assert.ok(sent('decision-met', cast.candidate))
    assert.ok(sent('decision-not-met', cast.second))
    assert.ok(sent('ast2-received', cast.la))
    const all = stack.mails()
    assertDelivered([...post.messages, ...budget.messages], all)
    const letter = all.find(({ to, subject }) => to === cast.mail('coordinator') && /copy|AST1/i.test(subject))
    assert.ok(letter !== undefined && letter.text.length > 100 && letter.html.length > 100)
  })

  test('AST_F9__what_was_paid_is_in_the_ledger_to_the_penny', async () => {
    const sums = astSums(cast.yearlyPence)
    const lines = await stack.world.list(cast.as_finance, `cases/${cast.post}/ledger`, 'lines')
    const paid = lines.filter(({ account }) => account === `la:${cast.la}:2012:paid`).map(({ amount }) => amount.pence)
    assert.deepEqual(paid, [sums.december, sums.march])
    for (const entryId of new Set(lines.map((line) => line.entryId))) {
      const entry = lines.filter((line) => line.entryId === entryId)
      assert.equal(entry.reduce((sum, { amount }) => sum + amount.pence, 0), 0, 'a double entry')
      assert.ok(entry.every(({ rule, narrative }) => rule !== undefined && narrative.length > 0))
    }
  })

  test('AST_F10__the_statement_is_downloaded_and_agrees_to_the_penny', async () => {
    const sums = astSums(cast.yearlyPence)
    const runs = await stack.world.list(cast.as_finance, `stream-runs?rootId=${cast.budget}`)
    const march = runs.find(({ stream }) => stream === 4)
    const statement = await stack.world.see(cast.as_finance, `stream-runs/${march.id}/statement`)
    const [line] = statement.lines
    assert.deepEqual([statement.posts, statement.total.pence, statement.ledger.pence, statement.agrees], [1, sums.march, sums.march, true])
    assert.deepEqual([line.postId, line.total.pence, line.rule], [cast.post, sums.march, 'AST-F9'])
    assert.match(line.edition, /^ast-2013@/)
    const csv = await cast.as_finance.get(`/v1/stream-runs/${march.id}/statement.csv`)
    assert.equal(csv.status, 200)
    assert.match(csv.headers['content-type'], /^text\/csv/)
    const rows = csv.body.split('\r\n')
    assert.match(rows[1], new RegExp(`^line,${cast.post},${cast.school},2012-13,`))
    assert.match(rows[2], new RegExp(`^total,1 posts,.*,${(sums.march / 100).toFixed(2)},.*which agrees`))
    const year = await stack.world.see(cast.as_finance, `reconciliation?laId=${cast.la}&financialYear=2012`)
    assert.deepEqual([year.statements.pence, year.ledger.pence, year.agrees], [sums.whole, sums.whole, true])
  })

  test('AST_T6__the_register_answers_for_whoever_passed_and_for_nobody_else', async () => {
    const ask = (person) => stack.world.see(cast.agency.as_caseworker, `register-entries?personId=${person}`)
    const [entry] = (await ask(cast.candidate)).cases
    assert.deepEqual([entry.number, entry.passedOn.slice(0, 7), entry.schoolId], [cast.registerNumber, '2012-10', cast.school])
    assert.match(entry.edition, /^ast-2013/)
    assert.deepEqual((await ask(cast.second)).cases, [])
    for (const client of [cast.as_second, cast.as_otherHead, cast.as_assessor]) {
      assert.deepEqual((await stack.world.see(client, `register-entries?personId=${cast.candidate}`)).cases, [])
      const asked = await client.get(`/v1/register-entries/${entry.id}`)
      assert.deepEqual([asked.status, asked.body.type], [404, '/problems/not-found'], 'the register is not for everybody (GEN-6)')
    }
  })

  test('GEN_8__an_authority_is_counted_as_at_any_date_as_data_and_as_csv', async () => {
    const counted = async (asAtOn, client = cast.agency.as_caseworker) => {
      const answer = await stack.world.see(client, `statistics?asAtOn=${asAtOn}&laId=${cast.la}&caseKind=ast1&by=la,subject`)
      assert.ok((answer.cases ?? []).every(({ laId, scheme, subject }) => laId === cast.la && scheme === 'ast' && subject !== undefined))
      return Object.fromEntries((answer.cases ?? []).map(({ outcome, cases }) => [outcome, cases]))
    }
    assert.deepEqual(await counted(addDays(AST_DAYS.submitted, -1)), {})
    assert.deepEqual(await counted(AST_DAYS.submitted), { submitted: 2 })
    const end = '2013-03-31'
    assert.deepEqual(await counted(end), { met: 1, not_met: 1 })
    assert.deepEqual(await counted(end, cast.as_finance), { met: 1, not_met: 1 })
    const { deadlines } = await stack.world.see(cast.as_finance, `statistics?asAtOn=${end}`)
    const comments = deadlines.find(({ rule }) => rule === 'AST-A4')
    assert.deepEqual([comments.inTime, comments.late], [1, 1])
    assert.equal((await cast.as_head.get(`/v1/statistics?asAtOn=${end}`)).status, 403)
    const csv = await cast.as_finance.get(`/v1/statistics.csv?asAtOn=${end}&caseKind=ast1`)
    assert.match(csv.headers['content-type'], /^text\/csv/)
    assert.ok(csv.body.includes(`\r\n${end},ast1,met,,ast,,,,,1,`), csv.body)
  })

  /* Everything of the post that is somebody's own, as paths. */
  const ownPaths = async () => {
    const caseworker = cast.agency.as_caseworker
    const mine = async (kind) => (await stack.world.list(caseworker, `${kind}?rootId=${cast.post}`))
      .filter(({ candidateId, personId }) => (candidateId ?? personId) === cast.candidate).map(({ id }) => `${kind}/${id}`)
    const kinds = ['evidence-indexes', 'appointments', 'ast2-forms', 'post-fundings', 'outreach-years']
    return [`people/${cast.candidate}`, `people/${cast.head}`, `ast1-forms/${cast.form}`, `assessments/${cast.assessment}`,
      ...(await Promise.all(kinds.map(mine))).flat(), `ast1-forms/${cast.secondForm}`]
  }
  const statuses = async (client, paths) => Object.fromEntries(await Promise.all(paths.map(async (path) =>
    [path, (await client.get(`/v1/${path}`, { retry: true })).status])))

  test('GEN_6__a_colleague_at_the_same_school_sees_nothing_of_another', async () => {
    const { world } = stack
    const paths = await ownPaths()
    assert.ok(paths.length > 9, String(paths))
    const id = await world.create(world.admin, 'people', { name: 'Cole Colleague', email: cast.mail('colleague'), positions: [{ role: 'candidate', organisationId: cast.school }] })
    for (const role of ['candidate', 'assessor', 'mentor', 'viva_panel', 'faculty_fellow']) {
      const colleague = await world.as(role, { person: id, organisation: cast.school })
      assert.deepEqual(await statuses(colleague, paths), Object.fromEntries(paths.map((path) => [path, 404])), role)
      for (const kind of ['ast1-forms', 'assessments', 'appointments', 'post-fundings', 'posts']) {
        assert.deepEqual((await world.see(colleague, `${kind}?organisationId=${cast.school}`)).cases ?? [], [], `${role} ${kind}`)
        assert.deepEqual((await world.see(colleague, kind)).cases ?? [], [], `${role} ${kind}`)
      }
      for (const of of ['timeline', 'deadlines', 'messages', 'outlook', 'ledger']) {
        assert.equal((await colleague.get(`/v1/cases/${cast.post}/${of}`)).status, 404, `${role} ${of}`)
      }
      assert.equal((await colleague.get(`/v1/people/${id}`)).status, 200)
    }
  })

  test('GEN_6__the_head_and_the_candidate_see_what_is_theirs', async () => {
    const paths = await ownPaths()
    const mine = (client, hidden) => statuses(client, paths).then((found) => assert.deepEqual(
      Object.keys(found).filter((path) => found[path] !== 200), paths.filter((path) => hidden.some((word) => path.includes(word)))))
    await mine(cast.as_head, ['evidence-indexes'])
    await mine(cast.as_candidate, [`people/${cast.head}`, cast.secondForm])
    const form = await stack.world.see(cast.as_candidate, `ast1-forms/${cast.form}`)
    assert.equal(form.comments.length, 6)
    assert.equal((await stack.world.see(cast.as_head, `people/${cast.candidate}`)).email, cast.mail('candidate'))
  })

  test('GEN_6__an_authoritys_office_sees_what_its_part_needs', async () => {
    const { world } = stack
    const la = (role) => world.as(role, { organisation: cast.la })
    const appointment = (await ownPaths()).find((path) => path.startsWith('appointments'))
    const form = (client) => world.see(client, `ast1-forms/${cast.form}`)
    assert.equal((await form(cast.as_coordinator)).answers.length, 6)
    const signed = await form(cast.as_finance)
    assert.deepEqual([signed.state, signed.fundingDeclared, signed.inPart, signed.answers ?? [], signed.comments ?? []], ['passed', true, true, [], []])
    const told = await world.see(cast.as_coordinator, `assessments/${cast.assessment}`)
    assert.deepEqual([told.met, told.assessmentOn, told.inPart, told.judgements ?? [], told.feedback], [true, AST_DAYS.assessed, true, [], undefined])
    assert.equal((await world.see(cast.as_head, `assessments/${cast.assessment}`)).judgements.length, 6)
    const placed = await world.see(await la('outreach_adviser'), appointment)
    assert.deepEqual([placed.personId, placed.point ?? 0, placed.salary], [cast.candidate, 0, undefined])
    const adviser = await statuses(await la('outreach_adviser'), [`ast1-forms/${cast.form}`, `assessments/${cast.assessment}`, `budgets/${cast.budget}`])
    assert.deepEqual(Object.values(adviser), [404, 404, 404])
    const { entries } = await world.see(cast.as_finance, `cases/${cast.post}/timeline?limit=500`)
    const types = new Set(entries.map(({ type }) => type))
    assert.ok(types.has('PaymentStarted') && !types.has('AssessmentJudged') && !types.has('Ast1Commented'), [...types].join(' '))
    const receiving = await world.as('receiving_head', { organisation: cast.school })
    assert.equal((await receiving.get(`/v1/ast1-forms/${cast.form}`)).status, 404)
  })

  test('GEN_4__logs_cases_and_ledger_are_whole', async () => {
    const proof = JSON.parse(await stack.stack.attain('verify'))
    assert.equal(proof.faults, 0)
    assert.ok(proof.events > 500)
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
