/**
 * A bank holiday is added: the operator is shown which open deadlines would move, with both days, before
 * anything moves, and then moves them; each keeps its history.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { AST_DAYS, described } from '../../deploy/local/story/ast.mjs'
import { addDays, addWorkingDays, isWorkingDay } from '../../deploy/local/story/dates.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { form as applying, person } from './acts.mjs'

const NAME = 'A day of national thanks'

describe('a bank holiday is added', () => {
  let stack
  let world
  let cast
  let post
  let form
  let day
  let due

  before(async () => {
    stack = await throwaway('holiday')
    world = stack.world
    await world.moveTo(`${AST_DAYS.begins}T08:00:00Z`)
    cast = await castAst(world, 902)
    post = await world.create(cast.as_head, 'posts', {
      schoolId: cast.school, title: 'AST for science', reason: 'staffing_structure', recruitment: 'external', fundingSource: 'school_funded',
      financialYear: 2012, headteacherId: cast.head, subject: 'science', ...described(cast.head),
    })
    await world.act(cast.as_head, `posts/${post}/agree-outreach`)
    await world.act(cast.as_head, `posts/${post}/agree`)
    form = await world.create(cast.as_candidate, 'ast1-forms', {
      postId: post, route: 'internal', schoolId: cast.school, headteacherId: cast.head, hasQts: true, staysInClassroom: true,
      takesOnOutreach: true,
      answers: ['1', '2', '3', '4', '5', '6'].map((standard) => ({ standard, text: 'What I have done and what came of it.' })),
    })
    day = addDays(AST_DAYS.begins, 7)
    while (!isWorkingDay(day)) day = addDays(day, 1)
  })
  after(() => stack?.end())

  const deadline = async () => {
    const { deadlines } = await world.see(world.admin, `cases/${post}/deadlines`)
    return deadlines.find(({ rule }) => rule === 'AST-A4')
  }
  const redate = async (...words) => {
    const lines = (await stack.stack.attain('redate', ...words)).trim().split('\n')
    return { lines, sum: JSON.parse(lines.at(-1)) }
  }

  test('GEN_1__what_a_further_bank_holiday_would_move_is_listed_first', async () => {
    due = (await deadline()).dueOn
    assert.equal(due, addWorkingDays(AST_DAYS.begins, 20))
    const { lines, sum } = await redate('--also', day)
    assert.ok(lines.some((line) => line.includes(`from ${due} to ${addWorkingDays(AST_DAYS.begins, 21)}`)), lines.join('\n'))
    assert.ok(sum.toMove >= 1)
    assert.equal(sum.moved, 0)
    assert.equal((await deadline()).dueOn, due)
  })

  test('GEN_3__adding_it_moves_no_open_deadline_by_itself', async () => {
    await world.create(world.admin, 'holidays', { holidayOn: day, name: NAME })
    await world.settle()
    assert.equal((await deadline()).dueOn, due)
    const { sum } = await redate()
    assert.ok(sum.toMove >= 1)
    assert.equal(sum.moved, 0)
    await world.refused(world.admin, 'holidays', { holidayOn: day, name: NAME }, 'GEN-1', 'known-already')
  })

  test('GEN_6__only_an_administrator_adds_a_bank_holiday', async () => {
    const answer = await cast.as_coordinator.post('/v1/holidays', { holidayOn: addDays(day, 7), name: NAME })
    assert.equal(answer.status, 403)
  })

  const comments = async () => {
    const { coming } = await world.see(world.admin, `cases/${post}/outlook`)
    return coming.find(({ what, rule }) => what === 'deadline' && rule === 'AST-A4')
  }

  test('GEN_3__the_operator_moves_them_with_history_and_once', async () => {
    const before = await comments()
    const { sum } = await redate('--apply')
    assert.ok(sum.moved >= 1)
    assert.deepEqual([sum.moved, sum.refused], [sum.toMove, 0])
    const moved = await deadline()
    assert.equal(moved.dueOn, addWorkingDays(AST_DAYS.begins, 21))
    assert.ok(moved.arithmetic.includes(NAME), moved.arithmetic)
    await world.settle()
    const { entries } = await world.see(world.admin, `cases/${post}/timeline?limit=100`)
    const told = entries.find(({ type, body }) => type === 'DeadlineRedated' && body.rule === 'AST-A4')
    assert.ok(told, JSON.stringify(entries.map(({ type }) => type)))
    assert.deepEqual([told.body.fromDueOn, told.body.dueOn], [due, moved.dueOn])
    assert.equal((await redate('--apply')).sum.toMove, 0)
    const after = await comments()
    assert.notEqual(after.dayOn, before.dayOn)
    assert.equal(after.uid, before.uid) // so that a calendar that holds it moves it
  })

  test('OPS_6__what_is_still_to_come_of_a_case_is_listed_and_moves_with_it', async () => {
    await world.settle()
    const { coming, calendar } = await world.see(world.admin, `cases/${post}/outlook`)
    const deadlineToCome = await comments()
    assert.equal(deadlineToCome.dayOn, (await deadline()).dueOn)
    assert.ok(deadlineToCome.arithmetic.includes(NAME))
    const mails = coming.filter(({ what, rule }) => what === 'reminder' && rule === 'AST-A4').map(({ dayOn }) => dayOn)
    assert.deepEqual(mails, [addWorkingDays(AST_DAYS.begins, 16), ...[21, 22, 26, 31].map((n) => addWorkingDays(AST_DAYS.begins, n))])
    assert.deepEqual(coming.map(({ at }) => at), coming.map(({ at }) => at).toSorted())
    const ics = await world.admin.get(`/v1/cases/${post}/outlook`, { headers: { accept: 'text/calendar' } })
    assert.match(ics.headers['content-type'], /^text\/calendar/)
    assert.equal(ics.body, calendar)
    assert.ok(ics.body.includes(`DTSTART;VALUE=DATE:${deadlineToCome.dayOn.replaceAll('-', '')}`), ics.body)
  })

  test('OPS_6__each_party_is_shown_what_is_to_come_of_its_own_cases', async () => {
    const second = await world.create(cast.as_second, 'ast1-forms', {
      postId: post, route: 'external', schoolId: cast.otherSchool, headteacherId: cast.otherHead, hasQts: true, staysInClassroom: true,
      takesOnOutreach: true,
      answers: ['1', '2', '3', '4', '5', '6'].map((standard) => ({ standard, text: 'What I have done and what came of it.' })),
    })
    await world.settle()
    const coming = async (client) => {
      const { coming: list, calendar } = await world.see(client, `cases/${post}/outlook`)
      const comments = list.filter(({ what, rule }) => what === 'deadline' && rule === 'AST-A4').length
      const mails = list.filter(({ what, rule }) => what === 'reminder' && rule === 'AST-A4')
      assert.equal(mails.length, 5 * comments)
      assert.deepEqual((calendar.replaceAll('\r\n ', '').match(/(?<=^UID:).*(?=\r$)/gm) ?? []).sort(), list.map(({ uid }) => uid).sort())
      assert.equal(new Set(list.map(({ uid }) => uid)).size, list.length)
      assert.equal(new Set(list.map(({ caseId }) => caseId)).size, comments)
      return [comments, ...new Set(mails.flatMap(({ recipients }) => recipients.map(({ id }) => id)))].sort()
    }
    assert.deepEqual(await coming(world.admin), [2, cast.head, cast.otherHead].sort())
    assert.deepEqual(await coming(cast.as_candidate), [1, cast.head].sort())
    assert.deepEqual(await coming(cast.as_second), [1, cast.otherHead].sort())
    assert.deepEqual(await coming(cast.as_head), [2, cast.head, cast.otherHead].sort(), 'its own teacher, and whoever applies for its post')
    assert.deepEqual(await coming(cast.as_otherHead), [1, cast.otherHead].sort())
    assert.deepEqual(await coming(cast.as_coordinator), [2, cast.head, cast.otherHead].sort())
    assert.equal((await cast.as_assessor.get(`/v1/cases/${post}/outlook`)).status, 404)
    assert.equal((await cast.as_candidate.get(`/v1/cases/${post}/outlook?deadlineIds=${second}`)).status, 400)
    await world.act(cast.as_second, `ast1-forms/${second}/withdraw`, { reason: 'Not this year.' })
    await world.settle()
    assert.deepEqual(await coming(world.admin), [1, cast.head].sort())
  })

  test('OPS_6__the_calendar_that_an_edition_implies', async () => {
    const ast = await world.see(world.admin, 'edition-calendar?edition=ast-2013&from=2012-10-01')
    const comments = ast.coming.find(({ item }) => item === 'head-comment')
    assert.equal(comments.dayOn, addWorkingDays('2012-10-01', 20))
    const on = (item) => ast.coming.find((one) => one.item === item)?.dayOn
    assert.deepEqual([on('latest-receipt'), on('grant-spending'), on('pay-review')], [addDays('2012-10-01', -42), '2013-08-31', '2013-09-30'])
    assert.deepEqual([on('valid-from'), on('valid-to'), on('last-summer')], ['2012-09-01', '2013-08-31', '2013-06-30'])
    const ats = await world.see(world.admin, 'edition-calendar?edition=ats-2022&from=2022-04-01')
    const day = (title) => ats.coming.find((one) => one.title === title)?.dayOn
    assert.deepEqual([day('Applications open'), day('Applications close')], ['2022-04-01', '2022-08-31'])
    assert.ok(ats.coming.length > 40, String(ats.coming.length))
    assert.equal((await world.admin.get('/v1/edition-calendar?edition=ast-1066&from=2012-10-01')).status, 400)
  })

  test('AST_A3__an_edition_is_shown_to_whoever_is_signed_in_with_what_is_carried_over', async () => {
    const reader = cast.as_candidate
    const { editions } = await world.see(reader, 'editions')
    assert.deepEqual(editions.map(({ edition }) => edition).sort(), ['ast-2006', 'ast-2013', 'ats-2022'])
    const opened = (await world.see(reader, `ast1-forms/${form}`)).edition
    assert.equal(opened, editions.find(({ edition }) => edition === 'ast-2013').revision)
    const edition = await world.see(reader, `editions/${opened}`)
    assert.deepEqual([edition.edition, edition.validFromOn, edition.validToOn, edition.standardsCarriedOver], ['ast-2013', '2012-09-01', '2013-08-31', 6])
    assert.ok(edition.standards.every(({ carriedOver, points, title }) => carriedOver && points.length > 1 && title.length > 0))
    assert.deepEqual(edition.channels, ['online', 'e_mail', 'post'])
    assert.deepEqual([edition.meetings.length, edition.meetings[2].times, edition.reviewGrounds.length], [11, 2, 3])
    assert.ok(edition.sources.some(({ source, firstYear, throughLa }) => source === 'la_retained' && firstYear === 2013 && throughLa))
    const before = await world.see(reader, 'editions/ast-2006')
    assert.deepEqual([before.standardsCarriedOver ?? 0, before.standards.some(({ carriedOver }) => carriedOver === true)], [0, false])
    assert.equal((await reader.get('/v1/editions/ast-1066')).status, 404)
    assert.equal((await reader.get('/v1/editions/ast-2013?edition=ast-2006')).status, 400)
    assert.equal((await world.makeClient('nobody').get('/v1/editions')).status, 401)
  })

  test('GEN_1__what_is_set_from_then_on_passes_the_day_over', async () => {
    await world.act(cast.as_candidate, `ast1-forms/${form}/withdraw`, { reason: 'Once more.' })
    await world.create(cast.as_candidate, 'ast1-forms', {
      postId: post, route: 'internal', schoolId: cast.school, headteacherId: cast.head, hasQts: true, staysInClassroom: true,
      takesOnOutreach: true,
      answers: ['1', '2', '3', '4', '5', '6'].map((standard) => ({ standard, text: 'What I have done and what came of it.' })),
    })
    const { deadlines } = await world.see(world.admin, `cases/${post}/deadlines`)
    const open = deadlines.find(({ rule, standing }) => rule === 'AST-A4' && standing === 'open')
    assert.equal(open.dueOn, addWorkingDays(AST_DAYS.begins, 21))
    assert.equal((await redate()).sum.toMove, 0)
  })

  /* The cases of a root are looked through page by page. */
  test('GEN_6__the_history_of_a_post_with_more_than_a_page_of_forms_shows_every_form', async () => {
    for (let i = 0; i < 100; i++) {
      const { as } = await person(world, `Applicant Number ${i}`, 'candidate', cast.school)
      await world.create(as, 'ast1-forms', applying(post, cast.school, cast.head, 'internal'))
    }
    await world.settle()
    const submitted = new Set()
    for (let after = ''; after !== undefined;) {
      const { entries, next } = await world.see(cast.as_head, `cases/${post}/timeline?limit=500${after}`)
      for (const { caseId } of entries.filter(({ type }) => type === 'Ast1Submitted')) submitted.add(caseId)
      after = next && `&after=${encodeURIComponent(next)}`
    }
    assert.equal(submitted.size, 103)
    assert.equal((await world.see(cast.as_head, `cases/${post}/deadlines`)).deadlines.filter(({ rule }) => rule === 'AST-A4').length, 103)
  })

  test('OPS_3__nothing_is_left_undone', async () => {
    await world.settle()
    const { faults } = JSON.parse(await stack.stack.attain('verify'))
    assert.equal(faults, 0)
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
