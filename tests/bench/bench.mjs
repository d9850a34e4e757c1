/**
 * `make bench`: our figures and the peers' in one run, sides alternating, medians. QUICK=1 makes it short.
 * Prints a table and writes var/bench/latest.json. Everything it makes lies under var/bench.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT, Stack } from '../support/stack.mjs'
import { chains } from './chain.mjs'
import { durable, durableTls } from './durable.mjs'
import { settle } from './figures.mjs'
import { idleCpu, idleLatency } from './idle.mjs'
import { lists } from './lists.mjs'
import { Peer } from './peer.mjs'
import { memory } from './processes.mjs'
import { reads } from './reads.mjs'
import { report } from './report.mjs'
import { seedEnrolments } from './seed.mjs'
import { verify } from './verify.mjs'

const FEW_CASES = 10_000 /* beside which many are read */
const FEW_POSTS = 1_000 /* beside which many are listed */
const quick = Boolean(process.env.QUICK)
const number = (name, otherwise) => Number(process.env[name] ?? otherwise)
const folder = process.env.BENCH_FOLDER ?? join(ROOT, 'var/bench')
const settings = {
  rounds: number('ROUNDS', quick ? 3 : 5),
  seconds: number('SECONDS', quick ? 4 : 5),
  cases: number('CASES', 20_000),
  chains: number('CHAINS', quick ? 500 : 1_000),
  readCases: number('READ_CASES', quick ? 200_000 : 1_000_000),
  listPosts: number('LIST_POSTS', quick ? 20_000 : 100_000),
  pages: number('PAGES', quick ? 100 : 500),
  idleSeconds: number('IDLE_SECONDS', quick ? 20 : 60),
}
const AMONG_MANY = ['durable', 'tls', 'idle', 'memory', 'verify']
const wanted = (process.env.ONLY ?? 'durable,tls,idle,chain,memory,verify,reads,lists').split(',')

const began = performance.now()
const say = (text) => process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}\n`)
const newStack = (name, basePort, more = {}) => new Stack({ folder: join(folder, name), basePort, ...more })

const failures = []
const result = { at: new Date().toISOString(), quick, settings }
const stack = newStack('ours', 7700)
const peer = new Peer({ folder: join(folder, 'peer'), port: 7932 })
const files = join(folder, 'files')

const save = () => {
  mkdirSync(join(ROOT, 'var/bench'), { recursive: true })
  writeFileSync(join(ROOT, 'var/bench/latest.json'), `${JSON.stringify(result, null, 2)}\n`)
}

/** Does one part if it is wanted; what fails is told at the end, and the rest goes on. */
const part = async (name, fn) => {
  if (!wanted.includes(name)) {
    return
  }
  try {
    await fn()
  } catch (error) {
    failures.push(`${name}: ${error.message}`)
    say(`${name} FAILED: ${error.stack}`)
  }
  save()
}

const restartWithTls = async () => {
  await stack.kill('gateway', 'SIGTERM')
  stack.plain = false
  stack.environment.PLAIN = ''
  stack.start(['gateway'])
  await stack.ready()
}

/* What is measured on one stack with many enrolments, and beside the peers. */
const amongMany = async (bench) => {
  await stack.prepare()
  stack.start()
  await stack.ready()
  Object.assign(bench, await seedEnrolments(stack, bench))
  result.consumers = bench.consumers
  say('waits until all consumers are level')
  const seeded = performance.now()
  await settle(stack)
  say(`level after ${((performance.now() - seeded) / 1000).toFixed(0)} s`)
  await part('durable', async () => {
    result.durable = await durable(bench)
  })
  await part('idle', async () => {
    await settle(stack)
    result.idleCpuPercent = await idleCpu(bench)
  })
  await part('memory', () => {
    result.memory = memory(stack) /* after the run, when what it took at its height has been given back */
  })
  await part('idle', async () => {
    result.idle = await idleLatency(bench)
  })
  await part('tls', async () => {
    await restartWithTls()
    result.tls = await durableTls(bench)
  })
  await part('verify', async () => {
    result.verify = await verify(stack, say)
  })
  await stack.stop()
}

const main = async () => {
  rmSync(join(folder, 'ours'), { recursive: true, force: true })
  mkdirSync(files, { recursive: true })
  const bench = { stack, peer, folder: files, say, ...settings }
  if (['chain', ...AMONG_MANY].some((name) => wanted.includes(name))) {
    await peer.prepare(settings.cases)
  }
  await part('chain', async () => {
    const chainStack = { folder: join(folder, 'chain'), basePort: 7500 }
    rmSync(chainStack.folder, { recursive: true, force: true })
    result.chain = await chains({ ...bench, chainStack })
  })
  if (AMONG_MANY.some((name) => wanted.includes(name))) {
    await amongMany(bench)
  }
  await part('reads', async () => {
    result.reads = await reads({ ...bench, folder, files, sizes: [FEW_CASES, settings.readCases] })
  })
  await part('lists', async () => {
    result.lists = await lists({ ...bench, folder, sizes: [FEW_POSTS, settings.listPosts] })
  })
}

try {
  await main()
} finally {
  await stack.stop()
  await peer.stop()
  save()
}
process.stdout.write(report(result))
if (failures.length > 0) {
  process.stdout.write(`${failures.map((text) => `FAILED ${text}`).join('\n')}\n`)
  process.exitCode = 1
}
