/**
 * One whole stack for tests and demonstrations: a private PostgreSQL, the five processes, and the power
 * to kill each of them. It knows how a local stack is laid out (deploy/local) and nothing of what the
 * services do; whoever starts one chooses its folder and its ports, and stops it.
 *
 * Nothing here waits for a time to pass: every wait polls a fact and has a bound.
 */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { chmodSync, createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { Client, until } from './client.mjs'

export { Client, until }
export { mails } from './mails.mjs'

/** Where the project is; its processes run there. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const SERVICES = ['application', 'assessment', 'funding', 'notification', 'gateway']

const READY_MS = 60_000
const run = promisify(execFile)

/** Parent and command of every process, from /proc. */
const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return [{ pid: Number(pid), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }]
  } catch {
    return [] /* it has ended meanwhile */
  }
})

/** What processes whose stack is in `folder` said and none may: a sanitizer's report, a broken promise; a line a file. */
export const complaints = (folder) => readdirSync(join(folder, 'log')).flatMap((file) => {
  const text = readFileSync(join(folder, 'log', file), 'utf8')
  const report = /^.*(?:Sanitizer|runtime error|require\(|[Aa]ssert).*$/m.exec(text)?.[0]
  return report === undefined ? [] : [`${file}: ${report}`]
})

export class Stack {
  #running = new Map()
  #stopping = false
  #prepared = false
  #supervised
  #onEnd

  /**
   * @param {object} options
   * @param {string} options.folder where all of it is kept; made if need be
   * @param {number} options.basePort the first of about 150 ports that nobody else uses
   * @param {string} [options.variant] which build
   * @param {boolean} [options.plain] HTTP without TLS
   * @param {boolean} [options.standbys] a second process of every service, named `application-2` and so on
   * @param {string} [options.smtp] a mail server, as `smtp://127.0.0.1:2525`; otherwise the maildir in the folder
   * @param {boolean} [options.sandbox] whether the domain's clock can be moved
   * @param {boolean} [options.supervise] start a process again that ends by itself
   * @param {(name: string, end: {code: number, signal: string}) => void} [options.onEnd] told of a process that ended
   *   without having been asked to
   */
  constructor({ folder, basePort, variant = 'release', plain = true, standbys = false, smtp = '',
    sandbox = true, supervise = false, onEnd = () => {} }) {
    this.folder = resolve(folder)
    this.basePort = basePort
    this.binaries = join(ROOT, 'build', variant, 'bin')
    this.plain = plain
    this.restarts = 0
    /** Settings in place of those of deploy/local/env.sh, for every process that is started from now on. */
    this.instead = {}
    process.once('exit', () => this.#abandon())
    this.#supervised = supervise
    this.#onEnd = onEnd
    this.names = standbys ? SERVICES.flatMap((name) => [name, `${name}-2`]) : [...SERVICES]
    this.environment = {
      ...process.env,
      STANDBYS: standbys ? '1' : '',
      PLAIN: plain ? '1' : '',
      SMTP: smtp,
      SANDBOX: sandbox ? '1' : '0',
      LSAN_OPTIONS: `suppressions=${join(ROOT, 'tests/support/leaks.supp')}:print_suppressions=0`,
    }
  }

  /** Where the API is; the second gateway's with standbys and `instance` 2. */
  base(instance = 1) {
    return `${this.plain ? 'http' : 'https'}://127.0.0.1:${this.basePort + 80 + instance - 1}`
  }

  /** The settings of one process, as deploy/local/env.sh gives them. */
  settings(service, instance = 1) {
    const text = execFileSync(join(ROOT, 'deploy/local/env.sh'),
      [this.folder, String(this.basePort), service, String(instance)], { env: this.environment, encoding: 'utf8' })
    return { ...Object.fromEntries([...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value])), ...this.instead }
  }

  /** PostgreSQL, keys, migrations: what is there already stays. */
  async prepare() {
    mkdirSync(join(this.folder, 'log'), { recursive: true })
    chmodSync(this.folder, 0o711) /* the server's own user has to pass */
    await run(join(ROOT, 'deploy/local/prepare.sh'), [this.folder, String(this.basePort), this.binaries],
      { env: this.environment, cwd: ROOT })
    this.#prepared = true
  }

  /** Starts processes; those that run already stay. */
  start(names = this.names) {
    this.#stopping = false
    names.forEach((name) => this.#startOne(name))
  }

  #startOne(name) {
    if (this.#running.has(name)) {
      return
    }
    const [service, instance = '1'] = name.split('-')
    const log = createWriteStream(join(this.folder, 'log', `${name}.log`), { flags: 'a' })
    const child = spawn(join(this.binaries, service), [], {
      cwd: ROOT,
      env: { ...this.environment, ...this.settings(service, instance) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    const ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal })))
    const one = { child, ended, wanted: true }
    this.#running.set(name, one)
    void ended.then((end) => {
      log.end()
      this.#running.delete(name)
      if (one.wanted && !this.#stopping) {
        this.#onEnd(name, end)
      }
      if (one.wanted && this.#supervised && !this.#stopping) {
        this.restarts++
        this.#startOne(name)
      }
    })
  }

  /** Names of the processes that run. */
  running() {
    return [...this.#running.keys()]
  }

  /** Sends a signal to one process and waits until it has ended; false when it did not run. */
  async kill(name, signal = 'SIGKILL') {
    const one = this.#running.get(name)
    if (one === undefined) {
      return false
    }
    one.wanted = this.#supervised
    one.child.kill(signal)
    await one.ended
    return true
  }

  /** Stops a process if it runs and starts it again. */
  async restart(name) {
    await this.kill(name)
    this.#startOne(name)
  }

  /** Kills every process of the PostgreSQL cluster at one instant, as when the machine fails. */
  async killPostgres() {
    const postmaster = this.#postmaster()
    if (postmaster === undefined) {
      return false
    }
    const all = () => processes().filter(({ pid, parent }) => pid === postmaster || parent === postmaster)
    const victims = all().map(({ pid }) => pid)
    for (const pid of [postmaster, ...victims.filter((pid) => pid !== postmaster)]) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        /* ended by itself */
      }
    }
    await until('every process of PostgreSQL has ended',
      () => !processes().some(({ pid }) => victims.includes(pid)), { boundMs: 30_000 })
    return true
  }

  /** Starts PostgreSQL again; returns when it accepts connections. */
  async restartPostgres() {
    await run(join(ROOT, 'deploy/local/postgres.sh'), ['start', join(this.folder, 'pg'), String(this.basePort + 32)])
  }

  /** The operator's command `attain`; what it printed. */
  async attain(...words) {
    const { stdout } = await run(join(this.binaries, 'attain'), words,
      { env: { ...this.environment, ...this.settings('operator') }, cwd: ROOT, timeout: READY_MS })
    return stdout
  }

  /** Waits until every service has an active process that answers, and the gateway serves. */
  async ready() {
    await until('every service is active', async () => {
      await this.attain('status')
      return true
    }, { boundMs: READY_MS, swallow: true })
    const probe = new Client(this.base(), '')
    await until('the gateway serves', async () => (await probe.get('/v1/openapi.json')).status === 200,
      { boundMs: READY_MS, swallow: true })
    probe.close()
  }

  /**
   * Issues a token as the operator.
   * @param {string} role as `headteacher`
   * @param {{person?: string, organisation?: string, hours?: number}} [whose]
   */
  async token(role, { person, organisation, hours = 24 } = {}) {
    const words = ['token', '--name', role, '--role', role, '--hours', String(hours)]
    if (person !== undefined) {
      words.push('--person', person)
    }
    if (organisation !== undefined) {
      words.push('--organisation', organisation)
    }
    return (await this.attain(...words)).trim()
  }

  /* Whoever ends without stop() leaves nothing running behind. */
  #abandon() {
    for (const { child } of this.#running.values()) {
      child.kill('SIGKILL')
    }
    const postmaster = this.#postmaster()
    if (postmaster !== undefined && this.#prepared) {
      try {
        process.kill(postmaster, 'SIGQUIT')
      } catch {
        /* stopped already */
      }
    }
  }

  #postmaster() {
    const file = join(this.folder, 'pg/data/postmaster.pid')
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined
  }

  /** Stops every process in order, and PostgreSQL. Returns how each ended, by name. */
  async stop() {
    this.#stopping = true
    const ends = {}
    await Promise.all([...this.#running].map(async ([name, one]) => {
      one.wanted = false
      one.child.kill('SIGTERM')
      const bound = setTimeout(() => one.child.kill('SIGKILL'), 20_000)
      ends[name] = await one.ended
      clearTimeout(bound)
    }))
    await run(join(ROOT, 'deploy/local/postgres.sh'), ['stop', join(this.folder, 'pg'), String(this.basePort + 32)])
    return ends
  }
}
