/**
 * One round: a stack, the stories with the killer at work, the settling, the checks. Whatever goes wrong
 * becomes a fault; the stack is stopped in any case.
 */
import { join } from 'node:path'

import { astStory, astSums } from '../../deploy/local/story/ast.mjs'
import { atsStory } from '../../deploy/local/story/ats.mjs'
import { play } from '../../deploy/local/story/play.mjs'
import { World } from '../../deploy/local/story/world.mjs'
import { Sink } from '../support/sink.mjs'
import { Stack, mails, until } from '../support/stack.mjs'

import { Database } from './database.mjs'
import * as invariants from './invariants.mjs'
import { Journal } from './journal.mjs'
import { Killer } from './killer.mjs'

const SETTLED_MS = 60_000
const LAST_INSTANT = '2024-06-03T09:00:00Z' /* beyond everything that a story leaves due */

/** The standing of the services as `attain status` tells it. */
const standing = (text) => Object.fromEntries(text.trim().split('\n').map((line) => {
  const words = line.split(/\s+/)
  const value = (name) => Number(words[words.indexOf(name) + 1])
  return [words[0], {
    head: value('head'), due: value('due'), queued: value('queued'), parked: value('parked'),
    cursors: words.filter((word) => word.includes('=')).map((one) => one.split('=')),
  }]
}))

/** Why the services have not settled, in words, or ''. */
const unsettled = (services) => Object.entries(services).flatMap(([name, one]) => [
  ...['due', 'queued', 'parked'].filter((what) => one[what] !== 0).map((what) => `${name} has ${one[what]} ${what}`),
  ...one.cursors.filter(([producer, position]) => Number(position) !== services[producer].head)
    .map(([producer, position]) => `${name} is at ${position} of ${services[producer].head} of ${producer}`),
]).join(', ')

const settle = async (stack, world) => {
  await world.moveTo(LAST_INSTANT)
  let why = ''
  await until('cursors are at the heads, nothing is due, queued or parked', async () => {
    why = unsettled(standing(await stack.attain('status')))
    return why === ''
  }, { boundMs: SETTLED_MS, swallow: true }).catch((error) => {
    throw new Error(`${error.message}: ${why}`)
  })
}

/** What the gateway's public log says of every event: its body and its instant, by "service position". */
const publicEvents = async (world) => {
  const bodies = new Map()
  const instants = new Map()
  for (const { service, servicePosition, body, at } of await world.list(world.admin, 'events', 'entries')) {
    bodies.set(`${service} ${servicePosition}`, body ?? {})
    instants.set(`${service} ${servicePosition}`, at)
  }
  return { bodies, instants }
}

const named = (check, faults) => faults.map((fault) => ({ check, ...fault }))

const examine = async ({ stack, database, world, journal, sink, marks, asts, atss, others }) => {
  const before = await database.heads()
  const answers = await journal.repeatAll()
  const heads = await database.heads()
  const logs = Object.fromEntries(await Promise.all(Object.keys(heads).map(async (name) => [name, await database.events(name)])))
  const { bodies, instants } = await publicEvents(world)
  const mail = invariants.delivered({ logs, bodies, mails: mails(sink.folder), marks })
  const faults = [
    ...named('a repeated command is answered as before', answers.map((text) => ({ kind: 'wrong', text }))),
    ...named('a repeated command changes nothing', JSON.stringify(heads) === JSON.stringify(before) ? []
      : [{ kind: 'doubled', text: `the logs went from ${JSON.stringify(before)} to ${JSON.stringify(heads)}` }]),
    ...named('acknowledged commands are there once', invariants.acknowledged({ logs, journal, others })),
    ...named('the public log is whole', invariants.publicLog({ logs, heads })),
    ...named('every event is applied once', invariants.applied({ logs, bodies })),
    ...named('the ledger stands as expected', await invariants.ledger({ database, expected: expectedLedger({ asts, atss }) })),
    ...named('one Message-ID for each reminder', invariants.messageIds({ logs, bodies })),
    ...named('mails are at the server', mail.faults),
    ...named('no reminder of what is done', invariants.reminders({ logs, bodies, instants })),
  ]
  await stack.attain('verify').catch((error) => faults.push(
    ...named('attain verify', [{ kind: 'wrong', text: `${error.stdout ?? ''} ${error.stderr ?? error.message}` }])))
  return { faults, uncertain: mail.uncertain, events: Object.values(heads).reduce((sum, head) => sum + head, 0) }
}

/** Where the accounts must stand in the end: each authority's, and the programme's fees of all. */
const expectedLedger = ({ asts, atss }) => {
  const fees = atss.reduce((sum, { cast: { ledger } }) => sum + ledger.feesPence, 0)
  return Object.assign({ 'fees:2022:income': -fees, 'cash:fees': fees },
    ...asts.map(({ cast: { la, yearlyPence, totalPence } }) => {
      const { whole } = astSums(yearlyPence)
      const account = (name) => `la:${la}:2012:${name}`
      return {
        [account('available')]: totalPence - yearlyPence,
        [account('reserved')]: yearlyPence - whole,
        [account('owed')]: 0,
        [account('paid')]: whole,
      }
    }))
}

/**
 * @param {object} options
 * @param {string} options.folder kept by whoever calls
 * @param {import('./random.mjs').Random} options.random
 * @param {number} options.kills most kills
 * @param {number} options.cases stories side by side
 * @param {boolean} options.standbys
 * @param {number} options.basePort
 * @param {string} options.variant
 * @param {number} options.firstSeed of the stories
 * @param {(text: string) => void} options.say
 */
export const playRound = async ({ folder, random, kills, cases, standbys, basePort, variant, firstSeed, say }) => {
  const startedAt = performance.now()
  const ends = []
  const faults = []
  const journal = new Journal()
  const sink = new Sink({
    folder: join(folder, 'sink'), port: basePort + 99, handler: 'slow_mailbox.SlowMailbox', path: import.meta.dirname,
  })
  const stack = new Stack({
    folder, basePort, variant, standbys, smtp: sink.url, onEnd: (name, end) => {
      ends.push({ name, ...end })
      stack.start([name])
    },
  })
  const work = { done: 0, all: 1 }
  const database = new Database(stack.settings('operator').ATTAIN_PG)
  const killer = new Killer({ stack, database, random, kills, standbys, progress: () => work.done / work.all, say })
  const interrupted = async () => {
    await stack.stop()
    process.exit(130)
  }
  const signals = ['SIGINT', 'SIGTERM']
  signals.forEach((signal) => process.once(signal, interrupted))
  let found = { faults: [], uncertain: 0, events: 0 }
  let doing = 'start'
  try {
    await stack.prepare()
    await sink.start()
    stack.start()
    await stack.ready()
    const token = await stack.token('administrator')
    const bases = standbys ? [stack.base(1), stack.base(2)] : [stack.base(1)]
    const world = new World({ base: stack.base(), token, makeClient: (one) => journal.client(bases, one) })
    const several = (story) => Array.from({ length: cases }, (_, index) => story(world, firstSeed + index))
    const [asts, atss] = [several(astStory), several(atsStory)]
    const stories = [...asts, ...atss]

    doing = 'stories'
    work.all = stories.reduce((sum, { steps }) => sum + steps.length, 0)
    const killing = killer.run()
    await play(world, stories, {
      onStep: (story, step) => {
        work.done++
        say(`${killer.kills} kills, ${story.name}: ${step.name}`)
      },
    }).finally(() => killer.stop())
    await killing
    doing = 'settling'
    say('settles')
    stack.start()
    await stack.ready()
    await settle(stack, world)
    doing = 'checks'
    say('checks')
    found = await examine({ stack, database, world, journal, sink, marks: killer.marks, asts, atss, others: 0 })
    world.close()
  } catch (error) {
    faults.push(...named(doing, [{ kind: 'wrong', text: `${error.message}; ${await stack.attain('status').catch((no) => no.stdout ?? '')}` }]))
  }
  await killer.stop()
  const stopped = await stack.stop().catch((error) => ({ stack: { code: error.message, signal: null } }))
  await sink.stop().catch(() => {})
  signals.forEach((signal) => process.off(signal, interrupted))
  ends.push(...Object.entries(stopped).map(([name, end]) => ({ name, ...end })))
  faults.push(...found.faults, ...named('processes are sound', invariants.sound({ folder, ends })))
  return {
    kills: killer.kills, victims: killer.victims, commands: journal.count, events: found.events, mails: mails(sink.folder).length,
    uncertain: found.uncertain, seconds: Math.round((performance.now() - startedAt) / 1000), faults,
  }
}
