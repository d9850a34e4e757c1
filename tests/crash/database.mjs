/** The services' tables as the superuser reads them, beside everything that the services say. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { ROOT, SERVICES } from '../support/stack.mjs'

const run = promisify(execFile)

/** Numbers of the services in causes. */
export const SERVICE_NUMBERS = new Map([...SERVICES.entries()].map(([index, name]) => [index + 1, name]))

/** Names of the messages by their number, from the descriptors' sources. */
export const messageNames = () => {
  const folder = join(ROOT, 'proto/attain/v1')
  const names = new Map()
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8')
    for (const [, name, number] of text.matchAll(/^message (\w+) \{[^}]*?option \(number\) = (\d+);/gm)) {
      names.set(Number(number), name)
    }
  }
  return names
}

/** The fields of an encoded Cause: bytes 1, integers 2 and 3. */
export const decodeCause = (bytes) => {
  const cause = { message: '', producer: 0, position: 0 }
  let at = 0
  const integer = () => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]
      value += (byte & 127) * factor
      if (byte < 128) {
        return value
      }
    }
  }
  while (at < bytes.length) {
    const tag = integer()
    if (tag === 10) {
      const length = integer()
      cause.message = bytes.subarray(at, at + length).toString('hex')
      at += length
    } else {
      cause[tag === 16 ? 'producer' : 'position'] = integer()
    }
  }
  return cause
}

/** The role in an encoded Actor, its first field. */
const roleOf = (bytes) => bytes[0] === 8 ? bytes[1] : 0

export class Database {
  #conninfo

  /** @param {string} conninfo the superuser's */
  constructor(conninfo) {
    this.#conninfo = conninfo
  }

  /** Rows of a question, each an array of texts. */
  async rows(sql) {
    const { stdout } = await run('psql', ['-XqAt', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', sql, this.#conninfo],
      { maxBuffer: 1 << 30 })
    return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'))
  }

  /** The log of `service`, in order. */
  async events(service) {
    const names = messageNames()
    const rows = await this.rows(`select position, case_id, seq, root_id, type, encode(actor, 'hex'),
      encode(cause, 'hex'), encode(hash, 'hex') from ${service}.event order by position`)
    return rows.map(([position, caseId, seq, rootId, type, actor, cause]) => ({
      position: Number(position), caseId, seq: Number(seq), rootId, type: names.get(Number(type)) ?? type,
      role: roleOf(Buffer.from(actor, 'hex')), cause: decodeCause(Buffer.from(cause, 'hex')),
    }))
  }

  /** Where every log ends, by service. */
  async heads() {
    const rows = await this.rows(SERVICES.map((name) => `select '${name}', position from ${name}.head`).join(' union all '))
    return Object.fromEntries(rows.map(([name, position]) => [name, Number(position)]))
  }
}
