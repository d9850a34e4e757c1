/**
 * `make crash`: the main lines side by side on throw-away stacks, while processes and the database are
 * killed at random; then everything settles and must be as if nothing had been killed. Each round is a
 * stack of its own, with standbys and without by turns.
 *
 *     SEED=7 KILLS=200 CASES=4 VARIANT=asan node tests/crash/crash.mjs
 *
 * SEED repeats the order of the kills. Ends with one line of JSON; the exit status is 0 when it says ok,
 * and otherwise the folder with the logs is kept.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Random } from './random.mjs'
import { playRound } from './round.mjs'
import { tryChecks } from './teeth.mjs'

const number = (name, fallback) => {
  const value = Number(process.env[name] ?? fallback)
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new Error(`${name} is no whole number: ${process.env[name]}`)
  }
  return value
}

const KILLS = number('KILLS', 40)
const CASES = number('CASES', 4)
const SEED = number('SEED', Math.floor(Math.random() * 2 ** 31))
const BASE_PORT = number('BASE_PORT', 24_600)
const VARIANT = process.env.VARIANT ?? 'release'
const ROUND_KILLS = 40 /* at most */
const ALL_HIT_KILLS = 40 /* from so many on nobody may be left out */
const ROUNDS_IDLE = 3 /* rounds without a kill before it is given up */

const startedAt = performance.now()
const random = new Random(SEED)
const total = { kills: 0, commands: 0, events: 0, mails: 0, uncertain: 0, lost: 0, doubled: 0, victims: {} }
const faults = []
let line = ''

/** One line that is written over again at a terminal, and one line a round elsewhere. */
const progress = (text) => {
  line = text
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${text}`)
  }
}

tryChecks()
const folder = mkdtempSync(join(tmpdir(), 'attain-crash-'))
process.stderr.write(`crash: seed ${SEED}, ${KILLS} kills, ${CASES} cases of each main line a round, in ${folder}\n`)
for (let round = 1, idle = 0; total.kills < KILLS && idle < ROUNDS_IDLE && faults.length === 0; round++) {
  const left = KILLS - total.kills
  const kills = Math.min(ROUND_KILLS, round === 1 ? Math.ceil(KILLS / 2) : left)
  const outcome = await playRound({
    folder: join(folder, String(round)),
    random: new Random(random.between(0, 2 ** 31)),
    kills,
    cases: CASES,
    standbys: round % 2 === 0,
    basePort: BASE_PORT,
    variant: VARIANT,
    firstSeed: 1 + (round - 1) * CASES,
    say: (text) => progress(`crash: round ${round}, ${total.kills} kills before: ${text}`),
  })
  for (const name of ['kills', 'commands', 'events', 'mails', 'uncertain']) {
    total[name] += outcome[name]
  }
  for (const [name, count] of Object.entries(outcome.victims)) {
    total.victims[name] = (total.victims[name] ?? 0) + count
  }
  idle = outcome.kills === 0 ? idle + 1 : 0
  faults.push(...outcome.faults)
  process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[K' : ''}crash: round ${round}${round % 2 === 0 ? ' with standbys' : ''}: ${
    outcome.kills} kills, ${outcome.commands} commands, ${outcome.events} events, ${outcome.mails} mails, ${
    outcome.seconds} s, ${outcome.faults.length} faults\n`)
}
if (KILLS >= ALL_HIT_KILLS) {
  faults.push(...Object.entries(total.victims).filter(([, count]) => count === 0)
    .map(([name]) => ({ check: 'everybody was killed', kind: 'wrong', text: `${name} was never hit` })))
}
for (const { check, kind, text } of faults.slice(0, 40)) {
  process.stderr.write(`crash: ${check}: ${kind}: ${text}\n`)
}
total.lost = faults.filter(({ kind }) => kind === 'lost').length
total.doubled = faults.filter(({ kind }) => kind === 'doubled').length
const ok = faults.length === 0 && total.kills >= KILLS
if (ok) {
  rmSync(folder, { recursive: true, force: true })
} else {
  process.stderr.write(`crash: ${faults.length} faults, at: ${line}; the logs are in ${folder}; repeat with SEED=${SEED}\n`)
}
process.stdout.write(`${JSON.stringify({
  ...total, seconds: Math.round((performance.now() - startedAt) / 1000), seed: SEED, ok,
})}\n`)
process.exit(ok ? 0 : 1)
