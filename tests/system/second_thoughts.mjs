/**
 * What is taken back, as a client sees it over a whole stack: money of a post that is closed, an
 * application, and so its place; a form that the agency sends back; and a message that is sent once more.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { AST_DAYS, described } from '../../deploy/local/story/ast.mjs'
import { throwaway } from '../support/throwaway.mjs'

const EACH_PENCE = 900_000

describe('what is taken back', () => {
  let stack
  let world
  let cast
  let budget
  let post
  let ast1

  before(async () => {
    stack = await throwaway('second_thoughts')
    world = stack.world
    await world.moveTo(`${AST_DAYS.begins}T08:00:00Z`)
    cast = await castAst(world, 901)
    budget = await world.create(cast.as_finance, 'budgets', {
      laId: cast.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england', forumConsultedOn: '2012-07-02',
      perPost: { pence: EACH_PENCE, currency: 'GBP' }, total: { pence: EACH_PENCE, currency: 'GBP' }, streamOn: AST_DAYS.streams,
    })
  })
  after(() => stack?.end())

  const draft = (title) => world.create(cast.as_head, 'posts', {
    schoolId: cast.school, title, reason: 'staffing_structure', recruitment: 'internal', fundingSource: 'local_formula',
    financialYear: 2012, headteacherId: cast.head, subject: 'science', ...described(cast.head),
  })
  const funded = async (title) => {
    const id = await draft(title)
    await world.act(cast.as_coordinator, `posts/${id}/confirm-funding`, { outreachAgreed: true })
    await world.until(cast.as_head, `posts/${id}`, 'the money is reserved', ({ state }) => state === 'funded')
    return id
  }
  const form = () => ({
    postId: post, route: 'internal', schoolId: cast.school, headteacherId: cast.head, hasQts: true, staysInClassroom: true,
    takesOnOutreach: true,
    answers: ['1', '2', '3', '4', '5', '6'].map((standard) => ({ standard, text: 'What I have done and what came of it.' })),
  })

  test('AST_F8__money_of_a_closed_post_pays_for_another', async () => {
    const closed = await funded('AST for science')
    await world.act(cast.as_head, `posts/${closed}/close`, { reason: 'Nobody is to be had.' })
    await world.until(cast.as_finance, `budgets/${budget}`, 'the budget has its money back',
      ({ reservations }) => (reservations ?? []).length === 0)
    post = await funded('AST for physics')
    const { lines } = await world.see(world.admin, `cases/${budget}/ledger?limit=100`)
    const reserved = lines.filter(({ account }) => account.endsWith(':reserved')).map(({ amount }) => amount.pence)
    assert.deepEqual(reserved.sort((a, b) => a - b), [-EACH_PENCE, EACH_PENCE, EACH_PENCE])
  })

  test('AST_A1__a_candidate_has_one_open_form_for_a_post_and_may_begin_again', async () => {
    await world.act(cast.as_head, `posts/${post}/agree-outreach`)
    await world.act(cast.as_head, `posts/${post}/agree`)
    const first = await world.create(cast.as_candidate, 'ast1-forms', form())
    await world.refused(cast.as_candidate, 'ast1-forms', form(), 'AST-A1', 'applied-already')
    await world.act(cast.as_candidate, `ast1-forms/${first}/withdraw`, { reason: 'I was too quick.' })
    ast1 = await world.create(cast.as_candidate, 'ast1-forms', form())
  })

  test('AST_A12__a_form_that_comes_back_says_what_is_missing_in_the_agencys_own_words', async () => {
    const missing = 'The last page of the comments is cut off.'
    const comments = form().answers.map(({ standard }) => ({ standard, text: 'I have seen it.' }))
    await world.act(cast.as_head, `ast1-forms/${ast1}/comment`, { comments, careerStageConfirmed: true })
    await world.act(cast.as_coordinator, `ast1-forms/${ast1}/declare-funding`, { declares: true })
    await world.act(cast.as_head, `ast1-forms/${ast1}/forward`, { channel: 'online', coveringLetter: 'The job in outline.' })
    await world.act(cast.agency.as_caseworker, `ast1-forms/${ast1}/return`, { missing, parts: [{ part: 'comment', standard: '3' }, { part: 'answer', standard: '2' }] })
    await world.settle()
    const parts = [missing, "the headteacher's comment on standard 3; the candidate's answer on standard 2", 'AST for physics, at ']
    for (const [reader, subject] of [['candidate', /^Form AST1 came back: something/], ['head', /^Form AST1 came back: complete it/]]) {
      const [mail, ...more] = stack.mails().filter(({ to, subject: has }) => to === cast.mail(reader) && subject.test(has))
      assert.deepEqual(more, [])
      const text = mail.text.replaceAll(/\s+/g, ' ')
      assert.deepEqual(parts.filter((words) => !text.includes(words)), [], mail.text)
    }
    const { state } = await world.see(cast.as_candidate, `ast1-forms/${ast1}`)
    assert.equal(state, 'returned')
    const told = (await world.list(cast.agency.as_caseworker, `cases/${post}/messages`, 'messages')).find(({ template }) => template === 'ast1-returned')
    const shown = (await world.see(cast.agency.as_caseworker, `messages/${told.id}/text`)).text.replaceAll(/\s+/g, ' ')
    assert.deepEqual(parts.filter((words) => !shown.includes(words)), [], 'shown with the words that the mail had')
    assert.match(shown, /^Dear candidate,/)
    assert.ok(!shown.includes('Cora Candidate'), 'and without a name')
  })

  test('AST_A12__a_form_that_came_back_goes_again_with_what_was_missing_and_not_before', async () => {
    const texts = (standards) => standards.map((standard) => ({ standard, text: 'What was not said before.' }))
    const forward = [cast.as_head, `ast1-forms/${ast1}/forward`, { channel: 'online', coveringLetter: 'The job in outline.' }]
    const lacks = await world.refused(...forward, 'AST-A12', 'parts-missing')
    assert.match(lacks.detail, /the headteacher's comment on standard 3; the candidate's answer on standard 2\.$/)
    const other = await world.refused(cast.as_candidate, `ast1-forms/${ast1}/answers`, { answers: texts(['2', '4']) }, 'AST-A12', 'wrong-field')
    assert.equal(other.errors[0].field, 'answers[1].standard')
    assert.equal((await cast.as_head.post(`/v1/ast1-forms/${ast1}/answers`, { answers: texts(['2']) })).status, 403)
    await world.act(cast.as_candidate, `ast1-forms/${ast1}/answers`, { answers: texts(['2']) })
    const left = await world.see(cast.as_head, `ast1-forms/${ast1}`)
    assert.deepEqual([left.answers[1].text, left.missingParts], ['What was not said before.', [{ part: 'comment', standard: '3' }]])
    await world.act(cast.as_head, `ast1-forms/${ast1}/comment`, { comments: texts(['1', '2', '3', '4', '5', '6']), careerStageConfirmed: true })
    await world.settle()
    assert.ok(stack.mails().some(({ to, subject }) => to === cast.mail('head') && /^Form AST1 is complete: send it again/.test(subject)))
    await world.act(...forward)
    const { state, missingParts } = await world.see(cast.as_head, `ast1-forms/${ast1}`)
    assert.deepEqual([state, missingParts ?? []], ['with_agency', []])
  })

  test('AST_A12__a_paper_form_that_came_incomplete_is_on_record_and_goes_back_with_what_it_lacks', async () => {
    const person = await world.create(world.admin, 'people', {
      name: 'Pia Paper', email: cast.mail('paper'), positions: [{ role: 'candidate', organisationId: cast.school }],
    })
    const { answers, ...rest } = form()
    const paper = {
      ...rest, candidateId: person, answers: answers.slice(0, 5), comments: answers, careerStageConfirmed: true, fundingDeclared: true,
      channel: 'post', receivedOn: AST_DAYS.begins, reason: 'It came by post.',
    }
    const refused = await world.refused(cast.agency.as_caseworker, 'ast1-forms/paper', paper, 'AST-A3', 'wrong-field')
    assert.equal(refused.errors[0].field, 'answers')
    const entered = await world.create(cast.agency.as_caseworker, 'ast1-forms/paper', { ...paper, missingParts: [{ part: 'answer', standard: '6' }] })
    const pia = await world.as('candidate', { person, organisation: cast.school })
    const seen = await world.see(pia, `ast1-forms/${entered}`)
    assert.deepEqual([seen.state, seen.paper.channel, seen.paper.receivedOn, seen.paper.completedOn, seen.receivedOn, seen.missingParts],
      ['returned', 'post', AST_DAYS.begins, undefined, undefined, [{ part: 'answer', standard: '6' }]])
    await world.settle()
    const [mail] = stack.mails().filter(({ to, subject }) => to === cast.mail('paper') && /^Form AST1 came back: something/.test(subject))
    assert.ok(mail.text.includes("the candidate's answer on standard 6"), mail.text)
    await world.act(pia, `ast1-forms/${entered}/answers`, { answers: answers.slice(5) })
    await world.act(cast.as_head, `ast1-forms/${entered}/forward`, { channel: 'post', travelsWithId: ast1 })
    await world.act(cast.agency.as_caseworker, `ast1-forms/${entered}/receive`, { receivedOn: AST_DAYS.begins, channel: 'post' })
    assert.deepEqual((await world.see(pia, `ast1-forms/${entered}`)).receivedOn, AST_DAYS.begins)
  })

  test('OPS_3__a_message_is_shown_as_it_was_sent_and_sent_again', async () => {
    const mails = () => world.list(cast.agency.as_caseworker, `cases/${post}/messages`, 'messages')
    await world.settle()
    const sent = (await mails()).find(({ template, state }) => template === 'ast1-submitted' && state === 'sent')
    assert.ok(sent, JSON.stringify(await mails()))
    const text = await world.see(cast.agency.as_caseworker, `messages/${sent.id}/text`)
    assert.match(text.text, /^Dear candidate,/)
    assert.match(text.text, /AST for physics/)
    await world.act(cast.agency.as_caseworker, `messages/${sent.id}/resend`)
    await world.settle()
    const again = (await mails()).filter(({ again }) => again === 1)
    assert.equal(again.length, 1)
    assert.deepEqual([again[0].state, again[0].template], ['sent', sent.template])
    assert.match(again[0].why, /^sent again by caseworker/)
    assert.notEqual(again[0].messageId, sent.messageId)
    const answer = await cast.as_candidate.post(`/v1/messages/${sent.id}/resend`)
    assert.equal(answer.status, 403)
  })

  test('GEN_6__a_school_elsewhere_is_known_to_everybody_and_its_head_to_nobody', async () => {
    const { name } = await world.see(cast.as_candidate, `organisations/${cast.otherSchool}`)
    assert.equal(name, 'Riverside School 901')
    assert.equal((await cast.as_candidate.get(`/v1/people/${cast.otherHead}`)).status, 404)
  })

  test('AST_A1__a_form_that_the_agency_has_not_got_ends_with_its_post_and_the_candidate_is_told', async () => {
    await world.act(cast.as_head, `posts/${post}/close`, { reason: 'The lessons go to another school.' })
    await world.until(cast.as_candidate, `ast1-forms/${ast1}`, 'the form has ended', ({ state }) => state === 'lapsed')
    const receive = { receivedOn: AST_DAYS.begins, channel: 'online' }
    const refused = await world.refused(cast.agency.as_caseworker, `ast1-forms/${ast1}/receive`, receive, 'AST-A1', 'post-closed')
    assert.match(refused.next, /new form for another post/)
    await world.settle()
    for (const reader of ['candidate', 'head']) {
      assert.equal(stack.mails().filter(({ to, subject }) => to === cast.mail(reader) && /^Form AST1 has ended/.test(subject)).length, 1, reader)
    }
    const open = (await world.see(cast.agency.as_caseworker, `cases/${post}/deadlines`)).deadlines
      .filter(({ standing, caseId }) => standing === 'open' && caseId === ast1)
    assert.deepEqual(open, [], 'nobody is chased for it')
    assert.ok(stack.mails().some(({ to, subject }) => to === cast.mail('paper') && /post of a form AST1 is closed/.test(subject)),
      'of the one that the agency has the candidate is told too, and its assessment goes on')
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
