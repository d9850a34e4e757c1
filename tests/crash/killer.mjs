/**
 * Kills at random while work goes on: at random points of the stories' progress, and a random while after
 * each, one process out of all, or every process of PostgreSQL at one instant. What was killed is started
 * again: mostly soon, sometimes so late that a standby has taken its place. The order of the victims, the
 * points and the pauses follow from the seed alone.
 */
import { setTimeout as pause } from 'node:timers/promises'

const POSTGRES = 'postgres'
const LATE_MS = 4000 /* beyond a lease */
const LATE_SHARE = 0.25
const SOON_MS = 400
const OFFSET_MS = 400
const POLL_MS = 2
const LAST_POINT = 0.95 /* so that the last kill, too, falls into the work */

export class Killer {
  #stack
  #plan
  #progress
  #say
  #pending = new Set()
  #stopped = false

  /**
   * @param {object} options
   * @param {import('../support/stack.mjs').Stack} options.stack
   * @param {import('./random.mjs').Random} options.random
   * @param {number} options.kills how many
   * @param {() => number} options.progress how much of the work is done, 0 to 1
   * @param {boolean} options.standbys whether somebody can take over
   * @param {(text: string) => void} options.say
   */
  constructor({ stack, random, kills, progress, standbys, say }) {
    this.#stack = stack
    this.#progress = progress
    this.#say = say
    this.kills = 0
    this.#plan = Array.from({ length: kills }, () => ({
      point: LAST_POINT * random.next(),
      offsetMs: random.between(0, OFFSET_MS),
      restartMs: random.between(0, SOON_MS) + (random.next() < LATE_SHARE && standbys ? LATE_MS : 0),
      victims: Array.from({ length: 3 * (stack.names.length + 1) }, () => random.pick([...stack.names, POSTGRES])),
    })).sort((a, b) => a.point - b.point)
  }

  /** Kills as planned, or until stop(). */
  async run() {
    for (const { point, offsetMs, restartMs, victims } of this.#plan) {
      while (!this.#stopped && this.#progress() < point) {
        await pause(POLL_MS)
      }
      await pause(offsetMs)
      for (const victim of victims) {
        if (this.#stopped) {
          return
        }
        if (await this.#kill(victim, restartMs)) {
          this.kills++
          this.#say(`kill ${this.kills}: ${victim}`)
          break
        } /* the victim lies dead from before: the next one */
      }
    }
  }

  /** Ends the killing; returns when all that was killed has been started again. */
  async stop() {
    this.#stopped = true
    await Promise.all(this.#pending)
  }

  async #kill(victim, restartMs) {
    if (victim === POSTGRES) {
      const killed = await this.#stack.killPostgres()
      await this.#stack.restartPostgres()
      return killed
    }
    if (!await this.#stack.kill(victim)) {
      return false
    }
    const back = pause(restartMs).then(() => this.#stack.start([victim])).then(() => this.#pending.delete(back))
    this.#pending.add(back)
    return true
  }
}
