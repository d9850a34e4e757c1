/**
 * What a process shows to the machine that runs it, and the operator's small words: life, readiness with
 * and without the database, figures that follow what was done, ping, parked, retry.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { SERVICES, until } from '../support/stack.mjs'
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

  before(async () => {
    ({ stack, end } = await throwaway('inside', { standbys: true, supervise: true }))
  })
  after(() => end?.())

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

  test('inside__a_process_without_its_database_lives_and_is_not_ready', async () => {
    await stack.killPostgres()
    await until('funding is not ready', async () => (await ask('funding', '/readyz')).status === 503, { swallow: true })
    assert.equal((await ask('funding', '/healthz')).status, 200)
    assert.equal(await figure('funding', 'database_up'), 0)
    await assert.rejects(stack.attain('ping', 'funding'))
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
