/**
 * What the rules refuse, as a client sees it: problem details that name the rule, say why and what to do
 * next. The refusals on the way of both main lines, and others that their steps do not meet.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { castAts } from '../../deploy/local/story/ats_cast.mjs'
import { AST_DAYS, astStory, described } from '../../deploy/local/story/ast.mjs'
import { ATS_DAYS, atsStory } from '../../deploy/local/story/ats.mjs'
import { play } from '../../deploy/local/story/play.mjs'
import { throwaway } from '../support/throwaway.mjs'

/** Problem details that a person can act on. */
const assertProblem = (answer, rule, code) => {
  assert.equal(answer.status, 422, JSON.stringify(answer.body))
  assert.match(answer.headers['content-type'], /^application\/problem\+json/)
  const { type, title, status, detail, next } = answer.body
  assert.deepEqual([answer.body.rule, type, status], [rule, `/problems/${code}`, 422])
  assert.ok(title.length > 0 && detail.length > 20 && next.length > 0, JSON.stringify(answer.body))
}

describe('what the rules refuse', () => {
  let stack
  let world
  let cast
  const met = new Set()

  before(async () => {
    stack = await throwaway('refusals')
    world = stack.world
    const refused = world.refused.bind(world)
    world.refused = async (client, path, body, rule, code) => {
      const problem = await refused(client, path, body, rule, code)
      assert.ok(problem.detail.length > 20 && problem.next.length > 0, JSON.stringify(problem))
      met.add(`${problem.rule} ${problem.type.split('/').pop()}`)
      return problem
    }
    await world.moveTo(`${AST_DAYS.begins}T08:00:00Z`)
    cast = await castAst(world, 900)
  })
  after(() => stack?.end())

  const draft = (more = {}) => world.create(cast.as_head, 'posts', {
    schoolId: cast.school, title: 'AST for science', reason: 'staffing_structure', recruitment: 'internal',
    fundingSource: 'local_formula', financialYear: 2012, headteacherId: cast.head, subject: 'science', ...described(cast.head), ...more,
  })
  const budget = (total) => world.create(cast.as_finance, 'budgets', {
    laId: cast.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england', forumConsultedOn: '2012-07-02',
    perPost: { pence: 900_000, currency: 'GBP' }, total: { pence: total, currency: 'GBP' }, streamOn: AST_DAYS.streams,
  })

  test('AST_F8__a_post_whose_source_is_exhausted_is_not_agreed', async () => {
    await budget(1_000_000)
    const [first, second] = [await draft(), await draft({ title: 'AST for physics' })]
    for (const post of [first, second]) {
      await world.act(cast.as_coordinator, `posts/${post}/confirm-funding`, { outreachAgreed: true })
      await world.until(cast.as_head, `posts/${post}`, 'an answer on the money', ({ state }) => state !== 'awaiting_funding')
    }
    assert.equal((await world.see(cast.as_head, `posts/${first}`)).state, 'funded')
    const refused = await world.see(cast.as_head, `posts/${second}`)
    assert.equal(refused.state, 'drafted')
    assert.match(refused.fundingProblem, /exhausted/)
    assertProblem(await cast.as_head.post(`/v1/posts/${second}/agree`), 'AST-F8', 'funding-refused')
  })

  test('AST_P6__a_post_is_not_agreed_before_both_sides_agreed_the_outreach', async () => {
    const { cases } = await world.see(cast.as_head, 'posts?state=funded')
    assertProblem(await cast.as_head.post(`/v1/posts/${cases[0].id}/agree`), 'AST-P6', 'outreach-not-agreed')
  })

  test('AST_P5__a_source_that_the_year_does_not_allow_is_named_with_the_field', async () => {
    const answer = await cast.as_head.post('/v1/posts', {
      schoolId: cast.school, title: 'AST', reason: 'staffing_structure', recruitment: 'internal', fundingSource: 'standards_fund',
      financialYear: 2012, headteacherId: cast.head,
    })
    assertProblem(answer, 'AST-P5', 'source-not-allowed')
    assert.equal(answer.body.errors[0].field, 'fundingSource')
  })

  test('AST_P8__an_academy_takes_no_grant_of_the_authority', async () => {
    const academy = await world.create(world.admin, 'organisations', {
      kind: 'school', name: 'Academy', urn: '199999', laId: cast.la, phase: 'secondary', schoolType: 'academy', nation: 'england', payArea: 'national',
    })
    const head = await world.create(world.admin, 'people',
      { name: 'Ada Academy', email: 'ada@ast.example', positions: [{ role: 'headteacher', organisationId: academy }] })
    const client = await world.as('headteacher', { person: head, organisation: academy })
    assertProblem(await client.post('/v1/posts', {
      schoolId: academy, title: 'AST', reason: 'staffing_structure', recruitment: 'internal', fundingSource: 'local_formula',
      financialYear: 2012, headteacherId: head,
    }), 'AST-P8', 'no-grant-for-academy')
  })

  test('AST_A1__no_form_for_a_post_that_is_not_agreed', async () => {
    const answer = await cast.as_candidate.post('/v1/ast1-forms', {
      postId: await draft({ title: 'AST for music' }), route: 'internal', schoolId: cast.school, headteacherId: cast.head,
      hasQts: true, staysInClassroom: true, takesOnOutreach: true, answers: [{ standard: '1', text: 'x' }],
    })
    assertProblem(answer, 'AST-A1', 'post-not-agreed')
  })

  test('GEN_5__a_person_and_a_school_exist_once', async () => {
    assertProblem(await world.admin.post('/v1/people', { name: 'Helen Twice', email: cast.mail('head').toUpperCase() }),
      'GEN-5', 'registered-already')
    assertProblem(await world.admin.post('/v1/organisations', { kind: 'school', name: 'Again', urn: '101800', laId: cast.la,
      phase: 'secondary', schoolType: 'maintained', nation: 'england', payArea: 'national' }), 'GEN-5', 'registered-already')
  })

  test('GEN_6__a_caseworker_cannot_make_anybody_an_administrator', async () => {
    assertProblem(await cast.agency.as_caseworker.post(`/v1/people/${cast.candidate}/positions`, { role: 'administrator' }),
      'GEN-6', 'administrator-only')
  })

  test('GEN_6__a_role_that_may_not_do_it_is_told_so', async () => {
    const post = await draft({ title: 'AST for art' })
    const answer = await cast.as_head.post(`/v1/posts/${post}/confirm-funding`, { outreachAgreed: true })
    assert.deepEqual([answer.status, answer.body.type], [403, '/problems/forbidden'])
    const auditor = await world.as('auditor')
    assert.equal((await auditor.get(`/v1/posts/${post}`)).status, 200)
    assert.equal((await auditor.post(`/v1/posts/${post}/close`, { reason: 'I may not.' })).status, 403)
  })

  test('AST_P6__a_refusal_stands_under_its_key_and_a_new_key_is_judged_anew', async () => {
    const post = await draft({ title: 'AST for drama', fundingSource: 'local_formula' })
    const first = await cast.as_head.post(`/v1/posts/${post}/agree`, {}, { key: 'agree-drama' })
    assertProblem(first, 'AST-P6', 'funding-not-confirmed')
    await world.act(cast.as_head, `posts/${post}/close`, { reason: 'Not needed.' })
    const again = await cast.as_head.post(`/v1/posts/${post}/agree`, {}, { key: 'agree-drama' })
    assert.deepEqual([again.status, again.body], [first.status, first.body])
    const anew = await cast.as_head.post(`/v1/posts/${post}/agree`)
    assert.equal(anew.status, 422)
    assert.notEqual(anew.body.type, first.body.type)
  })

  test('AST_A7_AST_S2_AST_T1__the_main_line_meets_its_refusals', async () => {
    const story = astStory(world, 901)
    await play(world, [story])
    for (const expected of ['AST-P6 funding-not-confirmed', 'AST-A2 wrong-field', 'AST-A3 wrong-field', 'AST-A4 not-commented',
      'AST-A7 no-declaration', 'AST-A12 wrong-field', 'AST-S1 reason-needed', 'AST-S2 not-independent', 'AST-S2 not-free',
      'AST-S2 clash', 'AST-S3 reason-needed', 'AST-S5 wrong-field', 'AST-S6 too-long', 'AST-S6 wrong-field', 'AST-T1 not-passed']) {
      assert.ok(met.has(expected), expected)
    }
    const again = await story.cast.as_head.post('/v1/ast2-forms', {
      personId: story.cast.candidate, postId: story.cast.post, schoolId: story.cast.school, laId: story.cast.la,
      appointedOn: AST_DAYS.appointed, startsOn: AST_DAYS.starts, spinePoint: 3,
    })
    assertProblem(again, 'AST-T1', 'sent-already')
    assertProblem(await story.cast.as_head.post(`/v1/posts/${story.cast.post}/appoint`,
      { ast1Id: story.cast.form, appointedOn: AST_DAYS.appointed, startsOn: AST_DAYS.starts }), 'AST-P10', 'filled-already')
    assertProblem(await story.cast.as_candidate.post(`/v1/ast1-forms/${story.cast.form}/withdraw`, { reason: 'Too late.' }),
      'AST-A13', 'decided')
  })

  test('ATS_A2__an_application_that_leaves_a_criterion_unanswered_is_refused_and_one_not_met_is_not_accepted', async () => {
    await world.moveTo(`${ATS_DAYS.begins}T08:00:00Z`)
    const ats = await castAts(world, 903)
    const form = (criteria) => ({ cohort: 2022, employerId: ats.college, declaresSuitability: true, criteria })
    const answered = ['set-member', 'teacher-education', 'advanced-level', 'testimonies', 'teaching-hours', 'maths-english-level-3']
      .map((criterion) => ({ criterion, met: criterion !== 'teaching-hours', evidence: 'A letter.' }))
    assertProblem(await ats.as_participant.post('/v1/ats-applications', form(answered.slice(1))), 'ATS-A2', 'wrong-field')
    const application = await world.create(ats.as_participant, 'ats-applications', form(answered))
    assertProblem(await ats.agency.as_caseworker.post(`/v1/ats-applications/${application}/accept`), 'ATS-A2', 'criterion-not-met')
    await world.act(ats.agency.as_caseworker, `ats-applications/${application}/reject`, { criterion: 'teaching-hours', reason: 'Too few hours.' })
  })

  test('ATS_A1_ATS_P10_ATS_R3__the_year_meets_its_refusals', async () => {
    const story = atsStory(world, 902)
    await play(world, [story])
    for (const expected of ['ATS-A1 outside-window', 'ATS-P3 not-agreed', 'ATS-P4 full', 'ATS-P4 has-started', 'ATS-P7 wrong-field',
      'ATS-P10 incomplete', 'ATS-R1 wrong-field', 'ATS-R3 viva-not-passed']) {
      assert.ok(met.has(expected), expected)
    }
    const { cast: ats } = story
    assertProblem(await ats.agency.as_officer.post(`/v1/fee-plans/${ats.plan}/payments`,
      { ordinal: 1, amount: { pence: 17_500, currency: 'GBP' }, paidOn: ATS_DAYS.awarded, reference: 'twice' }), 'ATS-A7', 'paid-already')
    assertProblem(await ats.agency.as_caseworker.post(`/v1/enrolments/${ats.enrolment}/award`), 'ATS-R4', 'awarded-already')
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
