/**
 * Who is who, through HTTP on a real stack: organisations and people found by number and by name, a school's
 * head, names beside the ids of a case, and the register's answers to those who may ask, each search logged.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { astStory } from '../../deploy/local/story/ast.mjs'
import { play } from '../../deploy/local/story/play.mjs'
import { throwaway } from '../support/throwaway.mjs'

const SEED = 7

describe('who is who', () => {
  let stack
  let world
  let cast

  before(async () => {
    stack = await throwaway('directory')
    world = stack.world
    const story = astStory(world, SEED)
    await play(world, [story])
    await world.settle()
    cast = story.cast
  })
  after(() => stack?.end())

  const found = async (client, path) => {
    const answer = await client.get(`/v1/${path}`)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return answer.body.cases
  }
  const ids = async (client, path) => (await found(client, path)).map(({ id }) => id)

  test('GEN_5__an_organisation_is_found_by_its_URN_and_by_how_its_name_begins', async () => {
    const urn = String(100_000 + 2 * SEED)
    assert.deepEqual(await ids(cast.as_candidate, `organisations?urn=${urn}`), [cast.school])
    assert.deepEqual(await ids(cast.as_candidate, 'organisations?urn=999999'), [])
    assert.deepEqual(await ids(cast.as_coordinator, 'organisations?name=HILL'), [cast.school])
    const schools = await ids(cast.as_coordinator, 'organisations?name=school')
    assert.deepEqual([...schools].sort(), [cast.school, cast.otherSchool].sort(), 'by any word')
    assert.deepEqual(await ids(cast.as_coordinator, 'organisations?name=hillside'), [])
    assert.deepEqual(await ids(cast.as_coordinator, `organisations?name=school&laId=${cast.school}`), [])
    assert.deepEqual((await ids(cast.as_coordinator, `organisations?laId=${cast.la}`)).sort(), [cast.la, cast.school, cast.otherSchool].sort())
    const first = (await cast.as_coordinator.get('/v1/organisations?name=school&limit=1')).body
    assert.deepEqual(first.cases.map(({ id }) => id), [schools[0]])
    const second = (await cast.as_coordinator.get(`/v1/organisations?name=school&limit=1&after=${first.next}`)).body
    assert.deepEqual([second.cases.map(({ id }) => id), second.next], [[schools[1]], undefined])
  })

  test('GEN_5__the_agency_finds_a_person_by_number_address_and_name_and_is_told_no_address', async () => {
    const { as_caseworker: agency } = cast.agency
    const { trn } = await world.see(world.admin, `people/${cast.candidate}`)
    assert.deepEqual(await ids(agency, `people?trn=${trn}`), [cast.candidate])
    assert.deepEqual(await ids(agency, `people?email=${cast.mail('candidate').toUpperCase()}`), [cast.candidate])
    const [cora] = await found(agency, 'people?name=cand')
    assert.deepEqual([cora.id, cora.name, cora.email ?? ''], [cast.candidate, 'Cora Candidate', ''])
    assert.deepEqual(await ids(agency, 'people?name=cora%20c'), [cast.candidate])
  })

  test('GEN_6__nobody_else_looks_people_up', async () => {
    for (const by of ['trn=1000070', 'email=a@b.example', 'name=cora']) {
      assert.equal((await cast.as_head.get(`/v1/people?${by}`)).status, 403)
    }
    assert.ok((await ids(cast.as_candidate, 'people')).includes(cast.candidate), 'but oneself')
  })

  test('GEN_5__a_schools_own_its_authority_and_candidates_learn_who_its_head_is', async () => {
    for (const client of [cast.as_coordinator, cast.as_head, cast.as_candidate, cast.agency.as_caseworker]) {
      const { body } = await client.get(`/v1/organisations/${cast.school}/head`)
      assert.deepEqual(body, { personId: cast.head, name: 'Helen Head' })
    }
    assert.equal((await cast.as_otherHead.get(`/v1/organisations/${cast.school}/head`)).status, 404)
    assert.equal((await cast.as_candidate.get(`/v1/organisations/${cast.la}/head`)).status, 404)
  })

  test('GEN_5__who_asks_for_names_gets_those_of_whom_the_case_names', async () => {
    const form = await world.see(cast.as_head, `ast1-forms/${cast.form}?names=true`)
    assert.equal(form.names[cast.candidate], 'Cora Candidate')
    assert.equal(form.names[cast.school], `Hilltop School ${SEED}`)
    const list = (await cast.as_head.get(`/v1/ast1-forms?names=true`)).body
    assert.equal(list.names[cast.candidate], 'Cora Candidate')
    assert.equal((await world.see(cast.as_head, `ast1-forms/${cast.form}`)).names, undefined)
    const assessment = await world.see(cast.agency.as_caseworker, `assessments/${cast.assessment}?names=true`)
    assert.equal(assessment.names[assessment.candidateId], 'Cora Candidate')
  })

  const register = async (client, by) => {
    const answer = await client.get(`/v1/register?${by}`)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return answer.body.entries ?? []
  }

  test('AST_T6__the_register_answers_whether_when_under_which_edition_and_where_now', async () => {
    const { trn } = await world.see(world.admin, `people/${cast.candidate}`)
    const [entry] = await found(world.admin, `register-entries?personId=${cast.candidate}`)
    const expected = [{
      number: entry.number, name: 'Cora Candidate', passedOn: entry.passedOn, edition: entry.edition.split('@')[0],
      schoolId: entry.schoolId, schoolName: `Hilltop School ${SEED}`, startsOn: entry.startsOn,
    }]
    const plain = (entries) => entries.map((one) => ({ ...one, edition: one.edition.split('@')[0] }))
    for (const client of [cast.as_otherHead, cast.as_coordinator, cast.agency.as_caseworker]) {
      for (const by of [`trn=${trn}`, `number=${entry.number}`, 'name=cora%20candidate']) {
        assert.deepEqual(plain(await register(client, by)), expected, by)
      }
    }
  })

  test('AST_T6__of_who_has_not_passed_or_is_not_known_the_register_says_the_same', async () => {
    for (const by of ['name=Helen%20Head', 'name=Nobody%20Atall', 'name=cora', 'trn=9999999', 'number=AST9999999']) {
      assert.deepEqual(await register(cast.as_head, by), [], by)
    }
    assert.equal((await cast.as_head.get('/v1/register')).status, 400)
    assert.equal((await cast.as_head.get('/v1/register?trn=1000070&name=Cora')).status, 400)
    assert.equal((await cast.as_candidate.get('/v1/register?trn=1000070')).status, 403)
  })

  test('AST_T6__a_name_that_more_than_25_people_have_finds_nobody_and_is_refused', async () => {
    const person = (n) => world.create(world.admin, 'people', { name: 'Ted Twentyfive', email: `ted${n}@ast.example` })
    for (let n = 1; n <= 25; n++) {
      await person(n)
    }
    assert.deepEqual(await register(cast.as_head, 'name=Ted%20Twentyfive'), [])
    await person(26)
    const logged = async () => (await ids(world.admin, 'register-searches?limit=100')).length
    const before = await logged()
    const answer = await cast.as_head.get('/v1/register?name=ted%20twentyfive')
    assert.equal(answer.status, 400)
    assert.match(answer.body.detail, /ask by TRN or register number/)
    assert.equal(await logged(), before, 'nothing was told')
    assert.deepEqual(await register(cast.as_head, 'name=Ted%20Twenty'), [])
  })

  test('AST_T6__who_searched_the_register_and_for_what_is_logged', async () => {
    const before = await ids(world.admin, 'register-searches?limit=100')
    await register(cast.as_otherHead, 'name=Cora%20Candidate')
    const fresh = (await ids(world.admin, 'register-searches?limit=100')).filter((id) => !before.includes(id))
    assert.equal(fresh.length, 1)
    const logged = await world.see(world.admin, `register-searches/${fresh[0]}?names=true`)
    assert.deepEqual([logged.by, logged.askedFor, logged.askerId, logged.askerOrganisationId, logged.foundIds],
      ['name', 'Cora Candidate', cast.otherHead, cast.otherSchool, [cast.candidate]])
    assert.equal(logged.names[cast.otherHead], 'Owen Other')
    assert.equal((await cast.as_candidate.get(`/v1/register-searches/${fresh[0]}`)).status, 404)
  })

  test('GEN_5__a_corrected_address_gets_the_mail_and_the_old_one_is_free', async () => {
    const { as_caseworker: agency } = cast.agency
    const found = (by) => ids(agency, `people?${by}`)
    await world.act(agency, `people/${cast.otherHead}/amend`, { email: 'owen.renamed@ast.example', name: 'Owen Renamed', reason: 'The mail bounced.' })
    assert.deepEqual(await found('email=owen.renamed@ast.example'), [cast.otherHead])
    assert.deepEqual(await found(`email=${cast.mail('otherHead')}`), [])
    assert.deepEqual([await found('name=owen%20r'), await found('name=owen%20o')], [[cast.otherHead], []])
    const twin = await world.create(world.admin, 'people', { name: 'Owen Second', email: cast.mail('otherHead') })
    assert.deepEqual(await found(`email=${cast.mail('otherHead')}`), [twin])
    const { body } = await cast.as_coordinator.get(`/v1/organisations/${cast.otherSchool}/head`)
    assert.deepEqual(body, { personId: cast.otherHead, name: 'Owen Renamed' })
  })

  test('GEN_5__the_newest_head_acts_and_whoever_left_does_not', async () => {
    const { as_caseworker: agency } = cast.agency
    const headOf = async () => (await cast.as_coordinator.get(`/v1/organisations/${cast.otherSchool}/head`)).body.personId
    const next = await world.create(world.admin, 'people',
      { name: 'Nora Next', email: 'nora@ast.example', positions: [{ role: 'headteacher', organisationId: cast.otherSchool }] })
    assert.equal(await headOf(), next)
    await world.act(agency, `people/${next}/end-position`, { role: 'headteacher', organisationId: cast.otherSchool, reason: 'A mistake.' })
    assert.equal(await headOf(), cast.otherHead)
    await world.act(agency, `people/${next}/positions`, { role: 'headteacher', organisationId: cast.otherSchool })
    assert.equal(await headOf(), next)
  })

  test('GEN_5__a_school_that_changes_its_name_and_URN_is_found_by_the_new_ones', async () => {
    const { as_caseworker: agency } = cast.agency
    await world.act(agency, `organisations/${cast.otherSchool}/amend`, {
      kind: 'school', name: 'Riverbank Academy', urn: '300001', schoolType: 'academy', specialMeasures: 'yes', fromOn: '2012-09-03',
      reason: 'The school converted.',
    })
    const school = await world.see(cast.as_coordinator, `organisations/${cast.otherSchool}`)
    assert.deepEqual([school.name, school.schoolType, school.specialMeasures, school.payArea], ['Riverbank Academy', 'academy', true, 'national'])
    assert.deepEqual(await ids(agency, 'organisations?name=riverbank'), [cast.otherSchool])
    assert.deepEqual(await ids(agency, 'organisations?name=riverside'), [])
    assert.deepEqual(await ids(agency, 'organisations?urn=300001'), [cast.otherSchool])
    assert.deepEqual(await ids(agency, `organisations?urn=${100_001 + 2 * SEED}`), [])
    assert.deepEqual(await ids(agency, `organisations?name=riverbank&laId=${cast.la}`), [cast.otherSchool])
    const laId = await world.create(agency, 'organisations', { kind: 'la', name: 'Eastshire', nation: 'england' })
    await world.act(agency, `organisations/${cast.otherSchool}/amend`, { kind: 'school', laId, fromOn: '2012-09-03', reason: 'The border moved.' })
    assert.deepEqual(await ids(agency, `organisations?name=riverbank&laId=${laId}`), [cast.otherSchool], 'in the new authority')
    assert.deepEqual(await ids(agency, `organisations?name=riverbank&laId=${cast.la}`), [])
  })
})
