/**
 * What the clients were told. Every write that was answered for good, accepted or refused by a rule, is
 * kept with its key; in the end each is sent once more and must be answered as it was, and each accepted
 * one must stand in the log exactly once. A write without an answer is repeated under its key until it
 * has one, at whichever gateway is there.
 */
import { randomUUID } from 'node:crypto'

import { TurningClient } from '../support/client.mjs'

const ACCEPTED = new Set([200, 201])
const REFUSED = 422

/** What an answer says that must never change. */
const essence = ({ status, body }) => JSON.stringify(ACCEPTED.has(status)
  ? [status, body.id, body.version, body.caseIds] : [status, body.type, body.rule])

class JournalClient extends TurningClient {
  #journal

  constructor(bases, token, journal) {
    super(bases, token)
    this.#journal = journal
  }

  send(...request) {
    this.#journal.requests++
    return super.send(...request)
  }

  async post(path, body = {}, { key = randomUUID(), ifMatch } = {}) {
    const answer = await super.post(path, body, { key, ifMatch, retry: true })
    if (path !== '/v1/sandbox/clock' && (ACCEPTED.has(answer.status) || answer.status === REFUSED)) {
      this.#journal.note({ client: this, path, body, key, ifMatch, answer })
    }
    return answer
  }

  /** The same write once more; nothing is noted. */
  repeat({ path, body, key, ifMatch }) {
    return super.post(path, body, { key, ifMatch, retry: true })
  }
}

export class Journal {
  #entries = []

  constructor() {
    this.requests = 0
  }

  /** A client of the gateways at `bases` whose writes are kept here. */
  client(bases, token) {
    return new JournalClient(bases, token, this)
  }

  note(entry) {
    this.#entries.push(entry)
  }

  /** Writes that were answered for good. */
  get count() {
    return this.#entries.length
  }

  /** Accepted writes: {path, key, id, version}, or for a write about several cases {path, key, ids}. */
  accepted() {
    return this.#entries.filter(({ answer }) => ACCEPTED.has(answer.status))
      .map(({ path, key, answer: { body } }) => ({ path, key, id: body.id, version: body.version, ids: body.caseIds }))
  }

  /** Sends every write once more; what is answered otherwise than before, in words. */
  async repeatAll(atOnce = 8) {
    const faults = []
    const left = [...this.#entries]
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
        const again = await entry.client.repeat(entry)
        if (essence(again) !== essence(entry.answer)) {
          faults.push(`${entry.path} under ${entry.key} was answered ${essence(entry.answer)}, now ${essence(again)}`)
        }
      }
    }))
    return faults
  }
}
