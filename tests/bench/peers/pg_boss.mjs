/**
 * A peer: pg-boss. A chain begins with a POST that makes the case and sends its first job in one
 * transaction; each of three jobs moves the case and sends the next one likewise. Batches, and workers
 * that are told at once when a stage has work. One HTTP process, one worker process.
 *
 *   pg_boss.mjs SOCKET_FOLDER PG_PORT HTTP_PORT
 */
import { fileURLToPath } from 'node:url'

import PgBoss from 'pg-boss'

import { LAST_STAGE, makeCounter, pool, serve, startHttp, TABLES } from './chain_table.mjs'

const [host, pgPort, port, role] = process.argv.slice(2)
const BATCH = 100
const POLL_S = 0.5
const MOVE = `
with c as (update cases set stage = $2, at = now() where id = $1 returning id)
insert into history (case_id, stage) select id, $2 from c`
const BEGIN = `
with c as (insert into cases (stage) values (1) returning id)
insert into history (case_id, stage) select id, 1 from c returning case_id`

const boss = new PgBoss({ host, port: Number(pgPort), user: 'postgres', database: 'boss', max: 20, supervise: false, schedule: false })
boss.on('error', (error) => process.stderr.write(`${error.message}\n`))
await boss.start()
const db = pool(host, pgPort, 'boss', 20)

/* Runs `statement` and sends `stage` its job in one transaction. */
const step = async (statement, stage) => {
  const client = await db.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query(statement)
    const id = rows[0]?.case_id ?? statement.values[0]
    if (stage <= LAST_STAGE) {
      await boss.send(`stage${stage}`, { id }, { db: { executeSql: (text, values) => client.query(text, values) } })
    }
    await client.query('commit')
    return id
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

if (role === 'http') {
  await serve(port, () => step({ name: 'begin', text: BEGIN }, 2))
  process.send('ready')
} else {
  const count = makeCounter()
  const workers = new Map()
  await db.query(TABLES)
  for (let stage = 2; stage <= LAST_STAGE; stage++) {
    await boss.createQueue(`stage${stage}`)
    workers.set(stage, await boss.work(`stage${stage}`, { batchSize: BATCH, pollingIntervalSeconds: POLL_S }, async (jobs) => {
      await Promise.all(jobs.map((job) => step({ name: 'move', text: MOVE, values: [job.data.id, stage] }, stage + 1)))
      if (stage < LAST_STAGE) {
        boss.notifyWorker(workers.get(stage + 1))
      } else {
        jobs.forEach(count)
      }
      boss.notifyWorker(workers.get(stage))
    }))
  }
  await startHttp(fileURLToPath(import.meta.url), [host, pgPort, port])
  process.stdout.write('ready\n')
}
