/**
 * Invitations from the register, through HTTP on a real stack: to those who are in post, in one authority or in all, and to
 * those who have left; each gets one mail with the event for their calendar, and another one when it does not take place,
 * whatever is killed on the way. What is held against the mails is what Python's icalendar reads in them (AST-T2).
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { AST_DAYS, astStory } from '../../deploy/local/story/ast.mjs'
import { play } from '../../deploy/local/story/play.mjs'
import { ROOT } from '../support/stack.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { assertDelivered, assertSentOnce } from './evidence.mjs'

const DAY = '2013-06-14'
const EVENT = {
  title: 'Teaching across schools', startsAt: `${DAY}T09:00:00Z`, minutes: 360, place: 'The Guildhall, Westford',
  words: 'A day on outreach that works, with time to talk.', replyByOn: '2013-05-31',
}

describe('invitations from the register', () => {
  let stack
  let world
  let agency
  let inPost
  let alsoInPost
  let left

  before(async () => {
    stack = await throwaway('invitations')
    world = stack.world
    const stories = [7, 8, 9].map((seed) => astStory(world, seed))
    await play(world, stories)
    const casts = stories.map(({ cast }) => cast)
    ;[inPost, alsoInPost, left] = casts
    agency = inPost.agency.as_caseworker
    await leave(left)
  })
  after(() => stack?.end())

  const leave = async (cast) => {
    await world.act(cast.as_head, `posts/${cast.post}/vacate`, { leftOn: '2013-03-28', reason: 'Moves to another county.' })
    await world.settle()
    const [entry] = await world.list(agency, `register-entries?personId=${cast.candidate}`)
    assert.equal(entry.state, 'left')
  }

  const invite = async (more = {}) => {
    const id = await world.create(agency, 'invitations', { ...EVENT, ...more })
    await world.settle()
    return id
  }

  const see = (id) => world.see(agency, `invitations/${id}`)

  /* The letters about an invitation by one template, all of which were sent once and stand in the maildir once. */
  const letters = async (id, template) => {
    const all = await world.list(agency, `cases/${id}/messages`, 'messages')
    assertSentOnce(all)
    assertDelivered(all, stack.mails())
    return all.filter((one) => one.template === template)
  }
  const invited = async (id, template = 'event-invitation') =>
    (await letters(id, template)).map(({ recipient }) => recipient.id).sort()
  const people = (...casts) => casts.map(({ candidate }) => candidate).sort()

  /* The calendars that came for an address about an invitation, the latest last. */
  const calendars = (id, to) => execFileSync('/usr/bin/python3', ['tests/support/mail_read.py', join(stack.stack.folder, 'mail')],
    { cwd: ROOT, encoding: 'utf8' }).split('\n')
    .filter((line) => line.split(' | ')[1] === to && line.includes(`${id}@attain`))
    .map((line) => / text\/calendar (?<method>\S+) (?<uid>\S+) (?<sequence>\d+) (?<starts>\S+) (?<ends>\S+) (?<attendee>\S+) .* \| application\/ics \k<method> \k<uid> \k<sequence> /.exec(line).groups)
    .sort((a, b) => Number(a.sequence) - Number(b.sequence))

  let toAll

  test('AST_T2__everybody_in_post_by_the_register_gets_one_letter_with_the_event', async () => {
    toAll = await invite()
    const seen = await see(toAll)
    assert.deepEqual([seen.state, seen.invited, seen.title, seen.startsAt, seen.words], ['sent', 2, EVENT.title, EVENT.startsAt, EVENT.words])
    assert.deepEqual(await invited(toAll), people(inPost, alsoInPost), 'in post: neither who has left, nor who did not pass')
    for (const cast of [inPost, alsoInPost]) {
      const [event, ...others] = calendars(toAll, cast.mail('candidate'))
      assert.equal(others.length, 0)
      assert.deepEqual({ ...event }, {
        method: 'REQUEST', uid: `${toAll}@attain`, sequence: '0', starts: '2013-06-14T09:00:00+00:00', ends: '2013-06-14T15:00:00+00:00',
        attendee: `mailto:${cast.mail('candidate')}`,
      })
    }
    const mail = stack.mails().find(({ to, calendar }) => to === inPost.mail('candidate') && calendar?.uid === `${toAll}@attain`)
    assert.equal(mail.subject, `You are invited: ${EVENT.title}, Friday 14 June 2013, 10:00`)
    for (const words of ['Dear Cora Candidate', EVENT.words, 'Where: The Guildhall, Westford', 'Answer by: Friday 31 May 2013']) {
      assert.ok(mail.text.includes(words), words)
    }
    assert.match(mail.calendar.raw, /PARTSTAT=NEEDS-ACTION/)
  })

  test('AST_T2__an_invitation_for_an_authority_goes_to_those_in_post_there', async () => {
    const id = await invite({ laIds: [inPost.la] })
    assert.equal((await see(id)).invited, 1)
    assert.deepEqual(await invited(id), people(inPost))
    const none = await invite({ laIds: [left.la] })
    assert.deepEqual([(await see(none)).state, (await see(none)).invited ?? 0, await invited(none)], ['sent', 0, []], 'nobody is in post there')
    const both = await invite({ laIds: [left.la, alsoInPost.la, inPost.la] })
    assert.deepEqual(await invited(both), people(inPost, alsoInPost))
  })

  test('AST_T2__those_who_have_left_are_invited_where_the_agency_says_so', async () => {
    const id = await invite({ alsoLeft: true, place: undefined, link: 'https://events.example/across' })
    assert.deepEqual(await invited(id), people(inPost, alsoInPost, left))
    const mail = stack.mails().find(({ to, calendar }) => to === left.mail('candidate') && calendar?.uid === `${id}@attain`)
    assert.ok(mail.text.includes('Link: https://events.example/across') && !mail.text.includes('Where:'))
  })

  test('AST_T2__what_is_wrong_with_an_invitation_is_refused_field_by_field', async () => {
    const refused = async (more, ...fields) => {
      const problem = await world.refused(agency, 'invitations', { ...EVENT, ...more }, 'AST-T2', 'wrong-field')
      assert.deepEqual(problem.errors.map(({ field }) => field).sort(), fields)
    }
    await refused({ startsAt: `${AST_DAYS.ends}T20:00:00Z` }, 'replyByOn', 'startsAt')
    await refused({ replyByOn: DAY }, 'replyByOn')
    await refused({ place: undefined }, 'place')
    await refused({ minutes: 10, link: 'http://events.example/' }, 'link', 'minutes')
    await refused({ laIds: [inPost.la, inPost.school, randomUUID()] }, 'laIds[1]', 'laIds[2]')
    await refused({ laIds: [inPost.la], alsoLeft: true }, 'alsoLeft')
    const tooLong = await agency.post('/v1/invitations', { ...EVENT, words: 'w'.repeat(1001) })
    assert.equal(tooLong.status, 400, 'words within bounds')
  })

  test('AST_T2__nobody_but_the_agency_invites_withdraws_or_reads_an_invitation', async () => {
    for (const client of [inPost.as_coordinator, inPost.as_head, inPost.as_candidate]) {
      assert.equal((await client.post('/v1/invitations', EVENT)).status, 403)
      assert.equal((await client.post(`/v1/invitations/${toAll}/withdraw`, { reason: 'No.' })).status, 403)
      assert.equal((await client.get(`/v1/invitations/${toAll}`)).status, 404)
    }
    assert.equal((await see(toAll)).state, 'sent')
  })

  test('AST_T2__an_invitation_repeated_and_killed_on_its_way_comes_once', async () => {
    const key = randomUUID()
    const first = await agency.post('/v1/invitations', { ...EVENT, alsoLeft: true }, { key, retry: true })
    await Promise.all(['assessment', 'notification'].map((service) => stack.stack.restart(service)))
    await stack.stack.ready()
    const again = await agency.post('/v1/invitations', { ...EVENT, alsoLeft: true }, { key, retry: true })
    assert.equal(again.body.id, first.body.id)
    await world.settle()
    const { state, invited: count } = await see(first.body.id)
    assert.deepEqual([state, count], ['sent', 3])
    const sent = await world.list(agency, `cases/${first.body.id}/messages`, 'messages')
    assert.deepEqual(sent.map(({ recipient }) => recipient.id).sort(), people(inPost, alsoInPost, left))
    /* An attempt that was cut off goes again, under the same Message-ID (law 12). */
    const delivered = stack.mails().map(({ messageId }) => messageId)
    for (const { state: standing, messageId } of sent) {
      assert.ok(standing === 'sent' && delivered.includes(messageId))
    }
  })

  test('AST_T2__who_was_invited_is_told_when_it_is_withdrawn_and_nobody_else', async () => {
    await leave(alsoInPost)
    await world.refused(agency, `invitations/${toAll}/withdraw`, { reason: ' ' }, 'AST-T2', 'wrong-field')
    await world.act(agency, `invitations/${toAll}/withdraw`, { reason: 'The Guildhall is closed after a flood.' })
    await world.settle()
    const seen = await see(toAll)
    assert.deepEqual([seen.state, seen.invited, seen.told, seen.reason], ['withdrawn', 2, 2, 'The Guildhall is closed after a flood.'])
    assert.deepEqual(await invited(toAll, 'event-withdrawn'), people(inPost, alsoInPost), 'whoever has left since is told, too')
    for (const cast of [inPost, alsoInPost]) {
      const [, event, ...others] = calendars(toAll, cast.mail('candidate'))
      assert.deepEqual([event.method, event.uid, event.sequence, others.length], ['CANCEL', `${toAll}@attain`, '1', 0])
    }
    const mail = stack.mails().find(({ to, calendar }) => to === inPost.mail('candidate') && calendar?.uid === `${toAll}@attain` && calendar.method === 'CANCEL')
    assert.ok(mail.text.includes('Why: The Guildhall is closed after a flood.'))
    await world.refused(agency, `invitations/${toAll}/withdraw`, { reason: 'Again.' }, 'AST-T2', 'withdrawn-already')
  })

  test('AST_T2__on_the_day_of_the_event_it_is_too_late_to_withdraw', async () => {
    const id = await invite()
    assert.equal((await see(id)).invited, 1)
    await world.moveTo(`${DAY}T07:00:00Z`)
    assert.equal((await see(id)).state, 'over')
    await world.refused(agency, `invitations/${id}/withdraw`, { reason: 'It rains.' }, 'AST-T2', 'too-late')
    assert.deepEqual(await invited(id, 'event-withdrawn'), [])
    assert.equal(JSON.parse(await stack.stack.attain('verify')).faults, 0)
  })
})
