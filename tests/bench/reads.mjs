/**
 * Reading one case of many, at two sizes side by side: two stacks hold the same few real applications and
 * copies of them (grow.sql), and are asked by turns over so few connections that the time is a read's own and not
 * that of a queue.
 */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT, Stack } from '../support/stack.mjs'
import { median } from './durable.mjs'
import { load, writeRequests } from './load.mjs'
import { seedEnrolments } from './seed.mjs'

const REAL = 100
const REQUESTS = 20_000
const CONNECTIONS = 2
const WARM_S = 2
const KEY_DIGITS = 16

const hex = (number) => number.toString(16).padStart(KEY_DIGITS, '0').padEnd(2 * KEY_DIGITS, '0')
const idOf = (number) => hex(number).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/* A stack with `cases` applications, and a file of reads of any of them. */
const grown = async ({ folder, basePort, files, cases, say }) => {
  rmSync(folder, { recursive: true, force: true })
  const stack = new Stack({ folder, basePort })
  await stack.prepare()
  stack.start()
  await stack.ready()
  const { admin } = await seedEnrolments(stack, { cases: REAL, folder: files })
  const began = performance.now()
  execFileSync('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', '-v', `cases=${cases}`, '-f', join(ROOT, 'tests/bench/grow.sql'),
    `host=${stack.folder}/pg port=${basePort + 32} user=postgres dbname=attain`])
  say(`${cases} applications made in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  const file = join(files, `reads-${cases}.requests`)
  writeRequests(file, Array.from({ length: REQUESTS }, () =>
    [admin, 'GET', `/v1/ats-applications/${idOf(1 + Math.floor(Math.random() * cases))}`]))
  return { stack, file, cases, runs: [] }
}

/**
 * @param {{folder: string, files: string, sizes: number[], rounds: number, seconds: number, say: (text: string) => void}} bench
 * @returns {Promise<{cases: number, p50Us: number, p99Us: number}[]>} for each of `sizes`
 */
export const reads = async ({ folder, files, sizes, rounds, seconds, say }) => {
  const sides = []
  try {
    for (const [i, cases] of sizes.entries()) {
      sides.push(await grown({ folder: join(folder, `reads-${i}`), basePort: 7100 + 200 * i, files, cases, say }))
    }
    for (let round = 0; round < rounds; round++) {
      for (const { stack, file, runs } of sides) {
        runs.push(await load({ file, port: stack.basePort + 80, connections: CONNECTIONS, warm: WARM_S, seconds }))
      }
    }
  } finally {
    for (const { stack } of sides) {
      await stack.stop()
    }
  }
  return sides.map(({ cases, runs }) => ({
    cases, p50Us: median(runs.map((run) => run.p50Us)), p99Us: median(runs.map((run) => run.p99Us)),
  }))
}
