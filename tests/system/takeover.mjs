/**
 * The active process of each service is killed, and its standby answers in its place: what a client of the
 * API sees of it is a wait shorter than five seconds, for a write and for what it then reads.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { AST_DAYS } from '../../deploy/local/story/ast.mjs'
import { Client, until } from '../support/stack.mjs'
import { throwaway } from '../support/throwaway.mjs'
import { assessor, money } from './acts.mjs'

const TAKEN_OVER_MS = 5000

describe('a standby', () => {
  let stack
  let world
  let cast
  let end

  before(async () => {
    ({ stack, world, end } = await throwaway('takeover', { standbys: true }))
    await world.moveTo(`${AST_DAYS.begins}T08:00:00Z`)
    cast = await castAst(world, 701)
  })
  after(() => end?.())

  const standing = async (service, instance) =>
    (await fetch(`http://${stack.settings(service, instance).ATTAIN_INSIDE}/readyz`)).text()
  const epochOf = async (service) => Number(/epoch (\d+)/.exec(await stack.attain('status', service))[1])
  const nameOf = (service, instance) => instance === 1 ? service : `${service}-2`

  /** Kills the active process of `service`; `use` writes and reads by the API, given which instance is left. */
  const assertTakenOver = async (service, use) => {
    for (const instance of [1, 2]) {
      await until(`${service}-${instance} is ready`, async () => /^(active|stands by)\n$/.test(await standing(service, instance)))
    }
    const active = await standing(service, 1) === 'active\n' ? 1 : 2
    const left = 3 - active
    const epoch = await epochOf(service)
    const from = performance.now()
    assert.ok(await stack.kill(nameOf(service, active)), 'the active process was there to be killed')
    await use(left)
    const tookMs = Math.round(performance.now() - from)
    assert.ok(tookMs < TAKEN_OVER_MS, `${service} was away for ${tookMs} ms`)
    assert.deepEqual([await standing(service, left), await epochOf(service)], ['active\n', epoch + 1])
    stack.start([nameOf(service, active)])
    await until('who was killed stands by', async () => await standing(service, active) === 'stands by\n', { swallow: true })
  }
  const createdAndRead = (client, path, body) => async () => {
    const id = await world.create(client, path, body)
    assert.equal((await world.see(client, `${path}/${id}`)).id, id)
  }

  test('takeover__of_application_takes_less_than_five_seconds', () => assertTakenOver('application',
    createdAndRead(world.admin, 'organisations', { kind: 'la', name: 'Eastshire', nation: 'england' })))

  test('takeover__of_assessment_takes_less_than_five_seconds', () => assertTakenOver('assessment', async () => {
    const id = await assessor(world, cast.agency, cast.assessor)
    assert.equal((await world.see(cast.agency.as_caseworker, `assessors/${id}`)).id, id)
  }))

  test('takeover__of_funding_takes_less_than_five_seconds', () => assertTakenOver('funding',
    createdAndRead(cast.as_finance, 'budgets', {
      laId: cast.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england', forumConsultedOn: '2012-07-02',
      perPost: money(900_000), total: money(900_000), streamOn: AST_DAYS.streams,
    })))

  test('takeover__of_notification_takes_less_than_five_seconds', () => assertTakenOver('notification',
    createdAndRead(cast.agency.as_manager, 'webinars', {
      title: 'Introduction', startsAt: '2012-10-19T16:00:00Z', minutes: 60, link: 'https://meet.example/introduction', places: 30,
      activity: 'webinar-introduction', cohort: 2012,
    })))

  test('takeover__of_the_gateway_takes_less_than_five_seconds', () => assertTakenOver('gateway', async (left) => {
    const { body } = world.done(await world.admin.post('/v1/tokens', { name: 'after', role: 'auditor', hours: 1 }, { retry: true }))
    const auditor = new Client(stack.base(left), body.token)
    assert.equal((await auditor.get(`/v1/cases/${cast.la}/timeline`, { retry: true })).status, 200)
    auditor.close()
  }))
})
