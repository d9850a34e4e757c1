/**
 * An idle system: what its five processes use of one core, and how long a single command takes, beside
 * pgbench with the very statements that are sent for it (common/sql/queries.sql), on a copy of the tables.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { ROOT } from '../support/stack.mjs'
import { median } from './durable.mjs'
import { load } from './load.mjs'
import { cpuOfServices } from './processes.mjs'

const COMMANDS = 1000
/* As unit_new() gives them to the writer. */
const WRITER = '-c search_path=assessment -c plan_cache_mode=force_generic_plan -c enable_seqscan=off ' +
  '-c enable_hashjoin=off -c enable_mergejoin=off -c jit=off'

/** Per cent of one core that the five processes together use while nothing is asked. */
export const idleCpu = async ({ stack, idleSeconds }) => {
  const before = cpuOfServices(stack)
  const began = performance.now()
  await pause(idleSeconds * 1000)
  return (cpuOfServices(stack) - before) / ((performance.now() - began) * 1000) * 100
}

const statements = () => Object.fromEntries(
  [...readFileSync(join(ROOT, 'common/sql/queries.sql'), 'utf8').matchAll(/^-- name: (\w+)\n([^]*?)(?=^-- name:|$(?![^]))/gm)]
    .map(([, name, text]) => [name, text.replace(/^--.*$/gm, '').replace(/;\s*$/, '').replace(/\s+/g, ' ').trim()]))

/** A statement with its parameters put in; pgbench has no arrays of its own. */
const filled = (text, values) => `${text.replace(/\$(\d+)/g, (_, number) => values[Number(number) - 1])};`

const bytes = (count) => `'\\x${'5a'.repeat(count)}'`

/* One command of one case, as unit_store.c sends it: what is loaded, and after the flush what is written. */
const script = ({ caseId, stateBytes }) => {
  const all = statements()
  const one = (value, type) => `array[${value}]::${type}[]`
  const at = one("'2022-06-01 09:00:00+00'", 'timestamptz')
  const id = one(`'${caseId}'`, 'uuid')
  const fresh = one('md5((:position)::text)::uuid', 'uuid') /* a volatile function would keep the index from being used */
  const text = (value) => one(`'${value}'`, 'text')
  return [
    '\\set position random(1000000000, 9000000000000000000)',
    '\\startpipeline',
    'begin;',
    filled(all.unit_fence, ['1']),
    filled(all.unit_replies, [fresh]),
    filled(all.unit_cases, [id, one('false', 'boolean')]),
    '\\endpipeline',
    '\\startpipeline',
    filled(all.unit_events, [one(':position', 'bigint'), id, one(':position', 'bigint'), id, one('2005', 'integer'),
      one('2807', 'integer'), one(bytes(78), 'bytea'), one(bytes(60), 'bytea'), one(bytes(18), 'bytea'), at,
      text('ats-2022'), one(bytes(32), 'bytea')]),
    filled(all.unit_case_update, [id, one(':position', 'bigint'), one('1', 'integer'), one(bytes(stateBytes), 'bytea'), at,
      text('active'), one('null', 'uuid'), text('ATS 2022')]),
    filled(all.unit_records, [fresh, id, text('Reading log, entry of the week'), one(bytes(32), 'bytea'), at]),
    filled(all.unit_replies_store, [fresh, one(bytes(32), 'bytea'), one(bytes(60), 'bytea'), at]),
    filled(all.unit_advance, ['1', ':position', bytes(32), '3']),
    'commit;',
    '\\endpipeline',
  ].join('\n')
}

const psql = (stack, database, words) => execFileSync('psql', ['-qAt', '-v', 'ON_ERROR_STOP=1',
  `host=${stack.folder}/pg port=${stack.basePort + 32} user=postgres dbname=${database}`, ...words],
{ encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'pipe'] })

/* Tables of assessment as they are, without their log, in a database beside. */
const copyTables = (stack) => {
  const server = `host=${stack.folder}/pg port=${stack.basePort + 32} user=postgres`
  psql(stack, 'postgres', ['-c', 'drop database if exists scratch'])
  psql(stack, 'postgres', ['-c', 'create database scratch'])
  execFileSync('sh', ['-c', `pg_dump "${server} dbname=attain" -n assessment --exclude-table-data='assessment.event' ` +
    `--exclude-table-data='assessment.deadline' --exclude-table-data='assessment.reply' | psql -q "${server} dbname=scratch" > /dev/null`])
  psql(stack, 'scratch', ['-c', 'update assessment.head set epoch = 1'])
  psql(stack, 'scratch', ['-c', 'vacuum analyze'])
  const [caseId, stateBytes] = psql(stack, 'scratch',
    ['-c', 'select case_id, length(state) from assessment.case_state where kind = 2005 limit 1']).trim().split('|')
  return { caseId, stateBytes: Number(stateBytes) }
}

const pgbenchP50Us = (stack, folder, file) => {
  const prefix = join(folder, 'pgbench-log')
  const logs = () => readdirSync(folder).filter((name) => name.startsWith('pgbench-log'))
  logs().forEach((name) => rmSync(join(folder, name)))
  execFileSync('pgbench', ['-n', '-M', 'prepared', '-c', '1', '-t', String(COMMANDS), '-l', '--log-prefix', prefix, '-f', file,
    '-h', `${stack.folder}/pg`, '-p', String(stack.basePort + 32), '-U', 'postgres', 'scratch'],
  { env: { ...process.env, PGOPTIONS: WRITER }, stdio: ['ignore', 'ignore', 'pipe'] })
  return median(logs().flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => Number(line.split(' ')[2])))
}

/** Median time of a command when nothing else is asked, ours over HTTP and the bare statements'. */
export const idleLatency = async ({ stack, items, folder, rounds }) => {
  const file = join(folder, 'pgbench.sql')
  writeFileSync(file, script(copyTables(stack)))
  const ours = []
  const bare = []
  for (let round = 0; round < rounds; round++) {
    ours.push((await load({ file: items, port: stack.basePort + 80, connections: 1, count: COMMANDS, first: round * COMMANDS })).p50Us)
    bare.push(pgbenchP50Us(stack, folder, file))
  }
  psql(stack, 'postgres', ['-c', 'drop database scratch'])
  return { oursP50Us: median(ours), pgbenchP50Us: median(bare) }
}
