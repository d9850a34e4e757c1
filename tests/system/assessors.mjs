/**
 * Who assesses and who is assessed, as a client sees it over a whole stack: an assessor of whom an interest comes to be
 * known after the booking, and a candidate for two posts who passes for the first.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { inWords } from '../../deploy/local/story/dates.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { advertised, assessor, booked, entered, form, judged, received, texts } from './acts.mjs'
import { evidence } from './evidence.mjs'

const D = { begins: '2012-09-03', received: '2012-09-06', first: '2012-09-12', again: '2012-09-14', second: '2012-09-20' }

describe('who assesses, and who is assessed no more', () => {
  let stack
  let world
  let cast
  let agency
  let ann
  let stan
  const post = {}
  const ast1 = {}
  const assessment = {}

  /** The candidate's form for a post that the school pays for is with the agency, complete. */
  const applied = async (name) => {
    post[name] = await advertised(world, {
      head: cast.as_head, schoolId: cast.school, title: `AST for ${name}`, recruitment: 'internal', fundingSource: 'school_funded',
      financialYear: 2012, headteacherId: cast.head, subject: name,
    })
    ast1[name] = await world.create(cast.as_candidate, 'ast1-forms', form(post[name], cast.school, cast.head, 'internal'))
    await world.act(cast.as_head, `ast1-forms/${ast1[name]}/comment`, { comments: texts('The head'), careerStageConfirmed: true })
    await world.act(cast.as_head, `ast1-forms/${ast1[name]}/declare-funding`, { declares: true })
    await world.act(cast.as_head, `ast1-forms/${ast1[name]}/forward`, { channel: 'online', coveringLetter: 'The job in outline.' })
  }
  const mailed = async (to, subject) => {
    await world.settle()
    return stack.mails().filter((mail) => mail.to === to && subject.test(mail.subject))
  }

  before(async () => {
    stack = await throwaway('assessors')
    world = stack.world
    await world.moveTo(`${D.begins}T08:00:00Z`)
    cast = await castAst(world, 917)
    agency = cast.agency
    ann = { case: await assessor(world, agency, cast.assessor), as: cast.as_assessor }
    stan = { case: await assessor(world, agency, cast.stranger), as: cast.as_stranger }
    await applied('science')
    await applied('physics')
    await world.moveTo(`${D.received}T09:00:00Z`)
    for (const name of ['science', 'physics']) {
      assessment[name] = await received(world, agency, post[name], ast1[name], D.received)
    }
    await booked(world, agency, assessment.science, ann, D.first, D.received)
    await booked(world, agency, assessment.physics, stan, D.second, D.received)
  })
  after(() => stack?.end())

  test('AST_S2__an_interest_declared_after_the_booking_is_told_to_the_agency', async () => {
    await world.act(ann.as, `assessors/${ann.case}/interests`, { interestIds: [cast.school] })
    await world.until(agency.as_caseworker, `assessments/${assessment.science}`, 'the assessment shows it',
      (one) => one.notIndependentOf === "the candidate's school")
    await world.settle()
    const told = async (name) => (await evidence(world, post[name])).messages.filter(({ template }) => template === 'assessor-not-independent')
    assert.deepEqual((await told('science')).map(({ state, recipient }) => [state, recipient.role]), [['sent', 'caseworker']])
    assert.deepEqual(await told('physics'), [], 'nothing of an assessment by somebody else')
  })

  test('AST_S2__whoever_is_not_independent_judges_nothing_until_another_is_booked', async () => {
    await world.moveTo(`${D.first}T15:00:00Z`)
    const verdict = { judgements: [{ standard: '1', met: true, evidence: 'Seen.' }], lessonsExcellent: [true, true] }
    const problem = await world.refused(ann.as, `assessments/${assessment.science}/judge`, verdict, 'AST-S2', 'not-independent')
    assert.match(problem.next, /release the day and to book another assessor/)
    await world.act(agency.as_caseworker, `assessments/${assessment.science}/release`, { reason: 'The assessor has an interest in the school.' })
    await world.refused(agency.as_caseworker, `assessments/${assessment.science}/book`, { assessorId: ann.case, assessmentOn: D.again }, 'AST-S2', 'not-independent')
    await booked(world, agency, assessment.science, stan, D.again, D.first)
    assert.equal((await world.see(agency.as_caseworker, `assessments/${assessment.science}`)).notIndependentOf, undefined)
  })

  test('AST_A9__a_pass_for_one_post_ends_the_assessment_for_the_other', async () => {
    await world.moveTo(`${D.again}T15:00:00Z`)
    await judged(world, assessment.science, stan)
    await world.act(stan.as, `assessments/${assessment.science}/decision`, { letter: 'You meet every standard.' })
    const entry = await entered(world, agency, cast.candidate, 'passed')
    await world.until(agency.as_caseworker, `assessments/${assessment.physics}`, 'the other is over', ({ state }) => state === 'cancelled')
    const seen = await world.until(cast.as_candidate, `ast1-forms/${ast1.physics}`, 'the other form is recognised', ({ state }) => state === 'recognised')
    assert.equal(seen.registerNumber, entry.number)
    for (const [who, subject] of [['stranger', /^Not needed: AST assessment/], ['head', /^Not needed: AST assessment/], ['candidate', /recognised without another assessment/]]) {
      const mails = await mailed(cast.mail(who), subject)
      assert.equal(mails.length, 1, who)
      assert.ok(mails[0].text.includes(entry.number), mails[0].text)
    }
    assert.ok((await mailed(cast.mail('stranger'), /^Not needed/))[0].subject.includes(inWords(D.second)))
  })

  test('AST_A9__it_is_neither_planned_nor_booked_and_its_day_is_free', async () => {
    const { lines = [] } = await world.see(agency.as_caseworker, 'allocation-plan')
    assert.ok(lines.every((line) => line.assessmentId !== assessment.physics))
    const book = { assessorId: stan.case, assessmentOn: D.second }
    await world.refused(agency.as_caseworker, `assessments/${assessment.physics}/book`, book, 'AST-A13', 'cancelled')
    const { assessors } = await world.see(agency.as_caseworker, `assessments/${assessment.science}/ranking`)
    const { daysTaken = 0 } = assessors.find(({ assessorId }) => assessorId === stan.case)
    assert.equal(daysTaken, 1, 'the day of the one that was judged')
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 50)
  })
})
