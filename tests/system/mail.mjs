/**
 * Mails that an operator holds back, through the maildir on a real stack: they wait in the queue, and each goes once when
 * the setting is gone.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { described } from '../../deploy/local/story/ast.mjs'
import { until } from '../support/stack.mjs'
import { throwaway } from '../support/throwaway.mjs'

describe('mails that wait', () => {
  let all
  let world
  let cast

  before(async () => {
    all = await throwaway('mail')
    world = all.world
    await world.moveTo('2012-09-03T09:00:00Z')
    cast = await castAst(world, 913)
  })
  after(() => all?.end())

  const draft = (title) => world.create(cast.as_head, 'posts', {
    schoolId: cast.school, title, reason: 'staffing_structure', recruitment: 'external',
    fundingSource: 'local_formula', financialYear: 2012, headteacherId: cast.head, arrangementsSeen: 1, ...described(cast.head),
  })
  const restart = async () => {
    await all.stack.restart('notification')
    await all.stack.ready()
  }
  const messagesOf = async (post) => world.list(world.admin, `cases/${post}/messages`, 'messages')

  test('OPS_3__mails_that_are_paused_stay_queued_and_leave_once_when_the_setting_is_gone', async () => {
    const before = await draft('AST before the pause')
    await world.act(cast.as_coordinator, `posts/${before}/decline-funding`, { reason: 'No money.' })
    await until('the mails of the first post are sent', async () => {
      const messages = await messagesOf(before)
      return messages.length > 0 && messages.every(({ state }) => state === 'sent')
    })
    await world.settle()
    const sent = all.mails()
    all.stack.instead.ATTAIN_MAIL_PAUSED = 'yes'
    await restart()
    const posts = [await draft('AST of the pause'), await draft('Another of the pause')]
    for (const post of posts) {
      await world.act(cast.as_coordinator, `posts/${post}/decline-funding`, { reason: 'No money either.' })
    }
    await world.settle()
    const queued = (await Promise.all(posts.map(messagesOf))).flat()
    assert.ok(queued.length >= 2, JSON.stringify(queued))
    assert.deepEqual([...new Set(queued.map(({ state, attempts }) => `${state} ${attempts ?? 0}`))], ['queued 0'])
    assert.equal(all.mails().length, sent.length, 'nothing leaves')
    await restart()
    await world.settle()
    assert.equal(all.mails().length, sent.length, 'nor after another start')
    delete all.stack.instead.ATTAIN_MAIL_PAUSED
    await restart()
    await until('what waited is sent', async () =>
      (await Promise.all(posts.map(messagesOf))).flat().every(({ state }) => state === 'sent'))
    await world.settle()
    const fresh = all.mails().filter(({ messageId }) => !sent.some((one) => one.messageId === messageId))
    assert.equal(fresh.length, queued.length)
    assert.equal(new Set(fresh.map(({ messageId }) => messageId)).size, queued.length, 'each once')
    assert.deepEqual((await Promise.all(posts.map(messagesOf))).flat().map(({ attempts }) => attempts), queued.map(() => 1))
  })

  test('mail__logs_are_whole', async () => {
    await world.settle()
    assert.equal(JSON.parse(await all.stack.attain('verify')).faults, 0)
  })
})
