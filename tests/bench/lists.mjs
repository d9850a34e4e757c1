/**
 * Pages of lists: each list of the API over few and over many cases on one stack, a random page at a time. The
 * lists are those of the gateway's table, so that a new one is measured without a line here; posts and forms AST1
 * are also asked for as an authority does, and by state.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { Client } from '../support/client.mjs'
import { ROOT, Stack } from '../support/stack.mjs'
import { median } from './durable.mjs'

const WARM = 50
const FORMS_A_POST = 3
const AUTHORITY = 'ffff0007-0000-0000-0000-000000000000' /* one of those of grow_lists.sql */
const NEWEST_MS = Date.UTC(2012, 0, 1)

/* Numbers of the kinds, as kinds.h counts them. */
const kinds = () => {
  const numbers = {}
  let number = 0
  for (const [, name, first] of readFileSync(join(ROOT, 'common/kinds.h'), 'utf8').matchAll(/^ +KIND_(\w+)(?: = (\d+))?,/gm)) {
    number = first === undefined ? number + 1 : Number(first)
    numbers[name] = number
  }
  return numbers
}

const listsOfTable = () => {
  const numbers = kinds()
  return [...readFileSync(join(ROOT, 'services/gateway/api/routes.c'), 'utf8').matchAll(/^ +CASES\("([\w-]+)", (\w+), KIND_(\w+),/gm)]
    .map(([, path, service, kind]) => ({ path, schema: service.toLowerCase(), kind: numbers[kind] }))
}

const asked = ({ path }, admin, authority) => [
  [path, admin, ''],
  ...!['posts', 'ast1-forms'].includes(path) ? [] : [
    [`${path}, in a state`, admin, '&state=drafted'],
    [`${path}, in a state that none has`, admin, '&state=closed'],
    [`${path}, of an authority`, admin, `&laId=${AUTHORITY}`],
    [`${path}, as an authority`, authority, ''],
    [`${path}, as an authority, in a state`, authority, '&state=drafted'],
  ]]

/* A place somewhere in the list, as the rows of grow_lists.sql have them. */
const placeIn = (kind, rows) => {
  const n = 1 + Math.floor(Math.random() * rows)
  const digits = (kind.toString(16).padStart(8, '0') + n.toString(16).padStart(8, '0')).padEnd(32, '0')
  return `${(NEWEST_MS - n * 1000) * 1000}.${digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`
}

const pageMs = async (client, { path, kind }, rows, more, pages) => {
  const times = []
  for (let i = 0; i < WARM + pages; i++) {
    const began = performance.now()
    const { status, body } = await client.get(`/v1/${path}?after=${placeIn(kind, rows)}${more}`)
    if (status !== 200) {
      throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
    }
    if (i >= WARM) {
      times.push(performance.now() - began)
    }
  }
  return median(times)
}

/**
 * @param {{folder: string, sizes: number[], pages: number, say: (text: string) => void}} bench `sizes` are of posts; of forms
 * AST1 there are three times as many, and of everything else as many
 * @returns {Promise<{list: string, fewMs: number, manyMs: number}[]>} median time of a page, the worst ratio first
 */
export const lists = async ({ folder, sizes, pages, say }) => {
  rmSync(join(folder, 'lists'), { recursive: true, force: true })
  const stack = new Stack({ folder: join(folder, 'lists'), basePort: 7100 })
  stack.environment.ATTAIN_RATE_PER_S = '0'
  const psql = (...args) => execFileSync('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', ...args,
    `host=${stack.folder}/pg port=${stack.basePort + 32} user=postgres dbname=attain`])
  const found = {}
  try {
    await stack.prepare()
    stack.start()
    await stack.ready()
    const tokens = [await stack.token('administrator', {}), await stack.token('la_coordinator', { organisation: AUTHORITY })]
    for (const size of sizes) {
      for (const list of listsOfTable()) {
        const rows = list.path === 'ast1-forms' ? FORMS_A_POST * size : size
        psql('-v', `kind=${list.kind}`, '-v', `rows=${rows}`, '-v', `schema=${list.schema}`, '-f', join(ROOT, 'tests/bench/grow_lists.sql'))
      }
      say(`${size} posts and as many of each other kind made`)
      const [admin, authority] = tokens.map((token) => new Client(stack.base(), token)) /* the gateway ends connections that rest */
      for (const list of listsOfTable()) {
        const rows = list.path === 'ast1-forms' ? FORMS_A_POST * size : size
        for (const [name, client, more] of asked(list, admin, authority)) {
          (found[name] ??= []).push(await pageMs(client, list, rows, more, pages))
        }
      }
      psql('-c', ['application', 'assessment', 'funding', 'notification', 'gateway']
        .map((schema) => `delete from ${schema}.case_party where party_id::text like 'ffff%'; delete from ${schema}.case_state where edition = 'ast-2013@0'`).join(';'))
    }
  } finally {
    await stack.stop()
  }
  return Object.entries(found).map(([list, [fewMs, manyMs]]) => ({ list, fewMs, manyMs }))
    .sort((a, b) => b.manyMs / b.fewMs - a.manyMs / a.fewMs)
}
