/**
 * Files of an authority: schools and posts by CSV over a whole stack, taken whole or not at all, from a
 * spreadsheet's own formats, and given back with what is wrong with each line.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { AST_DAYS } from '../../deploy/local/story/ast.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { advertised, form, money, person } from './acts.mjs'

const LINES = 10_000

describe('files of many', () => {
  let stack
  let world
  let cast

  before(async () => {
    stack = await throwaway('bulk')
    world = stack.world
    await world.moveTo(`${AST_DAYS.begins}T08:00:00Z`)
    cast = await castAst(world, 903)
  })
  after(() => stack?.end())

  const send = (client, path, text, { key = randomUUID(), ...headers } = {}) =>
    client.send('POST', `/v1/${path}`, text, {
      'content-type': 'text/csv', 'content-length': Buffer.byteLength(text), 'idempotency-key': key, ...headers,
    })
  const schools = () => `organisations/bulk?laId=${cast.la}&nation=england&kind=school`
  const count = async () => (await world.list(world.admin, 'organisations', 'cases')).length

  test('OPS_4__a_spreadsheet_in_windows_1252_enters_schools', async () => {
    const text = Buffer.from('Name;URN;Phase;School type;Pay area\r\nSt Ren\xE9\'s School;200001;Primary;Maintained;Inner London\r\n'
      + 'Moor School;"=""200002""";Secondary;Academy;National\r\n', 'latin1')
    const answer = await send(world.admin, schools(), text)
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    assert.equal(answer.body.caseIds.length, 2)
    const school = await world.see(world.admin, `organisations/${answer.body.caseIds[0]}`)
    assert.deepEqual([school.name, school.urn, school.payArea, school.phase], ['St René\'s School', '200001', 'inner_london', 'primary'])
  })

  test('OPS_4__one_wrong_line_and_none_is_taken_with_every_fault_named', async () => {
    const before = await count()
    const text = 'name,urn,phase,schoolType,payArea\nOne,200011,primary,maintained,national\nTwo,20001,primary,maintained,national\n'
      + 'Three,200011,primary,castle,national\n'
    const answer = await send(world.admin, schools(), text)
    assert.deepEqual([answer.status, answer.body.rule], [422, 'OPS-4'])
    assert.deepEqual(answer.body.errors.map(({ field }) => field), ['line 4, schoolType'])
    const again = await send(world.admin, schools(), text.replace('castle', 'maintained'))
    assert.deepEqual(again.body.errors.map(({ field }) => field), ['line 3, urn', 'line 4'])
    assert.equal(await count(), before)
  })

  test('OPS_4__the_file_comes_back_with_a_column_of_errors', async () => {
    const text = 'name,urn,phase,schoolType,payArea\nOne,200011,primary,maintained,national\nTwo,20001,primary,maintained,national\n'
    const answer = await send(world.admin, schools(), text, { accept: 'text/csv' })
    assert.equal(answer.status, 422)
    assert.match(answer.headers['content-type'], /^text\/csv/)
    const lines = answer.body.replace('\uFEFF', '').split('\r\n')
    assert.equal(lines[0], '"name","urn","phase","schoolType","payArea","error"')
    assert.match(lines[1], /,""$/)
    assert.match(lines[2], /,"urn: .+"$/)
  })

  test('OPS_4__posts_come_by_file_from_whom_may_draft_them', async () => {
    const header = 'school id,title,reason,recruitment,funding source,financial year,headteacher id,subject'
    const line = (title) => `${cast.school},${title},Staffing structure,Internal,School funded,2012,${cast.head},science`
    const text = `${header}\n${line('AST for physics')}\n${line('AST for chemistry')}\n`
    const answer = await send(cast.as_head, 'posts/bulk', text)
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    const post = await world.see(cast.as_head, `posts/${answer.body.caseIds[1]}`)
    assert.deepEqual([post.title, post.state], ['AST for chemistry', 'drafted'])
    const refused = await send(cast.as_candidate, 'posts/bulk', text)
    assert.equal(refused.status, 422)
    assert.match(refused.body.errors[0].problem, /GEN-6/)
  })

  test('OPS_4_AST_A9_AST_T1__passes_of_old_and_a_terms_forms_AST2_come_by_file_from_the_agency_and_the_authority', async () => {
    const day = AST_DAYS.begins
    const caseworker = cast.agency.as_caseworker
    const budget = await world.create(cast.as_finance, 'budgets', {
      laId: cast.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england', perPost: money(900_000), total: money(5_000_000),
      streamOn: AST_DAYS.streams, forumConsultedOn: '2012-07-02', partTimers: 'in_proportion',
    })
    assert.ok(budget)
    const asts = []
    for (const [i, name] of ['Ada Before', 'Bea Before', 'Cy Before'].entries()) {
      const trn = `990100${i}`
      asts.push({ trn, ...await person(world, name, 'candidate', cast.school, { trn }) })
    }
    const passes = asts.map(({ trn }, i) => `${trn},2003-06-2${i},ast-2006,AST/03/${i},Letter of the agency`).join('\n')
    const passed = await send(caseworker, 'earlier-passes/bulk', `person TRN,passed on,edition,old number,reason\n${passes}\n`)
    assert.equal(passed.status, 201, JSON.stringify(passed.body))
    await world.settle()
    const posts = []
    for (const ast of asts) {
      const post = await advertised(world, {
        head: cast.as_head, coordinator: cast.as_coordinator, schoolId: cast.school, title: 'AST of old', recruitment: 'internal',
        fundingSource: 'local_formula', financialYear: 2012, headteacherId: cast.head, subject: 'mathematics',
      })
      const ast1Id = await world.create(ast.as, 'ast1-forms', form(post, cast.school, cast.head, 'internal', { answers: [] }))
      await world.act(cast.as_head, `posts/${post}/appoint`, { ast1Id, appointedOn: day, startsOn: day })
      posts.push(post)
    }
    await world.settle()
    const header = 'person id,post id,school id,appointed on,starts on,spine point,received on'
    const line = (i, more = {}) => {
      const { post = posts[i], point = 3 } = more
      return `${asts[i].id},${post},${cast.school},${day},${day},${point},${day}`
    }
    const wrong = await send(cast.as_coordinator, 'ast2-forms/bulk', `${header}\n${line(0)}\n${line(1, { post: posts[2], point: 3 })}\n`)
    assert.equal(wrong.status, 422)
    assert.deepEqual(wrong.body.errors.map(({ field }) => field), ['line 3, post id'])
    const { urn } = await world.see(world.admin, `organisations/${cast.school}`)
    const known = (text, by = {}) => text.replaceAll(cast.school, by.urn ?? urn).replace('school id', 'URN')
    const byTrn = (text, i) => text.replaceAll(asts[i].id, asts[i].trn).replace('person id', 'TRN')
    const stranger = await send(cast.as_coordinator, 'ast2-forms/bulk', byTrn(`${header}\n${line(0)}\n`, 0))
    assert.deepEqual([stranger.status, stranger.body.errors.map(({ field }) => field)], [422, ['line 2, TRN']])
    assert.match(stranger.body.errors[0].problem, /Only the agency/)
    const nobodys = `${known(`${header}\n${line(0)}`)}\n${known(line(1), { urn: '999999' })}\n${known(line(2), { urn: '99' })}\n`
    const nobody = await send(cast.as_coordinator, 'ast2-forms/bulk', nobodys)
    assert.deepEqual([nobody.status, nobody.body.errors.map(({ field }) => field)], [422, ['line 3, URN', 'line 4, URN']])
    const noPerson = await send(caseworker, 'ast2-forms/bulk', byTrn(`${header}\n${line(2)}\n`, 2).replace(asts[2].trn, '9999999'))
    assert.deepEqual([noPerson.status, noPerson.body.errors.map(({ field }) => field)], [422, ['line 2, TRN']])
    const byLa = await send(cast.as_coordinator, 'ast2-forms/bulk', known(`${header}\n${line(0)}\n${line(1)}\n`))
    assert.equal(byLa.status, 201, JSON.stringify(byLa.body))
    const byAgency = await send(caseworker, 'ast2-forms/bulk', byTrn(known(`${header}\n${line(2)}\n`), 2))
    assert.equal(byAgency.status, 201, JSON.stringify(byAgency.body))
    const taken = await world.see(caseworker, `ast2-forms/${byAgency.body.caseIds[0]}`)
    assert.deepEqual([taken.headteacherId, taken.laId], [cast.head, cast.la])
    await world.settle()
    for (const [i, ast] of asts.entries()) {
      const [entry] = await world.list(caseworker, `register-entries?personId=${ast.id}`)
      assert.deepEqual([entry.state, entry.oldNumber, entry.postId], ['in_post', `AST/03/${i}`, posts[i]])
    }
  })

  test('key__what_the_address_says_of_all_lines_is_part_of_the_write', async () => {
    const text = 'name,urn,phase,schoolType,payArea\nKeyed,200021,primary,maintained,national\n'
    const key = randomUUID()
    const first = await send(world.admin, schools(), text, { key })
    assert.equal(first.status, 201, JSON.stringify(first.body))
    const before = await count()
    for (const path of [schools().replace(cast.la, cast.school), schools().replace('england', 'wales'), `${schools()}&specialMeasures=true`]) {
      const other = await send(world.admin, path, text, { key })
      assert.deepEqual([other.status, other.body.type], [409, '/problems/key-reused'], JSON.stringify(other.body))
    }
    assert.deepEqual((await send(world.admin, schools(), text, { key })).body, first.body)
    assert.equal(await count(), before)
  })

  test('OPS_4__a_file_that_cannot_be_read_to_its_end_is_not_given_back', async () => {
    const before = await count()
    const text = 'name,urn,phase,schoolType,payArea\nOne,200031,primary,maintained,national\nTw\0o,200032,primary,maintained,national\n'
    for (const accept of ['application/json', 'text/csv']) {
      const answer = await send(world.admin, schools(), text, { accept })
      assert.deepEqual([answer.status, answer.headers['content-type']], [422, 'application/problem+json'])
      assert.deepEqual(answer.body.errors.map(({ field }) => field), ['line 3'])
    }
    assert.equal(await count(), before)
  })

  test('OPS_4__no_formula_comes_back', async () => {
    const text = "name,urn,phase,schoolType,payArea\n'=1+1,20001,primary,maintained,national,more\n"
    const answer = await send(world.admin, schools(), text, { accept: 'text/csv' })
    assert.equal(answer.status, 422)
    assert.match(answer.body, /\r\n"'=1\+1","20001","primary","maintained","national","more","/)
  })

  test('input__a_parameter_that_is_no_text_or_comes_twice_is_refused', async () => {
    const before = await count()
    const text = 'name,urn,phase,schoolType,payArea\nOne,200041,primary,maintained,national\n'
    for (const more of ['&specialMeasures=%FF', '&nation=wales', '&urn=1%00']) {
      const answer = await send(world.admin, schools() + more, text)
      assert.deepEqual([answer.status, answer.body.type], [400, '/problems/invalid'], JSON.stringify(answer.body))
      assert.equal(answer.body.errors[0].field, `/${more.slice(1).split('=')[0]}`)
    }
    assert.equal(await count(), before)
  })

  test('OPS_4__what_is_no_csv_is_told_so', async () => {
    const answer = await send(world.admin, schools(), '{}', { 'content-type': 'application/json' })
    assert.equal(answer.status, 415)
    const empty = await send(world.admin, schools(), 'name,urn\n')
    assert.deepEqual([empty.status, empty.body.errors[0].field], [422, 'line 1'])
    const unknown = await send(world.admin, schools(), 'name,shoe size\nA,9\n')
    assert.ok(unknown.body.errors.some(({ field }) => field === 'line 1, shoe size'))
  })

  test('OPS_4__ten_thousand_lines_are_taken_once', async () => {
    const text = 'name,urn,phase,schoolType,payArea\n'
      + Array.from({ length: LINES }, (_, i) => `School ${i},${300_000 + i},primary,maintained,national`).join('\n')
    const key = randomUUID()
    const first = await send(world.admin, schools(), text, { key })
    assert.equal(first.status, 201, JSON.stringify(first.body).slice(0, 500))
    assert.equal(first.body.caseIds.length, LINES)
    const second = await send(world.admin, schools(), text, { key })
    assert.deepEqual(second.body, first.body)
    const more = await send(world.admin, schools(), `${text}\nOne more,500000,primary,maintained,national\n`)
    assert.deepEqual([more.status, more.body.errors[0].field], [422, `line ${LINES + 2}`])
    await world.settle()
    const { faults } = JSON.parse(await stack.stack.attain('verify'))
    assert.equal(faults, 0)
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
