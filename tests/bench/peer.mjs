/** The peers' own PostgreSQL cluster, made and set like ours, and the processes of the Fastify peer. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { ROOT } from '../support/stack.mjs'
import { writeRequests } from './load.mjs'

const PEERS = join(ROOT, 'tests/bench/peers')
const run = promisify(execFile)

export class Peer {
  /** @param {{folder: string, port: number}} options `port` of PostgreSQL; the next one is HTTP's */
  constructor({ folder, port }) {
    this.folder = join(folder, 'pg')
    this.pgPort = port
    this.port = port + 1
    this.requests = join(folder, 'fastify.requests')
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o711) /* the server's own user has to pass */
  }

  #server(word) {
    return run(join(ROOT, 'deploy/local/postgres.sh'), [word, this.folder, String(this.pgPort)])
  }

  sql(database, words) {
    return execFileSync('psql', ['-qAt', '-v', 'ON_ERROR_STOP=1',
      `host=${this.folder} port=${this.pgPort} user=postgres dbname=${database}`, ...words], { encoding: 'utf8', env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' } })
  }

  /** A fresh database of `cases` rows for the Fastify peer, and the requests for it. */
  async prepare(cases) {
    await this.#server('init')
    await this.#server('start')
    for (const name of ['peer', 'worker', 'boss']) {
      this.sql('postgres', ['-c', `drop database if exists ${name} with (force)`])
      this.sql('postgres', ['-c', `create database ${name}`])
    }
    this.sql('peer', ['-v', `cases=${cases}`, '-f', join(PEERS, 'fastify.sql')])
    const ids = this.sql('peer', ['-c', 'select id from cases order by random()']).trim().split('\n')
    writeRequests(this.requests, ids.map((id) => ['-', 'POST', `/cases/${id}/items`,
      { kind: 'reading-log', title: 'Reading log, entry of the week', standards: ['7', '8'] }]))
  }

  stop() {
    return this.#server('stop')
  }

  /** Runs `fn()` while a peer's program stands ready; `words` are its arguments. */
  async during(program, words, fn) {
    const child = spawn(process.execPath, [join(PEERS, program), ...words.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = new Promise((done) => child.once('close', done))
    await Promise.race([
      new Promise((ready) => child.stdout.on('data', (text) => String(text).includes('ready') && ready())),
      ended.then(() => Promise.reject(new Error(`${program} ${words.join(' ')} ended before it was ready`))),
    ])
    try {
      return await fn(child)
    } finally {
      child.kill('SIGTERM')
      await ended
    }
  }

  /** Runs `fn()` while the Fastify peer serves in one of its forms. */
  fastify(form, workers, pool, fn) {
    return this.during('fastify.mjs', [form, this.port, workers, pool, this.folder, this.pgPort], fn)
  }
}
