/** What the five processes say of themselves on their inside ports: heads, cursors, counts. */
import http from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

import { SERVICES } from '../support/stack.mjs'

const INSIDE = 50
const LINE = /^attain_(\w+)\{[^}]*?(?:producer="(\w+)")?\} (\S+)$/gm
const agent = new http.Agent({ keepAlive: true })

const page = (port) => new Promise((resolve, reject) => {
  http.get({ host: '127.0.0.1', port, path: '/metrics', agent, timeout: 10_000 }, (answer) => {
    const parts = []
    answer.on('data', (part) => parts.push(part))
    answer.on('end', () => resolve(Buffer.concat(parts).toString()))
    answer.on('error', reject)
  }).on('error', reject)
})

/**
 * Figures of one service, as `commands_total`; what is told for each producer is an object by producer.
 * @returns {Promise<Record<string, any>>}
 */
export const figuresOf = async (stack, service) => {
  const text = await page(stack.basePort + 1 + SERVICES.indexOf(service) + INSIDE)
  const figures = {}
  for (const [, name, producer, value] of text.matchAll(LINE)) {
    if (producer === undefined) {
      figures[name] = Number(value)
    } else {
      figures[name] = { ...figures[name], [producer]: Number(value) }
    }
  }
  return figures
}

/** Figures of all services, by name. */
export const allFigures = async (stack) => Object.fromEntries(await Promise.all(
  SERVICES.map(async (service) => [service, await figuresOf(stack, service)])))

/** How many events all consumers together are behind the heads in `figures`. */
export const lagOf = (figures) => Object.values(figures).flatMap(({ cursor_position: cursors = {} }) =>
  Object.entries(cursors).map(([producer, at]) => Math.max(0, figures[producer].head_position - at)))
  .reduce((a, b) => a + b, 0)

/** Milliseconds until every consumer has reached the heads as they are now. */
export const lagMs = async (stack) => {
  const began = performance.now()
  const heads = await allFigures(stack)
  for (;;) {
    const now = await allFigures(stack)
    const reached = Object.values(now).every(({ cursor_position: cursors = {} }) =>
      Object.entries(cursors).every(([producer, at]) => at >= heads[producer].head_position))
    if (reached) {
      return performance.now() - began
    }
    await pause(5)
  }
}

/** Waits until all cursors stand at all heads and nothing is queued or due, three looks running. */
export const settle = async (stack, boundMs = 3_600_000) => {
  const end = performance.now() + boundMs
  let still = 0
  let last = ''
  while (still < 3) {
    if (performance.now() > end || stack.running().length < SERVICES.length) {
      throw new Error(`not settled: heads ${last}, running ${stack.running().join(' ')}; see ${stack.folder}/log`)
    }
    try {
      const now = await allFigures(stack)
      const heads = SERVICES.map((service) => now[service].head_position).join(' ')
      const quiet = lagOf(now) === 0 && Object.values(now).every(({ queued = 0, due = 0 }) => queued + due === 0)
      still = quiet && heads === last ? still + 1 : 0
      last = heads
    } catch {
      still = 0 /* too busy to answer */
    }
    await pause(100)
  }
}
