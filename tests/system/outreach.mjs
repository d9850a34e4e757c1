/**
 * An Advanced Skills Teacher at work, through HTTP on a real stack: pay range, criteria of the year, time for
 * outreach, a request from need to evaluation, the ranking and the share, and the leaving. Rules on the way: AST-P10, T3,
 * T4, T6, T7, AST-O1 to O8.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { astStory } from '../../deploy/local/story/ast.mjs'
import { play } from '../../deploy/local/story/play.mjs'
import { throwaway } from '../support/throwaway.mjs'

describe('a teacher in post', () => {
  let stack
  let world
  let cast
  let appointment
  let year
  let governors

  before(async () => {
    stack = await throwaway('outreach')
    world = stack.world
    const story = astStory(world, 7)
    await play(world, [story])
    await world.settle()
    cast = story.cast
    governors = await world.as('governing_body', { person: cast.head, organisation: cast.school });
    [appointment] = await world.list(cast.as_head, `appointments?rootId=${cast.post}`);
    [year] = await world.list(cast.as_head, `outreach-years?rootId=${cast.post}`)
  })
  after(() => stack?.end())

  const at = (path) => `appointments/${appointment.id}/${path}`
  const ofYear = (path) => `outreach-years/${year.id}/${path}`

  test('AST_T3__form_ast2_has_opened_the_appointment_and_its_year', () => {
    assert.deepEqual([appointment.state, appointment.point, appointment.personId], ['opened', 3, cast.candidate])
    assert.deepEqual([year.state, year.year, year.director], ['begun', 2012, 'by_la'])
  })

  test('AST_T3__the_governing_body_sets_a_range_of_five_points', async () => {
    const range = {
      firstPoint: 3, lastPoint: 7, fromOn: '2012-11-12',
      factors: [{ factor: 'scale_of_challenges', finding: 'Four schools to help.' }],
    }
    await world.refused(governors, at('pay-range'), { ...range, lastPoint: 8 }, 'AST-T3', 'not-a-range')
    await world.act(governors, at('pay-range'), range)
    await world.refused(governors, at('incentives'),
      { kind: 'sen_allowance', amount: { pence: 100_000 }, fromOn: '2013-01-01', reason: 'Asked for.' }, 'AST-T4', 'no-allowance')
    const seen = await world.see(cast.as_candidate, `appointments/${appointment.id}`)
    assert.deepEqual([seen.state, seen.missing], ['in_post', 'The pay of point 3 (national) in 2012-13 is not loaded.'])
  })

  test('AST_T7__criteria_and_objective_are_agreed', async () => {
    await world.act(cast.as_coordinator, at('outreach-objective'), { year: 2012, objective: 'Two departments plan together.' })
    await world.act(cast.as_head, at('propose-year'),
      { year: 2012, lineManagerId: cast.head, criteria: 'Results of year 9 rise.', outreachObjective: 'Two departments plan together.' })
    await world.act(cast.as_candidate, at('agree-year'), { year: 2012 })
  })

  test('AST_O4__a_request_goes_from_the_need_to_the_review', async () => {
    const time = { pattern: 'one_day_a_week', contractedHalfDays: 10, halfDays: 2, weeks: 1, cover: 'same_teacher' }
    await world.refused(cast.as_head, ofYear('propose-time'), { ...time, halfDays: 1 }, 'AST-O1', 'below-share')
    await world.act(cast.as_head, ofYear('propose-time'), time)
    await world.act(cast.as_candidate, ofYear('agree-time'))
    await world.act(cast.as_candidate, at('offer-outreach'), { subjects: ['mathematics'], keyStages: ['key_stage_3'], strengths: ['proof'] })

    const request = await world.create(cast.as_otherHead, 'outreach-requests', {
      schoolId: cast.otherSchool, subject: 'Mathematics', keyStage: 'key_stage_3', strengths: ['proof'], need: 'Proof is taught too little.',
    })
    const of = (path) => `outreach-requests/${request}/${path}`
    await world.act(cast.as_coordinator, of('filter'), { apt: true, reason: 'Teachers want to see it done.' })
    const { fits } = await world.see(cast.as_coordinator, of('ranking'))
    assert.deepEqual(fits.map((fit) => [fit.appointmentId, fit.score, fit.subject, fit.keyStage, fit.strengths]), [[appointment.id, 9, 4, 3, 2]])
    assert.deepEqual((await world.see(cast.as_otherHead, of('ranking'))).fits ?? [], [], 'a school is shown no other school\'s teachers')
    await world.act(cast.as_coordinator, of('direct'), { appointmentId: appointment.id })
    await world.act(cast.as_candidate, of('answer'), { agrees: true })
    await world.act(cast.as_otherHead, of('sign'), { objectives: 'A proof a week.', conditions: 'The class teacher stays in the room.' })

    const session = { heldOn: '2013-01-11', halfDays: 2, duty: 'methods_and_model_lessons', requestId: request }
    await world.refused(cast.as_candidate, ofYear('sessions'), { ...session, duty: 'cover_teaching' }, 'AST-O5', 'cover-teaching')
    await world.act(cast.as_candidate, ofYear('sessions'), session)
    const sessions = (count) => world.until(cast.as_candidate, `outreach-requests/${request}`, `sessions: ${count}`,
      (one) => one.sessions === count)
    await sessions(1)
    await world.act(cast.as_candidate, ofYear('sessions'), { ...session, heldOn: '2013-01-10' })
    await sessions(2)
    const mistaken = { heldOn: '2013-01-10', duty: session.duty, requestId: request, reason: 'It was put off to the Friday.' }
    await world.refused(cast.as_candidate, ofYear('strike-session'), { ...mistaken, heldOn: '2013-01-09' }, 'AST-O7', 'wrong-field')
    await world.act(cast.as_candidate, ofYear('strike-session'), mistaken)
    await sessions(1)
    await world.act(cast.as_candidate, ofYear('inreach'), { heldOn: '2013-01-18', halfDays: 1, duty: 'new_teachers' })
    await world.act(cast.as_candidate, of('finish'))
    await world.act(cast.as_otherHead, of('evaluate'), { result: 'objectives_met', evaluation: 'Pupils ask for more.' })
    const reviewed = await world.until(cast.as_head, `appointments/${appointment.id}`, 'the evaluation is there',
      (one) => one.years[0].feedback?.length === 1)
    assert.deepEqual([reviewed.years[0].feedback[0].requestId, reviewed.years[0].feedback[0].result], [request, 'objectives_met'])
  })

  test('AST_O6__a_school_that_directs_its_own_sees_what_else_runs', async () => {
    const overview = (client, la = cast.la, of = 2012) => client.get(`/v1/outreach-overview?laId=${la}&year=${of}`)
    for (const client of [cast.as_otherHead, cast.as_head, cast.as_coordinator, cast.agency.as_caseworker]) {
      const { status, body } = await overview(client)
      assert.equal(status, 200, JSON.stringify(body))
      assert.deepEqual(body.work.map(({ requestId, ...shown }) => shown), [{
        schoolId: cast.otherSchool, subject: 'Mathematics', keyStage: 'key_stage_3', state: 'evaluated', halfDays: 2,
      }])
    }
    const third = await world.create(world.admin, 'organisations', { kind: 'school', name: 'Third School', urn: '150001',
      laId: cast.la, phase: 'secondary', schoolType: 'maintained', nation: 'england', payArea: 'national' })
    const elsewhere = await world.create(world.admin, 'organisations', { kind: 'la', name: 'Eastshire', nation: 'england' })
    const asThird = await world.as('headteacher', { person: cast.otherHead, organisation: third })
    assert.equal((await overview(asThird)).body.work.length, 1, 'a school that is no party to it')
    assert.equal((await asThird.get('/v1/outreach-requests')).body.cases?.length ?? 0, 0, 'the request itself is not its own')
    assert.deepEqual((await overview(asThird, cast.la, 2013)).body.work ?? [], [], 'nothing ran in the year after')
    assert.equal((await overview(asThird, elsewhere)).status, 404)
    const abroad = await world.as('la_coordinator', { person: cast.coordinator, organisation: elsewhere })
    assert.equal((await overview(abroad)).status, 404)
    assert.equal((await overview(cast.as_candidate)).status, 403)
  })

  test('AST_O7__the_share_is_told_once_the_term_dates_are_set', async () => {
    const shares = () => world.see(cast.as_coordinator, `outreach-shares?ofId=${cast.la}&year=2012`)
    assert.match((await shares()).teachers[0].missing, /term dates of 2012-13/)
    const policy = await world.create(cast.as_coordinator, 'la-policies', { laId: cast.la })
    await world.act(cast.as_coordinator, `la-policies/${policy}/term-dates`, { firstYear: 2012, terms: [
      { season: 'autumn', beginsOn: '2012-09-05', endsOn: '2012-12-21' },
      { season: 'spring', beginsOn: '2013-01-07', endsOn: '2013-03-28' },
      { season: 'summer', beginsOn: '2013-04-15', endsOn: '2013-07-24' },
    ] })
    const { teachers, schools, total } = await shares()
    const [autumn, spring] = teachers[0].terms
    /* 12 November to 21 December are 30 days, 7 January to 28 March 59. */
    assert.deepEqual([autumn.contractedHalfDays, spring.contractedHalfDays], [60, 118])
    assert.deepEqual([spring.halfDays, spring.inreachHalfDays, spring.sharePermille], [2, 1, 16])
    assert.deepEqual([schools[0].schoolId, schools[0].year], [cast.school, teachers[0].year])
    assert.deepEqual(total.year, teachers[0].year)
    const own = await world.see(cast.as_otherHead, `outreach-shares?ofId=${cast.la}&year=2012`)
    assert.deepEqual(own.teachers ?? [], [], 'a school sees its own alone')
  })

  test('AST_O7__a_contract_that_changes_in_mid_year_leaves_the_terms_before_as_they_were', async () => {
    const half = { pattern: 'varying_days', contractedHalfDays: 5, halfDays: 1, weeks: 1, cover: 'same_teacher', fromOn: '2013-01-07' }
    await world.refused(cast.as_head, ofYear('propose-time'), { ...half, fromOn: '2013-09-02' }, 'AST-O3', 'wrong-field')
    await world.act(cast.as_head, ofYear('propose-time'), half)
    await world.act(cast.as_candidate, ofYear('agree-time'))
    const { agreed } = await world.see(cast.as_head, `outreach-years/${year.id}`)
    assert.deepEqual(agreed.map(({ fromOn, time }) => [fromOn, time.contractedHalfDays]), [['2012-11-12', 10], ['2013-01-07', 5]])
    const { teachers } = await world.see(cast.as_coordinator, `outreach-shares?ofId=${cast.la}&year=2012`)
    assert.deepEqual(teachers[0].terms.slice(0, 2).map((term) => term.contractedHalfDays), [60, 59])
  })

  test('AST_O4__a_request_is_passed_on_to_another_authority', async () => {
    const west = await world.create(world.admin, 'organisations', { kind: 'la', name: 'Westshire', nation: 'england' })
    const asWest = await world.as('la_coordinator', { person: cast.coordinator, organisation: west })
    const request = await world.create(cast.as_otherHead, 'outreach-requests', {
      schoolId: cast.otherSchool, subject: 'Latin', keyStage: 'key_stage_4', need: 'Nobody here has taught it for long.',
    })
    const of = (path) => `outreach-requests/${request}/${path}`
    const pass = { laId: west, reason: 'No teacher of ours has Latin.' }
    await world.refused(cast.as_coordinator, of('pass-on'), pass, 'AST-O4', 'not-filtered')
    await world.act(cast.as_coordinator, of('filter'), { apt: true, reason: 'The department asks to see it done.' })
    assert.equal((await asWest.get(`/v1/outreach-requests/${request}`)).status, 404)
    await world.act(cast.as_coordinator, of('pass-on'), pass)
    assert.deepEqual((await world.see(asWest, `outreach-requests/${request}`)).passedToLaIds, [west])
    assert.deepEqual((await world.see(asWest, of('ranking'))).fits ?? [], [], 'of its own teachers, and it has none')
    assert.equal((await world.see(cast.as_coordinator, of('ranking'))).fits.length, 1)
    assert.equal((await asWest.post(`/v1/${of('direct')}`, { appointmentId: appointment.id })).status, 404, 'a teacher of another authority')
  })

  test('AST_P10_AST_T6__a_leaving_recorded_ahead_takes_effect_after_its_day', async () => {
    const [last, next] = ['2013-07-24', '2013-07-25']
    const stands = async (wanted) => {
      const one = (path, state) => world.until(cast.agency.as_caseworker, path, `it is ${state}`, (it) => it.state === state,
        (body) => body.cases?.[0] ?? body)
      assert.equal((await one(`appointments/${appointment.id}`, wanted.appointment)).leftOn, last)
      assert.equal((await one(`register-entries?personId=${cast.candidate}`, wanted.entry)).leftOn, last)
      await one(`outreach-years/${year.id}`, wanted.outreach)
    }
    await world.refused(cast.as_head, `posts/${cast.post}/vacate`, { leftOn: '2012-11-10', reason: 'Moves.' }, 'AST-P10', 'wrong-field')
    await world.act(cast.as_head, `posts/${cast.post}/vacate`, { leftOn: last, reason: 'Moves to another county.' })
    await world.settle()
    await stands({ appointment: 'in_post', entry: 'in_post', outreach: 'agreed' })
    await world.moveTo(`${last}T12:00:00Z`)
    await stands({ appointment: 'in_post', entry: 'in_post', outreach: 'agreed' })
    await world.moveTo(`${next}T09:00:00Z`)
    await stands({ appointment: 'left', entry: 'left', outreach: 'ended' })
    const session = (heldOn) => [cast.as_candidate, ofYear('sessions'),
      { heldOn, halfDays: 1, duty: 'new_teachers', project: 'Across two authorities' }]
    await world.refused(...session(next), 'AST-O7', 'no-time')
    await world.act(...session(last))
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
