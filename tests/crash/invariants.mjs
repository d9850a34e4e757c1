/**
 * What must hold when everything has settled, whatever was killed on the way. Each check returns its
 * faults as {kind, text}: `lost` (something acknowledged or told did not arrive), `doubled` (something
 * has happened twice) or `wrong`.
 */
import { complaints, SERVICES } from '../support/stack.mjs'
import { AT_MOST_ONE, CONSEQUENCES, EXCUSED } from './consequences.mjs'
import { SERVICE_NUMBERS } from './database.mjs'

const SYSTEM = 25 /* role of what the services do themselves */
const EPOCH_LOST = 3 /* exit status of a process that another has replaced */

const lost = (text) => ({ kind: 'lost', text })
const doubled = (text) => ({ kind: 'doubled', text })
const wrong = (text) => ({ kind: 'wrong', text })

const grouped = (list, key) => {
  const groups = new Map()
  for (const one of list) {
    groups.set(key(one), [...groups.get(key(one)) ?? [], one])
  }
  return groups
}

/** What happened how often, against how often it should have. */
const counted = (found, expected, what) => {
  if (found < expected) {
    return [lost(`${what}: ${found} instead of ${expected}`)]
  }
  return found > expected ? [doubled(`${what}: ${found} instead of ${expected}`)] : []
}

/**
 * Every acknowledged command stands in the log once, at the version that was answered, and nothing that
 * a client caused stands there which no client was told of.
 * @param {number} others commands of clients that kept no journal
 */
export const acknowledged = ({ logs, journal, others }) => {
  const faults = []
  const at = new Map(SERVICES.flatMap((name) => logs[name]
    .filter(({ cause }) => cause.producer === 0).map((event) => [`${event.caseId} ${event.seq}`, event])))
  const told = new Map()
  const accepted = journal.accepted()
  for (const { path, key, id, version } of accepted.filter(({ ids }) => ids === undefined)) {
    const event = at.get(`${id} ${version}`)
    if (event === undefined) {
      faults.push(lost(`${path} under ${key} was answered ${id} version ${version}, which is not in the log`))
    } else if (told.has(event.cause.message)) {
      faults.push(wrong(`${path} under ${key} and ${told.get(event.cause.message)} rest on the same event`))
    } else {
      told.set(event.cause.message, `${path} under ${key}`)
    }
  }
  /* A write about several cases names them without their versions: one message that no other answer rests on. */
  for (const { path, key, ids } of accepted.filter((one) => one.ids !== undefined)) {
    const event = [...at.values()].find(({ caseId, role, cause }) => role !== SYSTEM && ids[0] === caseId && !told.has(cause.message))
    if (event === undefined) {
      faults.push(lost(`${path} under ${key} was answered ${ids}, and nothing was done to the first`))
    } else {
      told.set(event.cause.message, `${path} under ${key}`)
    }
  }
  const ofClients = [...grouped(SERVICES.flatMap((name) => logs[name])
    .filter(({ role, cause }) => role !== SYSTEM && cause.producer === 0), ({ cause }) => cause.message)]
  const untold = ofClients.filter(([message]) => !told.has(message))
  faults.push(...counted(untold.length, others, 'effects without an acknowledgement, besides the tokens of the harness'))
  for (const [message, events] of ofClients) {
    if (new Set(events.map(({ caseId }) => caseId)).size > 1) {
      faults.push(doubled(`message ${message} has acted on ${events.length} cases`))
    }
  }
  return faults
}

/** The gateway has every event of every other service once, and in order. */
export const publicLog = ({ logs, heads }) => {
  const faults = []
  const relogged = grouped(logs.gateway.filter(({ cause }) => cause.producer !== 0), ({ cause }) => cause.producer)
  for (const [number, name] of SERVICE_NUMBERS) {
    if (name === 'gateway') {
      continue
    }
    const positions = (relogged.get(number) ?? []).map(({ cause }) => cause.position)
    faults.push(...counted(positions.length, heads[name], `events of ${name} in the public log`))
    const astray = positions.findIndex((position, index) => position !== index + 1)
    if (astray >= 0) {
      faults.push(wrong(`the public log has event ${positions[astray]} of ${name} where ${astray + 1} belongs`))
    }
  }
  return faults
}

/** Every event was applied once by each that follows from it; what is excused from that has not happened. */
export const applied = ({ logs, bodies }) => {
  const own = SERVICES.filter((name) => name !== 'gateway').flatMap((name) => logs[name].map((event) => ({ ...event, name })))
  const faults = own.filter(({ type }) => type in EXCUSED)
    .map(({ type, position, name }) => wrong(`${type} ${position} of ${name} has happened though ${EXCUSED[type]}`))
  const reminded = new Set(own.filter(({ type }) => type === 'DeadlineSet').map(({ name, position }) => bodies.get(`${name} ${position}`))
    .filter((body) => body?.reminders?.length > 0).map(({ deadlineId }) => deadlineId))
  const consequences = new Map(SERVICES.map((name) => [name, grouped(logs[name],
    ({ type, cause }) => `${type} ${SERVICE_NUMBERS.get(cause.producer)} ${cause.position}`)]))
  for (const [producer, event, consumer, result, times] of CONSEQUENCES) {
    for (const { type, position } of logs[producer]) {
      if (type === event) {
        const asked = times(bodies.get(`${producer} ${position}`), { reminded }) ?? 0
        const found = consequences.get(consumer).get(`${result} ${producer} ${position}`)?.length ?? 0
        const expected = asked === AT_MOST_ONE ? Math.min(found, 1) : asked
        faults.push(...counted(found, expected, `${result} in ${consumer} after ${event} ${position} of ${producer}`))
      }
    }
  }
  return faults
}

/** Every entry of the ledger balances, and the accounts stand where the stories say. */
export const ledger = async ({ database, expected }) => {
  const faults = []
  const open = await database.rows('select entry_id, sum(pence) from funding.posting group by entry_id having sum(pence) <> 0')
  faults.push(...open.map(([entry, pence]) => wrong(`entry ${entry} of the ledger is out by ${pence} pence`)))
  const accounts = Object.fromEntries(await database.rows('select account, sum(pence) from funding.posting group by account'))
  for (const [account, pence] of Object.entries(expected)) {
    if (Number(accounts[account] ?? 0) !== pence) {
      faults.push(wrong(`account ${account} stands at ${accounts[account] ?? 'nothing'} instead of ${pence} pence`))
    }
  }
  return faults
}

/** One Message-ID for each (case, rule, item, ordinal, recipient) of a reminder, and for each cause of another. */
export const messageIds = ({ logs, bodies }) => {
  const faults = []
  const queued = logs.notification.filter(({ type }) => type === 'MessageQueued')
    .map(({ position, cause }) => ({ ...bodies.get(`notification ${position}`), cause }))
  const what = ({ sourceCaseId, rule, item, ordinal, recipient, cause, webinarId }) => JSON.stringify([
    sourceCaseId, rule, item ?? '', ordinal ?? 0, recipient,
    ...ordinal > 0 ? [] : [cause.producer, cause.position, webinarId ?? ''],
  ])
  for (const [key, list] of grouped(queued, what)) {
    faults.push(...counted(list.length, 1, `messages of ${key}`))
  }
  for (const [id, list] of grouped(queued, ({ messageId }) => messageId)) {
    faults.push(...counted(list.length, 1, `messages with the id ${id}`))
  }
  return faults
}

/**
 * What the mail server received (`mails`): all that counts as sent, and twice only where that is uncertain, which
 * it is only where a kill fell between one attempt and the next.
 * @param {{from: number, to: number}[]} marks where the log of notification was when it or PostgreSQL was killed
 */
export const delivered = ({ logs, bodies, mails, marks }) => {
  const faults = []
  const received = grouped(mails, ({ messageId }) => messageId.replace(/^<|>$/g, ''))
  const cases = grouped(logs.notification, ({ caseId }) => caseId)
  let uncertain = 0
  for (const events of cases.values()) {
    const queued = events.find(({ type }) => type === 'MessageQueued')
    if (queued === undefined) {
      continue
    }
    const count = (name) => events.filter(({ type }) => type === name).length
    const attempts = events.filter(({ type }) => type === 'AttemptBegun').map(({ position }) => position)
    const doubtful = attempts.filter((position) => bodies.get(`notification ${position}`).afterUncertain)
    const doubts = doubtful.length
    const id = bodies.get(`notification ${queued.position}`).messageId.replace(/^<|>$/g, '')
    const copies = received.get(id)?.length ?? 0
    received.delete(id)
    uncertain += doubts
    for (const position of doubtful) {
      const before = attempts[attempts.indexOf(position) - 1] ?? position
      if (!marks.some(({ from, to }) => before <= to && from < position)) {
        faults.push(wrong(`mail ${id} was tried at ${before} and, as if that were uncertain, at ${position}; nothing was killed between`))
      }
    }
    if (count('MessageSent') !== 1) {
      faults.push(...counted(count('MessageSent'), 1, `MessageSent of ${id}`))
    }
    if (copies === 0) {
      faults.push(lost(`mail ${id} is not at the server`))
    }
    if (copies > 1 + doubts) {
      faults.push(doubled(`mail ${id} is at the server ${copies} times with ${doubts} uncertain attempts`))
    }
  }
  faults.push(...[...received.keys()].map((id) => wrong(`mail ${id} is at the server and nowhere else`)))
  return { faults, uncertain }
}

/** Nobody is reminded of what was done, and of nothing twice. */
export const reminders = ({ logs, bodies, instants }) => {
  const faults = []
  const ended = new Map()
  for (const name of ['application', 'assessment', 'funding']) {
    for (const { type, position } of logs[name]) {
      if (type === 'DeadlineEnded') {
        ended.set(bodies.get(`${name} ${position}`).deadlineId, instants.get(`${name} ${position}`))
      }
    }
  }
  const stopped = new Set()
  for (const { type, position } of logs.notification) {
    const body = bodies.get(`notification ${position}`)
    const at = instants.get(`notification ${position}`)
    if (type === 'RemindersStopped') {
      stopped.add(body.deadlineId)
    } else if (type === 'ReminderClaimed' && stopped.has(body.deadlineId)) {
      faults.push(wrong(`a reminder of ${body.rule} (${body.deadlineId}) was claimed after its end had arrived`))
    } else if (type === 'ReminderClaimed' && ended.get(body.deadlineId) < at) {
      faults.push(wrong(`a reminder of ${body.rule} (${body.deadlineId}) at ${at}, done at ${ended.get(body.deadlineId)}`))
    }
  }
  return faults
}

/** Nothing crashed by itself: no process ended otherwise than told, no sanitizer spoke. */
export const sound = ({ folder, ends }) => {
  const faults = ends.filter(({ code, signal }) => signal !== null || (code !== 0 && code !== EPOCH_LOST))
    .map(({ name, code, signal }) => wrong(`${name} ended by itself: ${signal ?? `exit ${code}`}`))
  return [...faults, ...complaints(folder).map(wrong)]
}
