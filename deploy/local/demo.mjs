/**
 * `make demo`: both main lines on a throw-away stack with a sandbox clock, told as they happen: who does
 * what on which day, what came of it, which letters went out, the sums. Ends with one line of JSON; the
 * exit status is 0 when it says ok.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { mails, Stack } from '../../tests/support/stack.mjs'
import { astStory, astSums } from './story/ast.mjs'
import { atsStory } from './story/ats.mjs'
import { inWords, pounds } from './story/dates.mjs'
import { play } from './story/play.mjs'
import { World } from './story/world.mjs'

const folder = mkdtempSync(join(tmpdir(), 'attain-demo-'))
const mailbox = join(folder, 'mail')
const stack = new Stack({
  folder, basePort: Number(process.env.BASE_PORT ?? 21_800), variant: process.env.VARIANT ?? 'release',
})
const say = (text) => process.stdout.write(`${text}\n`)
const told = new Set()

/** The letters that have gone out since the last look, by recipient and subject. */
const newLetters = () => {
  for (const { messageId, to, subject } of mails(mailbox).sort((a, b) => a.at - b.at)) {
    if (!told.has(messageId)) {
      told.add(messageId)
      say(`      ✉ ${to}: ${subject}`)
    }
  }
}

const wrapped = (text, indent, width = 110) => text.split(' ').reduce((lines, word) => {
  const last = lines[lines.length - 1]
  return last.length + word.length + 1 > width - indent ? [...lines, word]
    : [...lines.slice(0, -1), last === '' ? word : `${last} ${word}`]
}, ['']).join(`\n${' '.repeat(indent)}`)

const watch = {
  onClock: (at) => {
    newLetters()
    say(`\n${inWords(at)}, ${at.slice(11, 16)} UTC`)
  },
  onStep: (_, { name, who }, said) => {
    say(`  ${who}: ${wrapped(name, 4)}`)
    if (typeof said === 'string') {
      say(`    → ${wrapped(said, 6)}`)
    }
  },
}

/** Everything of the roots of the stories, as the agency sees it. */
const reckon = async (world, ast, ats) => {
  const roots = [...ast.roots(), ...ats.roots()]
  const messages = (await Promise.all(roots.map((root) => world.list(world.admin, `cases/${root}/messages`, 'messages')))).flat()
  const ledgers = await Promise.all([[ast.cast.as_finance, ast.cast.post], [ast.cast.as_finance, ast.cast.budget],
    [ats.cast.agency.as_officer, ats.cast.application]].map(([client, root]) => world.list(client, `cases/${root}/ledger`, 'lines')))
  const lines = ledgers.flat()
  const balance = (account) => lines.filter((line) => line.account === account).reduce((sum, { amount }) => sum + amount.pence, 0)
  const la = (which) => balance(`la:${ast.cast.la}:2012:${which}`)
  return {
    messages,
    ledger: {
      formula: balance('grant:2012:local_formula'), available: la('available'), reserved: la('reserved'), owed: la('owed'),
      paid: la('paid'), feesDue: balance('fees:2022:income'), feesReceived: balance('cash:fees'),
      sum: lines.reduce((sum, { amount }) => sum + amount.pence, 0),
    },
  }
}

const demonstrate = async () => {
  await stack.prepare()
  stack.start()
  await stack.ready()
  const world = new World({ base: stack.base(), token: await stack.token('administrator') })
  const ast = astStory(world, 1)
  const ats = atsStory(world, 1)

  say(`The stack is up: ${stack.base()}. First a post for an Advanced Skills Teacher, in 2012-13.`)
  await play(world, [ast], watch)
  newLetters()
  say('\nTen years on: a year towards Advanced Teacher Status, cohort of 2022.')
  await play(world, [ats], watch)
  await world.settle()
  newLetters()

  const { messages, ledger } = await reckon(world, ast, ats)
  const proof = JSON.parse(await stack.attain('verify'))
  const sums = astSums(ast.cast.yearlyPence)
  const delivered = new Set(mails(mailbox).map(({ messageId }) => messageId))
  const ok = proof.faults === 0 && ledger.sum === 0 && ledger.paid === sums.whole && ledger.owed === 0 &&
    ledger.feesReceived === 77_500 && messages.every(({ state, messageId }) => state === 'sent' && delivered.has(messageId))

  say('\nThe sums:')
  say(`  the authority had ${pounds(-ledger.formula)}; ${pounds(ledger.paid)} is paid, ${pounds(ledger.reserved)} reserved, ` +
    `${pounds(ledger.available)} free`)
  say(`  a fee of ${pounds(-ledger.feesDue)} was asked for and ${pounds(ledger.feesReceived)} received`)
  say(`  all entries together: ${pounds(ledger.sum)}`)
  world.close()
  return {
    cases: proof.cases, events: proof.events, messages: messages.length,
    reminders: messages.filter(({ template }) => template === 'reminder').length, ledger, ok,
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(1)) /* the stack ends with the process */
}
let result = { cases: 0, events: 0, messages: 0, reminders: 0, ledger: {}, ok: false }
try {
  result = await demonstrate()
} catch (error) {
  console.error(`demo: ${error.message} (logs: ${folder}/log)`)
}
await stack.stop().catch((error) => console.error(`demo: ${error.message}`))
if (result.ok) {
  rmSync(folder, { recursive: true, force: true })
}
say(`\n${JSON.stringify(result)}`)
process.exitCode = result.ok ? 0 : 1
