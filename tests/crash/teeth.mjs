/**
 * Whether the checks can fail at all: each is shown logs that are wrong in a known way, before anything
 * is killed. Throws when one does not see it.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as invariants from './invariants.mjs'

const NOBODY = { application: [], assessment: [], funding: [], notification: [], gateway: [] }
const SYSTEM = 25

const event = (position, type, more = {}) =>
  ({ position, type, caseId: `case ${position}`, seq: 1, role: SYSTEM, cause: { message: '', producer: 0, position: 0 }, ...more })
const after = (producer, position) => ({ cause: { message: '', producer, position } })
const kinds = (faults) => faults.map(({ kind }) => kind)

const acknowledged = () => {
  const written = (seq, message) => event(seq, 'PostDrafted', { caseId: 'p', seq, role: 2, cause: { message, producer: 0, position: 0 } })
  const logs = { ...NOBODY, application: [written(1, 'm1'), written(2, 'm2')] }
  const told = [1, 2].map((version) => ({ path: '/v1/posts', key: `k${version}`, id: 'p', version }))
  const faults = (...list) => kinds(invariants.acknowledged({ logs, others: 0, journal: { accepted: () => list } }))
  assert.deepEqual(faults(...told), [])
  assert.deepEqual(faults(...told, { path: '/v1/posts', key: 'k3', id: 'p', version: 3 }), ['lost'])
  assert.deepEqual(faults(told[0]), ['doubled'])
  assert.deepEqual(faults(...told, { ...told[0], key: 'k3' }), ['wrong'])
}

const applied = () => {
  const reserved = event(1, 'FundingReserved')
  const faults = (application, ...funding) => kinds(invariants.applied({
    logs: { ...NOBODY, application, funding: [reserved, ...funding] }, bodies: new Map([['application 1', {}]]),
  }))
  const [funded, opened] = [event(1, 'PostFunded', after(3, 1)), event(2, 'PostFundingOpened', after(3, 1))]
  assert.deepEqual(faults([funded], opened), [])
  assert.deepEqual(faults([], opened), ['lost'])
  assert.deepEqual(faults([funded], opened, { ...opened, position: 3 }), ['doubled'])
  assert.deepEqual(faults([funded, event(2, 'PostVacated')], opened), ['wrong'])
}

const remindersStopped = () => {
  const faults = (reminders, ...notification) => kinds(invariants.applied({
    logs: { ...NOBODY, funding: [event(1, 'DeadlineSet'), event(2, 'DeadlineEnded')], notification },
    bodies: new Map([['funding 1', { deadlineId: 'd', reminders }], ['funding 2', { deadlineId: 'd' }]]),
  }))
  const [planned, stopped] = [event(1, 'RemindersPlanned', after(3, 1)), event(2, 'RemindersStopped', after(3, 2))]
  assert.deepEqual(faults([{}], planned, stopped), [])
  assert.deepEqual(faults([]), [])
  assert.deepEqual(faults([{}], planned), ['lost'])
  assert.deepEqual(faults([], stopped), ['doubled'])
}

const publicLog = () => {
  const heads = { application: 2, assessment: 0, funding: 0, notification: 0 }
  const faults = (...positions) => kinds(invariants.publicLog({
    heads, logs: { ...NOBODY, gateway: positions.map((position, index) => event(index + 1, 'Told', after(1, position))) },
  }))
  assert.deepEqual(faults(1, 2), [])
  assert.deepEqual(faults(1), ['lost'])
  assert.deepEqual(faults(1, 2, 2), ['doubled', 'wrong'])
  assert.deepEqual(faults(2, 1), ['wrong'])
}

const reminders = () => {
  const body = { deadlineId: 'd', rule: 'AST-A4' }
  const faults = (claimedAt, ...notification) => kinds(invariants.reminders({
    logs: { ...NOBODY, application: [event(1, 'DeadlineEnded')], notification },
    bodies: new Map([['application 1', body], ['notification 1', body], ['notification 2', body]]),
    instants: new Map([['application 1', '2012-01-02T00:00:00Z'], ...[1, 2].map((n) => [`notification ${n}`, claimedAt])]),
  }))
  assert.deepEqual(faults('2012-01-01T00:00:00Z', event(1, 'ReminderClaimed'), event(2, 'RemindersStopped')), [])
  assert.deepEqual(faults('2012-01-01T00:00:00Z', event(1, 'RemindersStopped'), event(2, 'ReminderClaimed')), ['wrong'])
  assert.deepEqual(faults('2012-01-03T00:00:00Z', event(1, 'ReminderClaimed')), ['wrong'])
}

const messageIds = () => {
  const queued = (messageId) => ({ sourceCaseId: 's', rule: 'AST-A4', ordinal: 1, recipient: { id: 'x' }, messageId })
  const faults = (...bodies) => kinds(invariants.messageIds({
    logs: { ...NOBODY, notification: bodies.map((_, index) => event(index + 1, 'MessageQueued')) },
    bodies: new Map(bodies.map((body, index) => [`notification ${index + 1}`, body])),
  }))
  assert.deepEqual(faults(queued('a')), [])
  assert.deepEqual(faults(queued('a'), queued('b')), ['doubled'])
  assert.deepEqual(faults(queued('a'), { ...queued('a'), ordinal: 2 }), ['doubled'])
}

const delivered = () => {
  const logs = (...types) => ({ ...NOBODY, notification: types.map((type, index) => event(index + 1, type, { caseId: 'm' })) })
  let marks = [{ from: 2, to: 2 }]
  const faults = (copies, ...types) => kinds(invariants.delivered({
    logs: logs('MessageQueued', ...types), marks, mails: Array(copies).fill({ messageId: '<a>' }),
    bodies: new Map([1, 2, 3, 4].map((n) => [`notification ${n}`, { messageId: 'a', afterUncertain: n === 3 }])),
  }).faults)
  assert.deepEqual(faults(1, 'AttemptBegun', 'MessageSent'), [])
  assert.deepEqual(faults(0, 'AttemptBegun', 'MessageSent'), ['lost'])
  assert.deepEqual(faults(2, 'AttemptBegun', 'MessageSent'), ['doubled'])
  assert.deepEqual(faults(2, 'AttemptBegun', 'AttemptBegun', 'MessageSent'), [])
  assert.deepEqual(faults(1, 'AttemptBegun'), ['lost'])
  for (const [from, to, ...found] of [[2, 2], [0, 2], [2, 9], [0, 1, 'wrong'], [3, 9, 'wrong']]) {
    marks = [{ from, to }]
    assert.deepEqual(faults(2, 'AttemptBegun', 'AttemptBegun', 'MessageSent'), found)
  }
  marks = []
  assert.deepEqual(faults(1, 'AttemptBegun', 'AttemptBegun', 'MessageSent'), ['wrong'])
}

const sound = () => {
  const folder = mkdtempSync(join(tmpdir(), 'attain-teeth-'))
  const faults = (said, ...ends) => {
    writeFileSync(join(folder, 'log/funding.log'), `{"level":"info"}\n${said}\n`)
    return kinds(invariants.sound({ folder, ends: ends.map(([code, signal]) => ({ name: 'funding', code, signal })) }))
  }
  mkdirSync(join(folder, 'log'))
  assert.deepEqual(faults('', [0, null], [3, null]), [])
  assert.deepEqual(faults('', [1, null], [null, 'SIGABRT']), ['wrong', 'wrong'])
  for (const said of ['==7==ERROR: AddressSanitizer: heap-use-after-free on address', '==7==ERROR: LeakSanitizer: detected memory leaks',
    'common/str.c:7:3: runtime error: signed integer overflow']) {
    assert.deepEqual(faults(said, [0, null]), ['wrong'])
  }
  rmSync(folder, { recursive: true })
}

/** Tries every check that judges the logs. */
export const tryChecks = () => [acknowledged, applied, remindersStopped, publicLog, reminders, messageIds, delivered, sound].forEach((one) => one())
