/**
 * The main line of a year towards Advanced Teacher Status, whole, through HTTP on a real stack; the mail
 * goes to a real mail server. The story checks each step, this file what stands there afterwards. Rules on
 * the way: ATS-A1, A2, A6 to A8, ATS-P1 to P7, P10, ATS-R1 to R4.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { ATS_DAYS, ATS_REMINDERS, atsStory } from '../../deploy/local/story/ats.mjs'
import { play } from '../../deploy/local/story/play.mjs'
import { Sink } from '../support/sink.mjs'
import { mails, ROOT } from '../support/stack.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { assertDelivered, assertNoneOnceDone, assertOrdered, assertSentOnce, countReminders, evidence } from './evidence.mjs'

describe('a year towards Advanced Teacher Status', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attain-sink-'))
  const sink = new Sink({ folder: join(folder, 'mail'), port: Number(process.env.BASE_PORT ?? 21_000) + 395 })
  let stack
  let cast
  let found
  let delivered

  before(async () => {
    await sink.start()
    stack = await throwaway('ats', { smtp: sink.url })
    const story = atsStory(stack.world, 5)
    await play(stack.world, [story])
    await stack.world.settle()
    cast = story.cast
    found = await evidence(stack.world, cast.application)
    delivered = mails(sink.folder)
  })
  after(async () => {
    await stack?.end()
    await sink.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('ATS_A6__the_timeline_runs_from_the_application_to_the_award', () => {
    assertOrdered(found.timeline)
    const steps = ['AtsApplied', 'AtsAccepted', 'FeePlanOpened', 'FeePaid', 'AtsPlaceConfirmed', 'Enrolled', 'MentorNominated',
      'MentoringAgreed', 'PortfolioItemAdded', 'MeetingRecorded', 'StatementGiven', 'StatementChecked', 'PortfolioSubmitted',
      'PortfolioReviewed', 'VivaBooked', 'VivaRecorded', 'StatusAwarded']
    const firsts = steps.map((type) => found.timeline.find((entry) => entry.type === type)?.at)
    assert.ok(firsts.every((at) => at !== undefined), `missing: ${steps.filter((_, index) => firsts[index] === undefined)}`)
    assert.deepEqual([...firsts].sort(), firsts)
  })

  test('ATS_P2__activities_done_and_late_are_told_apart', async () => {
    const { activities } = await stack.world.see(cast.as_participant, `enrolments/${cast.enrolment}`)
    assert.deepEqual(activities.filter(({ late }) => late).map(({ activity }) => activity), ['feedback-360'])
    const open = activities.filter((one) => one.doneOn === undefined)
    assert.deepEqual(open.map(({ activity, required }) => [activity, required]), [['webinar-viva', false]])
  })

  test('ATS_P5__reminders_come_before_on_and_after_the_day_none_twice_none_once_done', () => {
    assertSentOnce(found.messages)
    assertNoneOnceDone(found.timeline, found.messages)
    assert.deepEqual(countReminders(found.messages), {
      ...Object.fromEntries(Object.entries(ATS_REMINDERS).map(([code, count]) => [`ATS-P2 ${code}`, count])),
      'ATS-P2 webinar-viva': 3, /* never done, and not required */
      'ATS-A7 4': 3, /* the instalment that was paid late */
    })
    const statement = found.messages.filter(({ template, item }) => template === 'reminder' && item === 'mentor-statement')
    assert.deepEqual(statement.map(({ recipient: { id, role }, ordinal }) => [role, id, ordinal]).sort(),
      [['candidate', cast.participant, 1], ['mentor', cast.mentor, 1]].sort())
    const mentors = delivered.filter(({ to, messageId }) => to === cast.mail('mentor') && statement.some((one) => one.messageId === messageId))
    assert.equal(mentors.length, 1, 'and the mentor has it in the mailbox')
    const others = found.messages.filter(({ template, item, rule }) => template === 'reminder' && rule === 'ATS-P2' && item !== 'mentor-statement')
    assert.ok(others.every(({ recipient }) => recipient.id === cast.participant && recipient.role === 'candidate'), 'what is the participant\'s is nobody else\'s')
  })

  /** The calendars that the participant was sent about a webinar, in their order, as Python's icalendar reads them. */
  const invitations = (title) => execFileSync('/usr/bin/python3', ['tests/support/mail_read.py', sink.folder],
    { cwd: ROOT, encoding: 'utf8' }).split('\n')
    .filter((line) => line.split(' | ')[1] === cast.mail('participant') && line.includes(title))
    .map((line) => / text\/calendar (?<method>\S+) (?<uid>\S+) (?<sequence>\d+) (?<starts>\S+) \S+ (?<attendee>\S+) /.exec(line)?.groups)
    .filter((one) => one !== undefined)
    .map((one) => ({ ...one, sequence: Number(one.sequence), starts: new Date(one.starts).toISOString() }))
    .sort((a, b) => a.sequence - b.sequence)

  test('ATS_P4__invitations_follow_the_booking_and_the_move_with_one_uid', () => {
    const [first, second, ...others] = invitations('Introduction to the programme')
    assert.deepEqual([first.method, first.starts, second.method, second.starts, others.length],
      ['REQUEST', '2022-10-19T16:00:00.000Z', 'REQUEST', '2022-10-20T16:00:00.000Z', 0])
    assert.deepEqual([second.uid, second.attendee], [first.uid, `mailto:${cast.mail('participant')}`])
    assert.ok(second.sequence > first.sequence)
  })

  test('ATS_P4__a_booking_that_is_cancelled_takes_its_invitation_back', () => {
    const [invited, cancelled, ...others] = invitations('Reading research')
    assert.deepEqual([invited.method, cancelled.method, others.length], ['REQUEST', 'CANCEL', 0])
    assert.equal(cancelled.uid, invited.uid)
    assert.ok(cancelled.sequence > invited.sequence, `${cancelled.sequence} after ${invited.sequence}`)
    assert.notEqual(invited.uid, invitations('Introduction to the programme')[0].uid)
  })

  test('ATS_P3__three_meetings_and_a_checked_statement', async () => {
    const enrolment = await stack.world.see(cast.as_mentor, `enrolments/${cast.enrolment}`)
    assert.deepEqual(enrolment.meetings.map(({ heldOn }) => heldOn), ATS_DAYS.meetings)
    assert.deepEqual([enrolment.statementChecked, enrolment.vivaPassed], [true, true])
    assert.equal(enrolment.standardsEvidenced.length, 20)
  })

  test('ATS_A7__the_fee_is_paid_whole_and_stands_in_the_ledger', async () => {
    const plan = await stack.world.see(cast.agency.as_officer, `fee-plans/${cast.plan}`)
    assert.deepEqual([plan.state, plan.paid.pence, plan.instalments.every(({ paidOn }) => paidOn !== undefined)],
      ['paid', 77_500, true])
  })

  test('ATS_R4__everybody_is_told_and_every_letter_reaches_the_mail_server_once', () => {
    assertDelivered(found.messages, delivered)
    const subjects = delivered.filter(({ to }) => to === cast.mail('participant')).map(({ subject }) => subject)
    assert.ok(subjects.length > 15, `${subjects.length} letters`)
    const award = delivered.find(({ to, text }) => to === cast.mail('participant') && text.includes(cast.certificate))
    assert.ok(award !== undefined, 'the letter with the certificate')
  })

  test('ATS_P1__logs_cases_and_ledger_are_whole', async () => {
    await stack.stack.attain('checkpoint')
    const proof = JSON.parse(await stack.stack.attain('verify'))
    assert.deepEqual([proof.faults, proof.checkpoints], [0, 5])
    assert.ok(proof.records > 0, 'texts were looked at')
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
