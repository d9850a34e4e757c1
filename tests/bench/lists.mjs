/**
 * Pages of lists: each list of the API over few and over many cases on one stack, a random page at a time. The
 * lists are those of the gateway's table, so that a new one is measured without a line here; posts and forms AST1
 * are also asked for as an authority does, and by state. LISTS="organisations people" measures only those of the table.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { Client, until } from '../support/client.mjs'
import { ROOT, Stack } from '../support/stack.mjs'
import { median } from './durable.mjs'

const WARM = 50
const FORMS_A_POST = 3
const NAMED = ['organisations', 'people']
const AUTHORITY = 'ffff0007-0000-0000-0000-000000000000' /* one of those of grow_lists.sql */
const NEWEST_MS = Date.UTC(2012, 0, 1)
const ONE = { urn: '100001', trn: '1234567', email: 'robin.hale@northgate.example', name: 'Robin Hale' } /* whoever is looked up */

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
  return [...readFileSync(join(ROOT, 'services/gateway/api/routes.c'), 'utf8').matchAll(/^ +CASES(?:_BY\(\w+, |\()"([\w-]+)", (\w+), KIND_(\w+),/gm)]
    .map(([, path, service, kind]) => ({ path, schema: service.toLowerCase(), kind: numbers[kind] }))
    .filter(({ path }) => process.env.LISTS === undefined || process.env.LISTS.split(' ').includes(path))
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

/* What is looked for by how a name begins, or a later word of it. */
const searched = (admin, authority) => [
  ['organisations, by name', admin, 'organisations?name=hill'],
  ['organisations, by a later word', admin, 'organisations?name=school'],
  ['organisations of an authority, by name', admin, `organisations?laId=${AUTHORITY}&name=hill`],
  ['organisations, by name, as an authority', authority, 'organisations?name=hill'],
  ['people, by name', admin, 'people?name=hill'],
]

/* What is looked up by a key that one alone has. */
const lookedUp = (admin, number) => [
  ['organisations, by URN', admin, `organisations?urn=${ONE.urn}`],
  ['people, by TRN', admin, `people?trn=${ONE.trn}`],
  ['people, by address', admin, `people?email=${ONE.email}`],
  ['the register, by TRN', admin, `register?trn=${ONE.trn}`],
  ['the register, by name', admin, `register?name=${encodeURIComponent(ONE.name)}`],
  ['the register, by number', admin, `register?number=${number}`],
]

const random = (rows) => 1 + Math.floor(Math.random() * rows)

/* The id of the nth row of a kind, as grow_lists.sql has it. */
const idOf = (kind, n) => (kind.toString(16).padStart(8, '0') + n.toString(16).padStart(8, '0')).padEnd(32, '0')
  .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/* A place somewhere in the list. */
const placeIn = (kind, rows) => {
  const n = random(rows)
  return `${(NEWEST_MS - n * 1000) * 1000}.${idOf(kind, n)}`
}

const answerMs = async (client, path, pages) => {
  const times = []
  for (let i = 0; i < WARM + pages; i++) {
    const began = performance.now()
    const { status, body } = await client.get(`/v1/${path()}`)
    if (status !== 200) {
      throw new Error(`${path()}: ${status} ${JSON.stringify(body)}`)
    }
    if (i >= WARM) {
      times.push(performance.now() - began)
    }
  }
  return median(times)
}

/* One of each that can be looked up; the number in the register. */
const enterOne = async (client) => {
  const enter = async (path, body) => {
    const { status, body: answer } = await client.post(`/v1/${path}`, body)
    if (status !== 201) {
      throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
    }
    return answer.id
  }
  const laId = await enter('organisations', { kind: 'la', name: 'Westshire', nation: 'england' })
  const organisationId = await enter('organisations', {
    kind: 'school', name: 'Northgate College', urn: ONE.urn, laId, nation: 'england', payArea: 'national', schoolType: 'maintained', phase: 'secondary',
  })
  const { name, email, trn } = ONE
  const personId = await enter('people', { name, email, trn, positions: [{ role: 'candidate', organisationId }] })
  await enter('earlier-passes', { personId, passedOn: '2011-06-01', edition: 'ast-2006', oldNumber: 'W-17', reason: 'from the paper register' })
  return until('the pass is in the register', async () => (await client.get(`/v1/register?trn=${trn}`)).body.entries?.[0]?.number)
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
  const rowsOf = ({ path }, size) => path === 'ast1-forms' ? FORMS_A_POST * size : size
  const grow = (list, size) => psql('-v', `kind=${list.kind}`, '-v', `rows=${rowsOf(list, size)}`, '-v', `schema=${list.schema}`,
    '-v', `named=${NAMED.includes(list.path) ? 1 : 0}`, '-f', join(ROOT, 'tests/bench/grow_lists.sql'))
  try {
    await stack.prepare()
    stack.start()
    await stack.ready()
    const tokens = [await stack.token('administrator', {}), await stack.token('la_coordinator', { organisation: AUTHORITY })]
    const clients = () => tokens.map((token) => new Client(stack.base(), token)) /* the gateway ends connections that rest */
    const number = await enterOne(clients()[0])
    for (const size of sizes) {
      for (const list of listsOfTable()) {
        grow(list, size)
      }
      say(`${size} posts and as many of each other kind made`)
      const [admin, authority] = clients()
      const measure = async (name, client, path) => (found[name] ??= []).push(await answerMs(client, path, pages))
      for (const list of listsOfTable()) {
        const place = () => placeIn(list.kind, rowsOf(list, size))
        for (const [name, client, more] of asked(list, admin, authority)) {
          await measure(name, client, () => `${list.path}?after=${place()}${more}`)
        }
      }
      for (const [name, client, path] of searched(admin, authority)) {
        const kind = listsOfTable().find((list) => path.startsWith(list.path))?.kind
        kind === undefined || await measure(name, client, () => `${path}&after=${idOf(kind, 10 * Math.ceil(random(size) / 10) - 3)}`)
      }
      for (const [name, client, path] of lookedUp(admin, number)) {
        await measure(name, client, () => path)
      }
      psql('-c', ['application', 'assessment', 'funding', 'notification', 'gateway']
        .map((schema) => `delete from ${schema}.case_party where party_id::text like 'ffff%'; delete from ${schema}.case_state where edition = 'ast-2013@0'`)
        .concat("delete from application.name_part where part like '%school'; delete from application.claim where case_id::text like '000003e%'").join(';'))
    }
  } finally {
    await stack.stop()
  }
  return Object.entries(found).map(([list, [fewMs, manyMs]]) => ({ list, fewMs, manyMs }))
    .sort((a, b) => b.manyMs / b.fewMs - a.manyMs / a.fewMs)
}
