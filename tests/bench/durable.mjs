/**
 * Durable commands over HTTP: an item is added to a portfolio, of one enrolment among many. Beside it the
 * Fastify peer in its forms, one run of each by turns, so that a slow minute of the machine hits all.
 */
import { SERVICES } from '../support/stack.mjs'
import { lagMs } from './figures.mjs'
import { load } from './load.mjs'
import { cpu, cpuBetween } from './processes.mjs'

const WARM_S = 1

/** Forms in which the peer runs: [name, form, workers, pool]. */
const FORMS = [
  ['five-1', 'five', 1, 20],
  ['five-2', 'five', 2, 10],
  ['cte-1', 'cte', 1, 20],
  ['cte-2', 'cte', 2, 10],
  ['hello', 'hello', 1, 1],
]

/** The middle one of `numbers`. */
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

const middle = (runs) => ({
  perSecond: median(runs.map((run) => run.perSecond)),
  p50Us: median(runs.map((run) => run.p50Us)),
  p99Us: median(runs.map((run) => run.p99Us)),
  maxUs: Math.max(...runs.map((run) => run.maxUs)),
  runs: runs.map((run) => Math.round(run.perSecond)),
})

/* One run of ours, with its cost by process and the lag of the consumers at its end. */
const ours = async (stack, file, options) => {
  const before = cpu(stack)
  const result = await load({ file, port: stack.basePort + 80, warm: WARM_S, ...options })
  const lag = await lagMs(stack)
  const after = cpu(stack)
  return { ...result, lagMs: lag, cost: { ...cpuBetween(before, after, result.answered), load: result.cpuUs } }
}

const costs = (runs) => {
  const names = [...new Set(runs.flatMap(({ cost }) => Object.keys(cost)))]
  return Object.fromEntries(names.map((name) => [name, median(runs.map(({ cost }) => cost[name] ?? 0))]))
}

/**
 * @param {{stack: object, peer: object, items: string, rounds: number, seconds: number, say: (text: string) => void}} bench
 */
export const durable = async ({ stack, peer, items, rounds, seconds, say }) => {
  const runs = { ours: [], ...Object.fromEntries(FORMS.map(([name]) => [name, []])) }
  for (let round = 0; round < rounds; round++) {
    runs.ours.push(await ours(stack, items, { seconds }))
    for (const [name, form, workers, pool] of FORMS) {
      runs[name].push(await peer.fastify(form, workers, pool, () =>
        load({ file: peer.requests, port: peer.port, warm: WARM_S, seconds })))
    }
    say(`durable, round ${round + 1}: ${Object.entries(runs).map(([name, all]) => `${name} ${Math.round(all.at(-1).perSecond)}/s`).join(', ')}`)
  }
  const best = (...names) => names.map((name) => middle(runs[name])).reduce((a, b) => a.perSecond > b.perSecond ? a : b)
  const cte = best('cte-1', 'cte-2')
  const atPeersRate = []
  for (let round = 0; round < rounds; round++) {
    atPeersRate.push(await ours(stack, items, { seconds, rate: cte.perSecond }))
  }
  return {
    ours: { ...middle(runs.ours), lagMs: Math.max(...runs.ours.map((run) => run.lagMs)) },
    budgetUs: costs(runs.ours),
    fastifyFive: best('five-1', 'five-2'),
    fastifyCte: cte,
    fastifyHello: middle(runs.hello),
    oursAtPeersRate: middle(atPeersRate),
  }
}

/** The same over TLS; the stack's gateway is started anew with and without. */
export const durableTls = async ({ stack, items, rounds, seconds }) => {
  const runs = []
  for (let round = 0; round < rounds; round++) {
    runs.push(await ours(stack, items, { seconds, tls: true }))
  }
  return middle(runs)
}

/** What a request costs by process, as rows of a table; the services that only consume are one row. */
export const budgetRows = (costUs) => {
  const of = (name) => costUs[name] ?? 0
  const followers = SERVICES.filter((name) => !['gateway', 'assessment'].includes(name))
  const postgres = Object.keys(costUs).filter((name) => name.startsWith('PostgreSQL'))
  const followersPg = postgres.filter((name) => followers.some((service) => name.endsWith(` ${service}`)))
  const rows = [
    ['load generator', of('load')],
    ['gateway', of('gateway')],
    ['assessment', of('assessment')],
    ['PostgreSQL for assessment', of('PostgreSQL for assessment')],
    ['PostgreSQL for the gateway\'s log', of('PostgreSQL for gateway')],
    ['the other services', followers.reduce((sum, name) => sum + of(name), 0)],
    ['PostgreSQL for the other services', followersPg.reduce((sum, name) => sum + of(name), 0)],
    ['PostgreSQL, the rest (WAL, checkpoints, vacuum)', of('PostgreSQL, the rest')],
  ]
  return [...rows, ['together', rows.reduce((sum, [, us]) => sum + us, 0)]]
}
