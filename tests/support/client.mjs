/**
 * The API as a client sees it: one token, one connection kept open, JSON both ways. A write has an
 * idempotency key of its own unless one is given; with `retry` the same write under the same key is
 * repeated while its outcome is unknown, which is all that a client ever has to do.
 */
import { randomUUID } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'

const RETRY_MS = 60_000
const REQUEST_MS = 40_000
const UNKNOWN = new Set([502, 503, 504])

/**
 * Polls until `fn` is true and returns what it returned.
 * @param {string} what the fact waited for, for the error
 * @param {() => unknown} fn
 * @param {{boundMs?: number, swallow?: boolean, everyMs?: number}} [options] swallow: an error is "not yet"
 */
export const until = async (what, fn, { boundMs = 60_000, swallow = false, everyMs = 25 } = {}) => {
  const end = performance.now() + boundMs
  let last
  for (;;) {
    try {
      const value = await fn()
      if (value) {
        return value
      }
      last = value
    } catch (error) {
      if (!swallow) {
        throw error
      }
      last = error
    }
    if (performance.now() > end) {
      throw new Error(`not within ${boundMs / 1000} s: ${what} (last: ${last?.message ?? JSON.stringify(last)})`)
    }
    await pause(everyMs)
  }
}

export class Client {
  #agent
  #library

  #record

  /**
   * @param {string} base as `http://127.0.0.1:7180`
   * @param {string} token "" sends none
   * @param {{record?: (answer: {method: string, path: string, status: number, headers: object, body: any}) => void}} [options]
   *   record: told of every answer
   */
  constructor(base, token, { record } = {}) {
    this.base = base
    this.token = token
    this.#record = record
    this.#library = base.startsWith('https:') ? https : http
    this.#agent = new this.#library.Agent({ keepAlive: true, rejectUnauthorized: false })
    this.sent = 0
    this.repeated = 0
  }

  /** Closes the connections. */
  close() {
    this.#agent.destroy()
  }

  /** One request, sent once. `text` is the body as it is. */
  send(method, path, text, headers = {}) {
    this.sent++
    return new Promise((resolve, reject) => {
      const request = this.#library.request(new URL(path, this.base), {
        method,
        agent: this.#agent,
        headers: {
          ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      }, (response) => {
        const parts = []
        response.on('data', (part) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          const raw = Buffer.concat(parts).toString('utf8')
          const json = /json/.test(response.headers['content-type'] ?? '') && raw !== ''
          const answer = { status: response.statusCode, headers: response.headers, body: json ? JSON.parse(raw) : raw }
          this.#record?.({ method, path, ...answer })
          resolve(answer)
        })
      })
      request.setTimeout(REQUEST_MS, () => request.destroy(new Error(`no answer to ${method} ${path}`)))
      request.on('error', reject)
      request.end(text)
    })
  }

  async #sendUntilKnown(method, path, text, headers) {
    const end = performance.now() + RETRY_MS
    for (;;) {
      let problem
      try {
        const answer = await this.send(method, path, text, headers)
        if (!UNKNOWN.has(answer.status) || performance.now() > end) {
          return answer
        }
      } catch (error) {
        problem = error
      }
      if (problem !== undefined && performance.now() > end) {
        throw problem
      }
      this.repeated++
      await pause(50)
    }
  }

  /** @returns {Promise<{status: number, headers: object, body: any}>} */
  get(path, { retry = false, headers = {} } = {}) {
    return retry ? this.#sendUntilKnown('GET', path, undefined, headers) : this.send('GET', path, undefined, headers)
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @param {{key?: string, ifMatch?: string, retry?: boolean}} [options]
   */
  post(path, body = {}, { key = randomUUID(), ifMatch, retry = false } = {}) {
    const headers = { 'idempotency-key': key, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) }
    const text = JSON.stringify(body)
    return retry ? this.#sendUntilKnown('POST', path, text, headers) : this.send('POST', path, text, headers)
  }
}

/** A client of several gateways: of the one that answered last, until that one does not answer or is not active. */
export class TurningClient extends Client {
  #bases

  /** @param {string[]} bases of the gateways. @param {string} token "" sends none. @param {object} [options] of Client */
  constructor(bases, token, options) {
    super(bases[0], token, options)
    this.#bases = bases
  }

  async send(...request) {
    try {
      const answer = await super.send(...request)
      if (answer.status === 503) {
        this.#turn()
      }
      return answer
    } catch (error) {
      this.#turn()
      throw error
    }
  }

  #turn() {
    this.base = this.#bases[(this.#bases.indexOf(this.base) + 1) % this.#bases.length]
  }
}
