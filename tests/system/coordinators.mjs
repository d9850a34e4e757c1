/**
 * An authority with a coordinator for each phase, by its policy, over a whole stack: what is about a secondary school
 * reaches the one who is named for it, though the other holds the position since later; and nobody who has left.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { AST_DAYS } from '../../deploy/local/story/ast.mjs'
import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { advertised, ast2, form, money, person } from './acts.mjs'

describe('coordinators by phase', () => {
  let stack
  let world
  let cast
  let primary
  let primarySchool

  before(async () => {
    stack = await throwaway('coordinators')
    world = stack.world
    await world.moveTo(`${AST_DAYS.begins}T08:00:00Z`)
    cast = await castAst(world, 907)
    primary = await person(world, 'Paula Primary', 'la_coordinator', cast.la)
    primarySchool = await world.create(world.admin, 'organisations', { kind: 'school', name: 'Brookside Primary', urn: '150907',
      laId: cast.la, phase: 'primary', schoolType: 'maintained', nation: 'england', payArea: 'national' })
    await world.create(cast.as_coordinator, 'la-policies', { laId: cast.la, coordinators: [
      { phase: 'primary', personId: primary.id, name: 'Paula Primary', telephone: '01632 960002' },
      { phase: 'secondary', personId: cast.coordinator, name: 'Lee Coordinator', telephone: '01632 960001' },
    ] })
    await world.create(cast.as_finance, 'budgets', {
      laId: cast.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england', forumConsultedOn: '2012-07-02',
      perPost: money(900_000), total: money(5_000_000), streamOn: AST_DAYS.streams,
    })
  })
  after(() => stack?.end())

  /** Subjects of the mails that `address` got, of those that match. */
  const subjects = (address, pattern = /./) => stack.mails().filter(({ to, subject }) => to === address && pattern.test(subject))
    .map(({ subject }) => subject).sort()

  const ask = async (client, schoolId, subject) => {
    const id = await world.create(client, 'outreach-requests', { schoolId, subject, keyStage: 'key_stage_3', need: 'It is taught too little.' })
    await world.settle()
    return id
  }

  test('AST_P7__what_is_about_a_post_reaches_the_coordinator_of_its_phase', async () => {
    const day = AST_DAYS.begins
    const passed = await person(world, 'Ada Before', 'candidate', cast.school)
    await world.create(cast.agency.as_caseworker, 'earlier-passes',
      { personId: passed.id, passedOn: '2003-06-20', edition: 'ast-2006', oldNumber: 'AST/03/7', reason: 'Letter of the agency.' })
    await world.settle()
    const post = await advertised(world, {
      head: cast.as_head, coordinator: cast.as_coordinator, schoolId: cast.school, title: 'AST of old', recruitment: 'internal',
      fundingSource: 'local_formula', financialYear: 2012, headteacherId: cast.head, subject: 'mathematics', arrangementsSeen: 1,
    })
    const ast1Id = await world.create(passed.as, 'ast1-forms', form(post, cast.school, cast.head, 'internal', { answers: [], arrangementsSeen: 1 }))
    await world.act(cast.as_head, `posts/${post}/appoint`, { ast1Id, appointedOn: day, startsOn: day })
    await world.settle()
    await world.create(cast.as_head, 'ast2-forms', ast2(passed.id, post, cast.school, day, day, { laId: cast.la }))
    await world.settle()
    const [entry] = await world.list(cast.agency.as_caseworker, `register-entries?personId=${passed.id}`)
    assert.deepEqual(subjects(cast.mail('coordinator'), /AST2|register/),
      [`Entered on the national AST register: ${entry.number}`, 'Form AST2 received'].sort())
    assert.deepEqual(subjects(primary.email), [])
  })

  test('AST_P7__a_request_for_outreach_reaches_the_coordinator_of_the_schools_phase', async () => {
    const asPrimary = await world.as('headteacher', { person: cast.otherHead, organisation: primarySchool })
    await ask(cast.as_otherHead, cast.otherSchool, 'Algebra')
    await ask(asPrimary, primarySchool, 'Counting')
    assert.deepEqual(subjects(cast.mail('coordinator'), /outreach/), ['A school asks for outreach in Algebra'])
    assert.deepEqual(subjects(primary.email), ['A school asks for outreach in Counting'])
  })

  test('AST_P7__a_coordinator_who_has_left_is_not_written_to', async () => {
    const before = subjects(cast.mail('coordinator'))
    await world.act(cast.agency.as_caseworker, `people/${cast.coordinator}/end-position`,
      { role: 'la_coordinator', organisationId: cast.la, reason: 'Has left the authority.' })
    await ask(cast.as_otherHead, cast.otherSchool, 'Geometry')
    assert.deepEqual(subjects(cast.mail('coordinator')), before)
    assert.deepEqual(subjects(primary.email), ['A school asks for outreach in Counting', 'A school asks for outreach in Geometry'])
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
