/** The table at the end: each figure, what is asked of it, and whether it is reached. */
import { budgetRows } from './durable.mjs'

const MIB = 1 << 20
const MS = 1000
const TARGETS = {
  best: 3, usual: 7, chain: 10, applied: 11_000, recoveryMs: 400, memoryMib: 80, idlePercent: 0.5, idleTimes: 2, lagMs: 1000, readTimes: 1.2, listTimes: 2,
}

const count = (number) => Math.round(number).toLocaleString('en-GB')
const ms = (us) => `${(us / MS).toFixed(1)} ms`
const times = (a, b) => `${(a / b).toFixed(2)} x`

const durableRows = ({ ours, fastifyFive, fastifyCte, fastifyHello, oursAtPeersRate }) => [
  ['durable commands/s, 256 connections', count(ours.perSecond), '', undefined],
  ['  p50, p99, longest', `${ms(ours.p50Us)}, ${ms(ours.p99Us)}, ${ms(ours.maxUs)}`, '', undefined],
  ['  Fastify, one CTE', count(fastifyCte.perSecond), '', undefined],
  ['  Fastify, five statements', count(fastifyFive.perSecond), '', undefined],
  ['  Fastify answering nothing', count(fastifyHello.perSecond), '', undefined],
  ['  ours against one CTE', times(ours.perSecond, fastifyCte.perSecond), `${TARGETS.best} x`,
    ours.perSecond >= TARGETS.best * fastifyCte.perSecond],
  ['  ours against five statements', times(ours.perSecond, fastifyFive.perSecond), `${TARGETS.usual} x`,
    ours.perSecond >= TARGETS.usual * fastifyFive.perSecond],
  ['  p99 at the peer\'s greatest rate', `${ms(oursAtPeersRate.p99Us)}, peer ${ms(fastifyCte.p99Us)}`, 'no worse',
    oursAtPeersRate.p99Us <= fastifyCte.p99Us],
  ['  consumers level after', `${count(ours.lagMs)} ms`, `< ${TARGETS.lagMs} ms`, ours.lagMs < TARGETS.lagMs],
]

const chainRows = ({ ours, graphileWorker, pgBoss, mailsPerSecond }) => {
  const best = Math.max(graphileWorker, pgBoss)
  return [
    ['chains of four stages/s', count(ours), '', undefined],
    ['  graphile-worker, pg-boss', `${count(graphileWorker)}, ${count(pgBoss)}`, '', undefined],
    ['  ours against the better', times(ours, best), `${TARGETS.chain} x`, ours >= TARGETS.chain * best],
    ['  mails then written to files/s, each synced', count(mailsPerSecond), '', undefined],
  ]
}

const consumerRows = (consumers) => Object.entries(consumers).flatMap(([name, { perSecond, firstMs }]) => [
  [`${name} applies events/s`, count(perSecond), count(TARGETS.applied), perSecond >= TARGETS.applied],
  [`  first event after kill -9 and restart`, `${count(firstMs)} ms`, `${TARGETS.recoveryMs} ms`, firstMs <= TARGETS.recoveryMs],
])

const readRows = ([few, many]) => [
  ...[few, many].map(({ cases, p50Us, p99Us }) =>
    [`a case read among ${count(cases)}, p50, p99`, `${ms(p50Us)}, ${ms(p99Us)}`, '', undefined]),
  ['  p99 of many against few', times(many.p99Us, few.p99Us), `${TARGETS.readTimes} x`,
    many.p99Us <= TARGETS.readTimes * few.p99Us],
]

/* The worst first. */
const listRows = ([worst, ...others]) => [
  [`a page of the slowest to grow: ${worst.list}`, `${worst.fewMs.toFixed(1)} ms, many ${worst.manyMs.toFixed(1)} ms`, '', undefined],
  [`  many against few; ${others.length} other lists are better`, times(worst.manyMs, worst.fewMs), `< ${TARGETS.listTimes} x`,
    worst.manyMs < TARGETS.listTimes * worst.fewMs],
]

const rowsOf = (result) => [
  ...result.durable === undefined ? [] : durableRows(result.durable),
  ...result.tls === undefined ? [] : [['durable commands/s over TLS', `${count(result.tls.perSecond)}, p99 ${ms(result.tls.p99Us)}`, '', undefined]],
  ...result.chain === undefined ? [] : chainRows(result.chain),
  ...result.consumers === undefined ? [] : consumerRows(result.consumers),
  ...result.memory === undefined ? [] : [['memory of the five (PSS)', `${(result.memory.sum / MIB).toFixed(0)} MiB`,
    `${TARGETS.memoryMib} MB`, result.memory.sum <= TARGETS.memoryMib * 1e6]],
  ...result.idleCpuPercent === undefined ? [] : [['idle, of one core', `${result.idleCpuPercent.toFixed(2)} %`,
    `< ${TARGETS.idlePercent} %`, result.idleCpuPercent < TARGETS.idlePercent]],
  ...result.idle === undefined ? [] : [['a single command, p50', `${ms(result.idle.oursP50Us)}, pgbench ${ms(result.idle.pgbenchP50Us)}`,
    `${TARGETS.idleTimes} x`, result.idle.oursP50Us <= TARGETS.idleTimes * result.idle.pgbenchP50Us]],
  ...result.reads === undefined ? [] : readRows(result.reads),
  ...result.lists === undefined ? [] : listRows(result.lists),
  ...result.verify === undefined ? [] : [['attain verify', result.verify.ok ? 'no fault' : 'FAULTS', 'no fault', result.verify.ok]],
]

const table = (rows) => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) => row.map((text, column) => column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])).join('   ')).join('\n')
}

/** The result as text. */
export const report = (result) => {
  const rows = rowsOf(result).map(([what, found, asked, reached]) =>
    [what, found, asked, reached === undefined ? '' : reached ? 'yes' : 'NO'])
  const parts = [table([['figure', 'found', 'asked', 'reached'], ...rows])]
  if (result.durable !== undefined) {
    parts.push(table([['processor time of one durable command', 'us'],
      ...budgetRows(result.durable.budgetUs).map(([what, us]) => [what, us.toFixed(1)])]))
  }
  return `\n${parts.join('\n\n')}\n`
}
