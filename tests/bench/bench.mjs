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
import { Peer } from './peer.mjs'
import { memory } from './processes.mjs'
import { report } from './report.mjs'
import { seedEnrolments } from './seed.mjs'
import { verify } from './verify.mjs'

const quick = Boolean(process.env.QUICK)
const number = (name, otherwise) => Number(process.env[name] ?? otherwise)
const folder = process.env.BENCH_FOLDER ?? join(ROOT, 'var/bench')
const settings = {
  rounds: number('ROUNDS', quick ? 3 : 5),
  seconds: number('SECONDS', quick ? 4 : 5),
  cases: number('CASES', 20_000),
  chains: number('CHAINS', quick ? 500 : 1_000),
  idleSeconds: number('IDLE_SECONDS', quick ? 20 : 60),
}
const wanted = (process.env.ONLY ?? 'durable,tls,idle,chain,memory,verify').split(',')

const began = performance.now()
const say = (text) => process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}\n`)
const newStack = (name, basePort, more = {}) => new Stack({ folder: join(folder, name), basePort, ...more })

const result = { at: new Date().toISOString(), quick, settings }
const stack = newStack('ours', 7700)
const peer = new Peer({ folder: join(folder, 'peer'), port: 7932 })
const files = join(folder, 'files')

const main = async () => {
  rmSync(join(folder, 'ours'), { recursive: true, force: true })
  mkdirSync(files, { recursive: true })
  await peer.prepare(settings.cases)
  await stack.prepare()
  stack.start()
  await stack.ready()
  const bench = { stack, peer, folder: files, say, ...settings }

  if (wanted.includes('chain')) {
    const chainStack = { folder: join(folder, 'chain'), basePort: 7500 }
    rmSync(chainStack.folder, { recursive: true, force: true })
    result.chain = await chains({ ...bench, chainStack })
  }
  Object.assign(bench, await seedEnrolments(stack, bench))
  result.consumers = bench.consumers
  say('waits until all consumers are level')
  const seeded = performance.now()
  await settle(stack)
  say(`level after ${((performance.now() - seeded) / 1000).toFixed(0)} s`)
  if (wanted.includes('durable')) {
    result.durable = await durable(bench)
  }
  if (wanted.includes('memory')) {
    result.memory = memory(stack)
  }
  if (wanted.includes('idle')) {
    await settle(stack)
    result.idleCpuPercent = await idleCpu(bench)
    result.idle = await idleLatency(bench)
  }
  if (wanted.includes('tls')) {
    await stack.kill('gateway', 'SIGTERM')
    stack.plain = false
    stack.environment.PLAIN = ''
    await stack.restart('gateway')
    await stack.ready()
    result.tls = await durableTls(bench)
  }
  if (wanted.includes('verify')) {
    result.verify = await verify(stack, say)
  }
}

try {
  await main()
} finally {
  await stack.stop()
  await peer.stop()
}
mkdirSync(join(ROOT, 'var/bench'), { recursive: true })
writeFileSync(join(ROOT, 'var/bench/latest.json'), `${JSON.stringify(result, null, 2)}\n`)
process.stdout.write(report(result))
