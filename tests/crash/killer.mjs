/**
 * Kills at random while work goes on: after a random number of requests, or a random time where the work
 * itself waits, one process out of all, or every process of PostgreSQL at one instant. What was killed is
 * started again: mostly at once, sometimes so late that a standby has taken its place. The order of the
 * victims and of the pauses follows from the seed alone.
 */
import { setTimeout as pause } from 'node:timers/promises'

const POSTGRES = 'postgres'
const LATE_MS = 4000 /* beyond a lease */

export class Killer {
  #stack
  #random
  #requests
  #pending = new Set()
  #stopped = false

  /**
   * @param {object} options
   * @param {import('../support/stack.mjs').Stack} options.stack
   * @param {import('./random.mjs').Random} options.random
   * @param {() => number} options.requests how many requests were sent so far
   * @param {boolean} options.standbys whether somebody can take over
   * @param {number} options.gap most requests between two kills
   * @param {(text: string) => void} options.say
   */
  constructor({ stack, random, requests, standbys, gap, say }) {
    this.#stack = stack
    this.#random = random
    this.#requests = requests
    this.standbys = standbys
    this.gap = gap
    this.say = say
    this.kills = 0
  }

  /** Kills `count` times, or until stop(). */
  async run(count) {
    while (this.kills < count && !this.#stopped) {
      const { victim, requests, longestMs, offsetMs, restartMs } = this.#next()
      await this.#moment(requests, longestMs)
      await pause(offsetMs)
      if (!this.#stopped && await this.#kill(victim, restartMs)) {
        this.kills++
        this.say(`kill ${this.kills}: ${victim}`)
      }
    }
  }

  /** Ends the killing; returns when all that was killed has been started again. */
  async stop() {
    this.#stopped = true
    await Promise.all(this.#pending)
  }

  /* Always the same number of draws, so that the order does not hang on what happens. */
  #next() {
    const random = this.#random
    const victim = random.pick([...this.#stack.names, POSTGRES])
    const requests = random.between(1, this.gap)
    const longestMs = random.between(100, 1500)
    const offsetMs = random.between(0, 30)
    const late = random.next() < 0.25
    const soonMs = random.between(0, 400)
    return { victim, requests, longestMs, offsetMs, restartMs: late && this.standbys ? LATE_MS + soonMs : soonMs }
  }

  async #moment(requests, longestMs) {
    const end = performance.now() + longestMs
    const goal = this.#requests() + requests
    while (!this.#stopped && this.#requests() < goal && performance.now() < end) {
      await pause(2)
    }
  }

  async #kill(victim, restartMs) {
    if (victim === POSTGRES) {
      const killed = await this.#stack.killPostgres()
      await this.#stack.restartPostgres()
      return killed
    }
    if (!await this.#stack.kill(victim)) {
      return false /* it lies dead from before */
    }
    const back = pause(restartMs).then(() => this.#stack.start([victim])).then(() => this.#pending.delete(back))
    this.#pending.add(back)
    return true
  }
}
