/**
 * How fast a consumer applies what has heaped up, each event a command to a case of its own, and how soon
 * it goes on after kill -9: from the start of the new process to the first event applied. Meanwhile those
 * rest that would act on what it does in turn: theirs are other events, which the two processors would share.
 */
import { setTimeout as pause } from 'node:timers/promises'

import { SERVICES } from '../support/stack.mjs'
import { figuresOf } from './figures.mjs'

const POLL_MS = 2
const BOUND_MS = 600_000

/* Polls the figures of `service` until `fits` says so; undefined while it does not answer. */
const untilFigures = async (stack, service, fits) => {
  const end = performance.now() + BOUND_MS
  while (performance.now() < end && stack.running().includes(service)) {
    const figures = await figuresOf(stack, service).catch(() => undefined)
    if (figures !== undefined && fits(figures)) {
      return figures
    }
    await pause(POLL_MS)
  }
  throw new Error(`${service} does not get there`)
}

/**
 * Does `work()`, which makes events of `producer`, while `service` is killed; then starts it again.
 * @returns {Promise<{work: any, firstMs: number, events: number, perSecond: number}>}
 */
export const withConsumerDown = async (stack, service, producer, work) => {
  await stack.kill(service, 'SIGKILL')
  const done = await work()
  const { head_position: head } = await figuresOf(stack, producer)
  const others = SERVICES.filter((name) => name !== service && name !== producer)
  await Promise.all(others.map((name) => stack.kill(name, 'SIGTERM')))
  const started = performance.now()
  stack.start([service])
  const first = await untilFigures(stack, service, (figures) => figures.consumed_total > 0)
  const firstAt = performance.now()
  const last = await untilFigures(stack, service, (figures) => figures.cursor_position?.[producer] >= head)
  const events = last.consumed_total - first.consumed_total
  const perSecond = events / ((performance.now() - firstAt) / 1000)
  stack.start(others)
  await stack.ready()
  return { work: done, firstMs: firstAt - started, events, perSecond }
}
