/**
 * Kills at random while work goes on: at random points of the stories' progress, and a random while after
 * each, one process out of all, or every process of PostgreSQL at one instant. What was killed is started
 * again: mostly soon, sometimes so late that a standby has taken its place. Everybody has his turn once before
 * chance alone decides. The order of the victims, the points and the pauses follow from the seed alone.
 */
import { setTimeout as pause } from 'node:timers/promises'

import { until } from '../support/stack.mjs'

const POSTGRES = 'postgres'
const LATE_MS = 4000 /* beyond a lease */
const LATE_SHARE = 0.25
const SOON_MS = 400
const OFFSET_MS = 400
const POLL_MS = 2
const LAST_POINT = 0.95 /* so that the last kill, too, falls into the work */

export class Killer {
  #stack
  #database
  #plan
  #untouched
  #progress
  #say
  #pending = new Set()
  #stopped = false

  /**
   * @param {object} options
   * @param {import('../support/stack.mjs').Stack} options.stack
   * @param {import('./database.mjs').Database} options.database of the stack
   * @param {import('./random.mjs').Random} options.random
   * @param {number} options.kills how many
   * @param {() => number} options.progress how much of the work is done, 0 to 1
   * @param {boolean} options.standbys whether somebody can take over
   * @param {(text: string) => void} options.say
   */
  constructor({ stack, database, random, kills, progress, standbys, say }) {
    const everybody = [...stack.names, POSTGRES]
    this.#stack = stack
    this.#database = database
    this.#progress = progress
    this.#say = say
    this.kills = 0
    /** How often each was hit. */
    this.victims = Object.fromEntries(everybody.map((name) => [name, 0]))
    /** Where notification's log stood when its active process or PostgreSQL was killed: between `from` and `to`. */
    this.marks = []
    this.#untouched = random.shuffled(everybody)
    this.#plan = Array.from({ length: kills }, () => ({
      point: LAST_POINT * random.next(),
      offsetMs: random.between(0, OFFSET_MS),
      restartMs: random.between(0, SOON_MS) + (random.next() < LATE_SHARE && standbys ? LATE_MS : 0),
      victims: Array.from({ length: 3 * everybody.length }, () => random.pick(everybody)),
    })).sort((a, b) => a.point - b.point)
  }

  /** Kills as planned, or until stop(). */
  async run() {
    for (const { point, offsetMs, restartMs, victims } of this.#plan) {
      while (!this.#stopped && this.#progress() < point) {
        await pause(POLL_MS)
      }
      await pause(offsetMs)
      for (const victim of [...this.#untouched, ...victims]) {
        if (this.#stopped) {
          return
        }
        if (await this.#kill(victim, restartMs)) {
          this.kills++
          this.victims[victim]++
          this.#untouched = this.#untouched.filter((name) => name !== victim)
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
      const { position: from } = await this.#notification()
      const killed = await this.#stack.killPostgres()
      await this.#stack.restartPostgres()
      this.marks.push({ from, to: (await this.#notification()).position })
      return killed
    }
    if (!await this.#stack.kill(victim)) {
      return false
    }
    if (/^notification/.test(victim)) {
      await this.#mark(victim.includes('-') ? victim : `${victim}-1`)
    }
    const back = pause(restartMs).then(() => this.#stack.start([victim])).then(() => this.#pending.delete(back))
    this.#pending.add(back)
    return true
  }

  /** Notes where the log of a killed process has ended, once nothing that it sent is under way; a standby's has not. */
  async #mark(instance) {
    await until(`the sessions of ${instance} have ended`, async () =>
      (await this.#database.rows(`select pid from pg_stat_activity where application_name = '${instance}'`)).length === 0)
    const { position, owner } = await this.#notification()
    if (owner === instance) {
      this.marks.push({ from: position, to: position })
    }
  }

  async #notification() {
    const [[position, owner]] = await this.#database.rows('select position, owner from notification.head')
    return { position: Number(position), owner }
  }
}
