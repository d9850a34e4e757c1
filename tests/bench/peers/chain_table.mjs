/** What both queue peers share: the case that a chain moves on, and one HTTP process that begins chains. */
import { fork } from 'node:child_process'

import Fastify from 'fastify'
import pg from 'pg'

export const LAST_STAGE = 4

export const TABLES = `
create table if not exists cases (id uuid primary key default gen_random_uuid(), stage integer not null, at timestamptz not null default now());
create table if not exists history (id bigint generated always as identity primary key, case_id uuid not null, stage integer not null,
  at timestamptz not null default now(), unique (case_id, stage));`

export const pool = (host, port, database, max) =>
  new pg.Pool({ host, port: Number(port), user: 'postgres', database, max, min: max })

/** Serves POST /chains, each through `begin()`, which answers with the id of the new case. */
export const serve = async (port, begin) => {
  const app = Fastify({ logger: false, keepAliveTimeout: 60_000 })
  app.post('/chains', async () => ({ id: await begin() }))
  await app.listen({ port: Number(port), host: '127.0.0.1' })
}

/** Starts this program again as the HTTP process; resolves when it listens, ends with us. */
export const startHttp = (file, words) => new Promise((resolve) => {
  const child = fork(file, [...words, 'http'])
  child.once('message', resolve)
  process.once('SIGTERM', () => {
    child.kill('SIGKILL')
    process.exit(0)
  })
})

/** Counts chains that have ended and tells our parent when as many have as it asked for. */
export const makeCounter = () => {
  let left = Infinity
  let ended = 0
  const look = () => {
    if (ended >= left) {
      ended -= left
      left = Infinity
      process.stdout.write('done\n')
    }
  }
  process.stdin.on('data', (text) => {
    left = Number(text)
    look()
  })
  return () => {
    ended++
    look()
  }
}
