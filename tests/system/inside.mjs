/**
 * What a process shows to the machine that runs it, and the operator's small words: life, readiness with
 * and without the database, figures that follow what was done, ping, parked, retry.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { Client, SERVICES, until } from '../support/stack.mjs'
import { throwaway } from '../support/throwaway.mjs'

describe('the inside of a process', () => {
  let stack
  let end
  const ask = (service, path, instance = 1, options = {}) =>
    fetch(`http://${stack.settings(service, instance).ATTAIN_INSIDE}${path}`, options)
  const text = async (...words) => (await ask(...words)).text()
  const figure = async (service, name, instance = 1) => {
    const line = (await text(service, '/metrics', instance)).split('\n').find((one) => one.startsWith(`attain_${name}{`))
    return Number(line?.split(' ').at(-1))
  }

  const trace = (digit) => digit.repeat(32)
  const parent = (digit) => `00-${trace(digit)}-00f067aa0ba902b7-01`
  /** The log lines of a service that name the trace. */
  const logged = (service, id) => readdirSync(join(stack.folder, 'log')).filter((name) => name.startsWith(service))
    .flatMap((name) => readFileSync(join(stack.folder, 'log', name), 'utf8').split('\n').filter((line) => line.includes(id)))
    .map((line) => JSON.parse(line))
  let client

  before(async () => {
    ({ stack, end } = await throwaway('inside', { standbys: true, supervise: true }))
    client = new Client(stack.base(), await stack.token('administrator'))
  })
  after(() => {
    client?.close()
    return end?.()
  })

  test('inside__every_process_lives_and_is_ready_active_or_standing_by', async () => {
    for (const service of SERVICES) {
      const said = []
      for (const instance of [1, 2]) {
        assert.equal(await text(service, '/healthz', instance), 'alive\n')
        await until(`${service}-${instance} is ready`, async () => (await ask(service, '/readyz', instance)).status === 200)
        said.push(await text(service, '/readyz', instance))
      }
      assert.deepEqual(said.sort(), ['active\n', 'stands by\n'], service)
    }
  })

  test('inside__what_is_not_served_is_told_so', async () => {
    assert.equal((await ask('funding', '/')).status, 404)
    assert.equal((await ask('funding', '/metrics', 1, { method: 'POST' })).status, 405)
  })

  test('inside__figures_are_well_formed_and_follow_what_was_done', async () => {
    const active = await text('gateway', '/readyz') === 'active\n' ? 1 : 2
    const before = await figure('gateway', 'commands_total', active)
    await stack.token('administrator')
    assert.equal(await figure('gateway', 'commands_total', active), before + 1)
    assert.equal(await figure('gateway', 'active', active), 1)
    assert.equal(await figure('gateway', 'parked', active), 0)
    assert.ok(await figure('gateway', 'head_position', active) > 0)
    assert.ok(await figure('gateway', 'commit_seconds_total', active) > 0)
    for (const service of SERVICES) {
      for (const line of (await text(service, '/metrics')).trimEnd().split('\n')) {
        assert.match(line, /^(# (HELP|TYPE) attain_\w+ .+|attain_\w+\{service="\w+",instance="[\w-]+"(,producer="\w+")?\} [\d.e+-]+)$/)
      }
    }
    const { headers } = await ask('funding', '/metrics')
    assert.match(headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
  })

  test('trace__every_answer_names_one_the_requests_own_or_a_new_one', async () => {
    const answered = async (headers) => (await client.get('/v1/posts', { headers })).headers.traceparent
    const [, id, span, flags] = (await answered({ traceparent: parent('a') })).split('-')
    assert.deepEqual([id, flags], [trace('a'), '01'])
    assert.notEqual(span, '00f067aa0ba902b7')
    const drawn = await Promise.all([{}, {}, { traceparent: 'mine' }, { traceparent: parent('0') }, { traceparent: parent('A') }].map(answered))
    for (const one of drawn) {
      assert.match(one, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    }
    assert.equal(new Set(drawn.map((one) => one.split('-')[1])).size, drawn.length)
    assert.match((await client.get('/v1/nothing')).headers.traceparent, /^00-/)
  })

  test('trace__a_refusal_is_logged_with_it_by_the_service_that_decided', async () => {
    const authority = JSON.stringify({ kind: 'la', name: 'Once' })
    const register = (digit) => client.send('POST', '/v1/organisations', authority, { 'idempotency-key': digit, traceparent: parent(digit) })
    assert.equal((await register('b')).status, 201)
    const refused = await register('c')
    assert.deepEqual([refused.status, refused.body.rule], [422, 'GEN-5'], JSON.stringify(refused.body))
    await until('the refusal is logged', () => logged('application', trace('c')).length > 0)
    const [{ level, msg, service, rule, refusal, message, case: id }] = logged('application', trace('c'))
    assert.deepEqual({ level, msg, service, rule, refusal, message },
      { level: 'info', msg: 'refused', service: 'application', rule: 'GEN-5', refusal: 'registered-already', message: 'RegisterOrganisation' })
    assert.match(id, /^[0-9a-f-]{36}$/)
    assert.equal(logged('application', trace('c')).length, 1)
    assert.deepEqual(logged('application', trace('b')), [], 'what is done as asked is not logged')
    assert.deepEqual(logged('gateway', trace('c')), [], 'nor is an answer below 500')
  })

  test('inside__a_process_without_its_database_lives_and_is_not_ready', async () => {
    await stack.killPostgres()
    await until('funding is not ready', async () => (await ask('funding', '/readyz')).status === 503, { swallow: true })
    assert.equal((await ask('funding', '/healthz')).status, 200)
    assert.equal(await figure('funding', 'database_up'), 0)
    await assert.rejects(stack.attain('ping', 'funding'))
    const answer = await client.get('/v1/cases/00000000-0000-4000-8000-000000000001/deadlines', { headers: { traceparent: parent('d') } })
    assert.equal(answer.status, 503, JSON.stringify(answer.body))
    await until('the gateway has said so', () => logged('gateway', trace('d')).length > 0)
    const [{ level, msg, operation, status, root }] = logged('gateway', trace('d'))
    assert.deepEqual({ level, msg, operation, status, root }, {
      level: 'warning', msg: 'not answered as asked', operation: 'getDeadlines', status: 503, root: '00000000-0000-4000-8000-000000000001',
    })
    await stack.restartPostgres()
    await until('funding is ready', async () => (await ask('funding', '/readyz')).status === 200, { swallow: true })
  })

  test('attain__ping_parked_and_retry_answer', async () => {
    await stack.ready()
    assert.match(await stack.attain('ping', 'assessment'), /^assessment +ok\n$/)
    await assert.rejects(stack.attain('ping', 'nobody'))
    assert.equal(await stack.attain('parked'), '0 parked\n')
    const told = await stack.attain('retry')
    assert.deepEqual(told.match(/ok$/gm)?.length, SERVICES.length, told)
  })
})
