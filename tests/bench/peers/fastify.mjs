/**
 * A peer: Fastify and pg, doing for one POST what such a service usually does. Forms:
 *
 *   five   begin; select for update; update state; insert history; insert outbox; commit
 *   cte    the same as one statement
 *   hello  no database at all
 *
 *   fastify.mjs FORM PORT WORKERS POOL SOCKET_FOLDER PG_PORT
 *
 * Logging is off, statements are prepared, the body is held against a schema and the answer made by one.
 * Prints "ready" when every worker listens.
 */
import cluster from 'node:cluster'

import Fastify from 'fastify'
import pg from 'pg'

const [form, port, workers, pool, host, pgPort] = process.argv.slice(2)

const CTE = `
with c as (select version, state from cases where id = $1 for update),
     u as (update cases set version = c.version + 1, items = items + 1, state = $2, changed_at = now()
             from c where cases.id = $1 returning cases.version),
     h as (insert into history (case_id, version, type, body) select $1, u.version, 'item_added', $3 from u),
     o as (insert into outbox (case_id, type, body) select $1, 'item_added', $3 from u)
select version from u`

const forms = {
  hello: () => async () => ({ id: '', version: 1 }),

  five: (db) => async (request) => {
    const { id } = request.params
    const client = await db.connect()
    try {
      await client.query({ name: 'b', text: 'begin' })
      const { rows } = await client.query({ name: 's', text: 'select version, state from cases where id = $1 for update', values: [id] })
      const version = Number(rows[0].version) + 1
      const body = JSON.stringify(request.body)
      await client.query({ name: 'u', text: 'update cases set version = $2, items = items + 1, state = $3, changed_at = now() where id = $1', values: [id, version, body] })
      await client.query({ name: 'h', text: "insert into history (case_id, version, type, body) values ($1, $2, 'item_added', $3)", values: [id, version, body] })
      await client.query({ name: 'o', text: "insert into outbox (case_id, type, body) values ($1, 'item_added', $2)", values: [id, body] })
      await client.query({ name: 'c', text: 'commit' })
      return { id, version }
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  },

  cte: (db) => async (request) => {
    const { id } = request.params
    const body = JSON.stringify(request.body)
    const { rows } = await db.query({ name: 'cte', text: CTE, values: [id, body, body] })
    return { id, version: Number(rows[0].version) }
  },
}

const schema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'title', 'standards'],
    properties: {
      kind: { type: 'string' },
      title: { type: 'string', minLength: 1 },
      note: { type: 'string' },
      standards: { type: 'array', minItems: 1, items: { type: 'string' } },
    },
  },
  response: { 200: { type: 'object', properties: { id: { type: 'string' }, version: { type: 'integer' } } } },
}

const serve = async () => {
  const db = form === 'hello' ? undefined
    : new pg.Pool({ host, port: Number(pgPort), user: 'postgres', database: 'peer', max: Number(pool), min: Number(pool) })
  const app = Fastify({ logger: false, keepAliveTimeout: 60_000 })
  app.post('/cases/:id/items', form === 'hello' ? {} : { schema }, forms[form](db))
  await app.listen({ port: Number(port), host: '127.0.0.1', backlog: 1024 })
}

if (Number(workers) > 1 && cluster.isPrimary) {
  let listening = 0
  cluster.on('listening', () => {
    listening++
    if (listening === Number(workers)) {
      process.stdout.write('ready\n')
    }
  })
  for (let i = 0; i < Number(workers); i++) {
    cluster.fork()
  }
} else {
  await serve()
  if (!cluster.isWorker) {
    process.stdout.write('ready\n')
  }
}
