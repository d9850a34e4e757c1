/**
 * What every story acts in: the API, a token for each role and person, and the sandbox's clock. The
 * agency and its staff exist once, however many stories run side by side. Everything goes through HTTP.
 */
import { Client, until } from '../../../tests/support/client.mjs'

const ROUND_MS = 120_000

export class World {
  #clients = new Map()
  #agency
  #moving = Promise.resolve()

  /**
   * @param {{base: string, token: string, makeClient?: (token: string) => Client}} options token: an administrator's
   */
  constructor({ base, token, makeClient = (one) => new Client(base, one) }) {
    this.makeClient = makeClient
    this.admin = makeClient(token)
    this.now = ''
  }

  /** Closes every connection. */
  close() {
    this.admin.close()
    for (const client of this.#clients.values()) {
      void client.then((one) => one.close())
    }
  }

  /** A client that acts in `role` for a person and an organisation; its token is issued once. */
  as(role, { person, organisation } = {}) {
    const name = `${role} ${person ?? '-'} ${organisation ?? '-'}`
    if (!this.#clients.has(name)) {
      this.#clients.set(name, this.#issue(role, person, organisation))
    }
    return this.#clients.get(name)
  }

  async #issue(role, personId, organisationId) {
    const { body } = this.done(await this.admin.post('/v1/tokens',
      { name: `${role} of a story`, role, personId, organisationId, hours: 24 }, { retry: true }))
    return this.makeClient(body.token)
  }

  /** The agency with its caseworker, participant manager and funding officer; made once. */
  agency() {
    this.#agency ??= this.#makeAgency()
    return this.#agency
  }

  async #makeAgency() {
    const organisation = await this.create(this.admin, 'organisations',
      { kind: 'agency', name: 'National Assessment Agency' })
    const staff = { id: organisation }
    for (const [name, role, words] of [['caseworker', 'caseworker', 'Carol Case'],
      ['manager', 'participant_manager', 'Petra Manning'], ['officer', 'funding_officer', 'Fred Fund']]) {
      staff[name] = await this.create(this.admin, 'people', {
        name: words, email: `${name}@agency.example`, positions: [{ role, organisationId: organisation }],
      })
      staff[`as_${name}`] = await this.as(role, { person: staff[name], organisation })
    }
    return staff
  }

  /** Posts what creates a case and returns its id. */
  async create(client, path, body) {
    return this.done(await client.post(`/v1/${path}`, body, { retry: true })).body.id
  }

  /** Posts a command that is to be accepted. */
  async act(client, path, body = {}) {
    return this.done(await client.post(`/v1/${path}`, body, { retry: true })).body
  }

  /** Posts a command that the rules refuse; the problem details. `code` is the end of their type. */
  async refused(client, path, body, rule, code) {
    const answer = await client.post(`/v1/${path}`, body, { retry: true })
    const problem = answer.body
    if (answer.status !== 422 || problem.rule !== rule || (code !== undefined && problem.type !== `/problems/${code}`)) {
      throw new Error(`${path} should be refused by ${rule} ${code ?? ''}: ${answer.status} ${JSON.stringify(problem)}`)
    }
    return problem
  }

  /** Gets something that is there. */
  async see(client, path) {
    return this.done(await client.get(`/v1/${path}`, { retry: true })).body
  }

  /** All pages of a list; `name` is the field with its rows. */
  async list(client, path, name = 'cases') {
    const rows = []
    let after
    do {
      const page = await this.see(client, `${path}${path.includes('?') ? '&' : '?'}limit=100${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`)
      rows.push(...page[name])
      after = page.next
    } while (after !== undefined && after !== '')
    return rows
  }

  /** Polls until `fn(case)` holds of what `path` shows. */
  until(client, path, what, fn, pick = (body) => body) {
    return until(what, async () => {
      const answer = await client.get(`/v1/${path}`, { retry: true })
      const found = answer.status === 200 ? pick(answer.body) : undefined
      return found !== undefined && fn(found) ? found : undefined
    })
  }

  /** An accepted answer as it is; anything else is an error that shows the problem. */
  done(answer) {
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
    return answer
  }

  /** Moves the sandbox's clock to `at` (ISO 8601); returns when all that fell due is done. */
  moveTo(at) {
    this.#moving = this.#moving.then(() => this.#move(at))
    return this.#moving
  }

  async #move(at) {
    await until(`the clock is at ${at} and the system has settled`, async () => {
      const answer = await this.admin.post('/v1/sandbox/clock', { at }, { retry: true })
      if (answer.status !== 200 && answer.status !== 503) {
        this.done(answer)
      }
      return answer.status === 200 && answer.body.reached
    }, { boundMs: ROUND_MS })
    this.now = at
  }

  /** Lets the system settle where the clock is. */
  settle() {
    return this.moveTo(this.now)
  }
}
