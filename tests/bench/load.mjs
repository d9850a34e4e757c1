/** Runs the load generator (load.c) and writes the files of requests that it reads. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT } from '../support/stack.mjs'

const PROGRAM = process.env.BENCH_LOAD ?? join(ROOT, 'build/release/tests/bin/bench/load')
const ERRORS_SHOWN = 2000

/**
 * @param {{file: string, port: number, connections?: number, seconds?: number, warm?: number, rate?: number,
 *   count?: number, first?: number, tls?: boolean, ids?: string, lenient?: boolean}} options `ids` sends each line once
 *   and keeps the field `keep` of every answer in that file; `lenient` lets refusals pass
 * @returns {Promise<{counted: number, perSecond: number, p50Us: number, p99Us: number, maxUs: number, cpuUs: number}>}
 */
export const load = ({ file, port, connections = 256, seconds = 5, warm = 0, rate = 0, count = 0, first = 0, tls = false,
  ids, keep = 'id', lenient = false }) =>
  new Promise((resolve, reject) => {
    const words = ['-p', port, '-c', connections, '-s', seconds, '-w', warm, '-r', rate, '-n', count, '-f', first,
      ...(tls ? ['-t'] : []), ...(ids === undefined ? [] : ['-1', '-o', ids, '-k', keep]), file]
    execFile(PROGRAM, words.map(String), (error, out, problems) => {
      const result = out === '' ? undefined : JSON.parse(out)
      if (result === undefined || (!lenient && error !== null)) {
        reject(new Error(`load of ${file}: ${problems.slice(0, ERRORS_SHOWN) || error.message} ${out}`))
      } else {
        resolve(result)
      }
    })
  })

/** Writes requests, each [token, method, path, body], for load(). */
export const writeRequests = (file, requests) => {
  writeFileSync(file, requests.map(([token, method, path, body]) =>
    [token, method, path, body === undefined ? '' : JSON.stringify(body)].join('\t')).join('\n').concat('\n'))
}

/** Sends each of `requests` once and returns the field `keep` of every answer, in order. */
export const sendOnce = async ({ folder, name, port, requests, keep = 'id', connections = 256, say = () => {} }) => {
  const file = join(folder, `${name}.requests`)
  const ids = join(folder, `${name}.answers`)
  writeRequests(file, requests)
  const result = await load({ file, port, connections, ids, keep })
  say(`${name}: ${result.answered} at ${Math.round(result.perSecond)}/s`)
  return readFileSync(ids, 'utf8').split('\n').slice(0, requests.length)
}
