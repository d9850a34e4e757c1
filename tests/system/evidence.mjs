/** What a test file reads of a root after its story: timeline, deadlines, messages; and what must hold of any. */
import assert from 'node:assert/strict'

/** Everything of the root `root`, as the agency sees it. */
export const evidence = async (world, root) => ({
  timeline: await world.list(world.admin, `cases/${root}/timeline`, 'entries'),
  deadlines: (await world.see(world.admin, `cases/${root}/deadlines`)).deadlines,
  messages: await world.list(world.admin, `cases/${root}/messages`, 'messages'),
})

/** Positions grow, and the events of each service keep their order. */
export const assertOrdered = (timeline) => {
  const last = {}
  let position = 0
  for (const entry of timeline) {
    assert.ok(entry.position > position, 'positions grow')
    assert.ok(entry.servicePosition > (last[entry.service] ?? 0), `events of ${entry.service} keep their order`)
    position = entry.position
    last[entry.service] = entry.servicePosition
  }
}

/** Every message was sent in one attempt, and none twice. */
export const assertSentOnce = (messages) => {
  for (const message of messages) {
    assert.deepEqual([message.state, message.attempts, message.uncertain], ['sent', 1, 0], message.template)
  }
  const names = messages.filter(({ template }) => template === 'reminder')
    .map((one) => [one.sourceCaseId, one.rule, one.item, one.ordinal, one.recipient.id, one.recipient.role].join(' '))
  assert.equal(new Set(names).size, names.length, 'no reminder twice')
  assert.equal(new Set(messages.map(({ messageId }) => messageId)).size, messages.length, 'no Message-ID twice')
}

/** No reminder was queued after its deadline had ended. */
export const assertNoneOnceDone = (timeline, messages) => {
  const set = new Map(timeline.filter(({ type }) => type === 'DeadlineSet').map(({ body, caseId }) => [body.deadlineId, { ...body, caseId }]))
  for (const ended of timeline.filter(({ type }) => type === 'DeadlineEnded')) {
    const deadline = set.get(ended.body.deadlineId)
    const reminders = messages.filter((one) => one.template === 'reminder' && one.sourceCaseId === deadline.caseId &&
      one.rule === deadline.rule && (one.item ?? '') === (deadline.item ?? ''))
    for (const reminder of reminders) {
      assert.ok(reminder.queuedAt <= ended.at, `a reminder of ${deadline.rule} ${deadline.item ?? ''} after its end`)
    }
  }
}

/** How many reminders there are of each rule and item. */
export const countReminders = (messages) => {
  const counts = {}
  for (const { rule, item } of messages.filter(({ template }) => template === 'reminder')) {
    const name = item === undefined || item === '' ? rule : `${rule} ${item}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** Every message of the root stands in the maildir under its Message-ID, once. */
export const assertDelivered = (messages, mails) => {
  const delivered = mails.map(({ messageId }) => messageId)
  for (const { messageId, template } of messages) {
    assert.equal(delivered.filter((id) => id === messageId).length, 1, `${template} ${messageId} is delivered once`)
  }
}
