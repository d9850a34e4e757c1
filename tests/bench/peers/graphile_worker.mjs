/**
 * A peer: graphile-worker. A chain begins with a POST, in one statement with its first job; each of three
 * jobs moves the case and adds the next job in one statement. One HTTP process, one worker process.
 *
 *   graphile_worker.mjs SOCKET_FOLDER PG_PORT HTTP_PORT
 */
import { fileURLToPath } from 'node:url'

import { Logger, run } from 'graphile-worker'

import { LAST_STAGE, makeCounter, pool, serve, startHttp, TABLES } from './chain_table.mjs'

const [host, pgPort, port, role] = process.argv.slice(2)
const CONCURRENCY = 24
const BEGIN = `
with c as (insert into cases (stage) values (1) returning id),
     h as (insert into history (case_id, stage) select id, 1 from c)
select id, graphile_worker.add_job('stage2', json_build_object('id', id)) from c`
const MOVE = `
with c as (update cases set stage = $2, at = now() where id = $1 returning id),
     h as (insert into history (case_id, stage) select id, $2 from c)
select `

if (role === 'http') {
  const db = pool(host, pgPort, 'worker', 16)
  await serve(port, async () => (await db.query({ name: 'begin', text: BEGIN })).rows[0].id)
  process.send('ready')
} else {
  const count = makeCounter()
  const quiet = new Logger(() => () => {})
  const stage = (number) => async ({ id }, { withPgClient }) => {
    const next = number < LAST_STAGE ? `graphile_worker.add_job('stage${number + 1}', json_build_object('id', id)) from c` : 'id from c'
    await withPgClient((client) => client.query({ name: `move${number}`, text: MOVE + next, values: [id, number] }))
    if (number === LAST_STAGE) {
      count()
    }
  }
  const db = pool(host, pgPort, 'worker', CONCURRENCY + 2)
  await db.query(TABLES)
  await run({
    pgPool: db, concurrency: CONCURRENCY, pollInterval: 100, noHandleSignals: true, logger: quiet,
    taskList: { stage2: stage(2), stage3: stage(3), stage4: stage(4) },
  })
  await startHttp(fileURLToPath(import.meta.url), [host, pgPort, port])
  process.stdout.write('ready\n')
}
