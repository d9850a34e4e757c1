/**
 * Editions that change while cases are under way: a case goes on by the revision under which it was opened, services
 * whose current sets differ are not ready and say in what, and a revision that is nowhere decides nothing.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { AST_DAYS, described } from '../../deploy/local/story/ast.mjs'
import { ROOT, SERVICES, until } from '../support/stack.mjs'
import { throwaway } from '../support/throwaway.mjs'

const money = (pence) => ({ pence, currency: 'GBP' })

describe('editions that change while cases are under way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attain-overlays-'))
  let all
  let world
  let cast
  let first
  let second

  before(async () => {
    all = await throwaway('editions')
    world = all.world
    await world.moveTo(`${AST_DAYS.begins}T08:00:00Z`)
    cast = await castAst(world, 905)
    await world.create(cast.as_finance, 'budgets', {
      laId: cast.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england', forumConsultedOn: '2012-07-02',
      perPost: money(900_000), total: money(9_000_000), streamOn: AST_DAYS.streams,
    })
  })
  after(async () => {
    await all?.end()
    rmSync(folder, { recursive: true, force: true })
  })

  const draft = (title) => world.create(cast.as_head, 'posts', {
    schoolId: cast.school, title, reason: 'staffing_structure', recruitment: 'external',
    fundingSource: 'local_formula', financialYear: 2012, headteacherId: cast.head, arrangementsSeen: 1, ...described(cast.head),
  })
  const editionOf = async (post) => (await world.see(cast.as_head, `posts/${post}`)).edition
  const confirm = (post) => world.act(cast.as_coordinator, `posts/${post}/confirm-funding`, { outreachAgreed: true })
  const funded = (post) => world.until(cast.as_coordinator, `posts/${post}`, 'the post is funded', ({ state }) => state === 'funded')
  const ready = async (service) => {
    const answer = await fetch(`http://${all.stack.settings(service).ATTAIN_INSIDE}/readyz`)
    return { status: answer.status, words: await answer.text() }
  }
  const everyoneReady = () => until('every service is ready', async () =>
    (await Promise.all(SERVICES.map(ready))).every(({ status }) => status === 200), { swallow: true })
  const sql = (text) => {
    const { ATTAIN_PG } = all.stack.settings('operator')
    return execFileSync('psql', ['-XAtqc', text, ATTAIN_PG], { encoding: 'utf8' }).trim()
  }

  test('editions__sets_that_are_the_same_are_ready_and_stored_everywhere', async () => {
    await everyoneReady()
    const hashes = (await all.stack.attain('status')).match(/ editions [0-9a-f]{8}$/gm)
    assert.equal(hashes.length, SERVICES.length)
    assert.equal(new Set(hashes).size, 1)
    for (const service of SERVICES) {
      assert.equal(sql(`select count(*) from ${service}.edition`), '3', service)
      assert.equal(sql(`select count(*) from ${service}.edition where revision <> id || '@' || left(encode(sha256(bytes), 'hex'), 16)`), '0')
    }
  })

  test('editions__a_service_whose_set_differs_is_not_ready_and_says_in_what', async () => {
    first = await draft('AST of the first revision')
    const before = await editionOf(first)
    const id = before.split('@')[0]
    cpSync(join(ROOT, 'deploy/local/editions'), folder, { recursive: true })
    writeFileSync(join(folder, `${id}.yaml`), 'salaries:\n  - { area: national, year: 2012, point: 4, pence: 4100000 }\n')
    all.stack.instead.ATTAIN_EDITIONS_OVERLAY = folder
    await all.stack.restart('application')
    for (const service of ['application', 'assessment', 'funding', 'notification', 'gateway']) {
      const said = await until(`${service} is not ready`, async () => {
        const answer = await ready(service)
        return answer.status === 503 && answer.words.startsWith('edition ') ? answer.words : undefined
      }, { swallow: true })
      assert.match(said, new RegExp(`^edition ${id} is ${id}@[0-9a-f]{16} here and ${id}@[0-9a-f]{16} in \\w+: start both with the same files\n$`))
      /* not ready by what a consumer of its own told it, it may see for itself a moment later */
      await until(`${service} says so in its log`, () => readFileSync(join(all.stack.folder, 'log', `${service}.log`), 'utf8').includes('editions differ'))
    }
    for (const service of SERVICES.filter((name) => name !== 'application')) {
      await all.stack.restart(service)
    }
    await all.stack.ready()
    await everyoneReady()
  })

  test('GEN_10__a_case_goes_on_by_the_revision_under_which_it_was_opened', async () => {
    const opened = await editionOf(first)
    await confirm(first)
    await funded(first)
    assert.equal(await editionOf(first), opened)
    second = await draft('AST of the second revision')
    assert.notEqual(await editionOf(second), opened)
    await confirm(second)
    await funded(second)
  })

  test('GEN_10__a_revision_that_is_nowhere_decides_nothing_and_that_is_not_stored', async () => {
    const opened = await editionOf(first)
    const agree = { key: 'agree-of-first' }
    sql(`create table public.kept as select * from application.edition where revision = '${opened}'; delete from application.edition where revision = '${opened}'`)
    await all.stack.restart('application')
    await all.stack.ready()
    const close = () => cast.as_head.post(`/v1/posts/${first}/close`, { reason: 'Nobody was found.' }, { ...agree, retry: true })
    const refusal = await close()
    assert.equal(refusal.status, 422)
    assert.equal(refusal.body.rule, 'GEN-10')
    assert.ok(refusal.body.detail.includes(opened), refusal.body.detail)
    sql('insert into application.edition select * from public.kept; drop table public.kept')
    await all.stack.restart('application')
    await all.stack.ready()
    const done = await close()
    assert.ok(done.status < 300, JSON.stringify(done.body))
  })

  test('GEN_10__an_operator_puts_open_cases_under_another_revision_listed_first_and_with_a_reason', async () => {
    const third = await draft('AST that is moved')
    const opened = await editionOf(third)
    const [id] = opened.split('@')
    const earlier = sql(`select revision from application.edition where id = '${id}' and revision <> '${opened}' limit 1`)
    const words = ['move', '--from', id, '--to', earlier, '--case', third]
    const listed = await all.stack.attain(...words)
    assert.match(listed, new RegExp(`^application Post ${third} from ${opened} to ${earlier}\n`))
    assert.deepEqual(JSON.parse(listed.trim().split('\n').at(-1)), { toMove: 1, moved: 0, refused: 0 })
    assert.equal(await editionOf(third), opened)
    await assert.rejects(all.stack.attain(...words, '--apply'), /--reason/)
    const moved = await all.stack.attain(...words, '--reason', 'Figures were added.', '--apply')
    assert.deepEqual(JSON.parse(moved.trim().split('\n').at(-1)), { toMove: 1, moved: 1, refused: 0 })
    assert.equal(await editionOf(third), earlier)
    assert.match(await all.stack.attain(...words), /"toMove":0/)
    await confirm(third)
    await funded(third)
    const back = await all.stack.attain('move', '--from', earlier, '--to', id, '--case', third, '--reason', 'Tried.', '--apply')
    assert.match(back, /"moved":1/)
    assert.equal(await editionOf(third), opened)
    const refused = await all.stack.attain('move', '--from', id, '--to', 'ats-2022', '--case', third, '--reason', 'Wrong.', '--apply')
      .catch(({ stdout }) => stdout)
    assert.match(refused, /another scheme|cannot be put under/)
    assert.match(refused, /"moved":0,"refused":1/)
    assert.equal(await editionOf(third), opened)
  })

  test('GEN_10__under_a_revision_of_an_earlier_release_a_case_goes_on_until_it_needs_what_that_lacks', async () => {
    const fourth = await draft('AST of an earlier release')
    const [id] = (await editionOf(fourth)).split('@')
    const text = readFileSync(join(ROOT, 'common/editions', `${id}.yaml`), 'utf8').replace('code: latest-receipt', 'code: not-asked-for-today')
    const source = Buffer.from(`${text}\0`)
    const old = `${id}@${createHash('sha256').update(source).digest('hex').slice(0, 16)}`
    sql(`insert into application.edition (revision, id, bytes) values ('${old}', '${id}', '\\x${source.toString('hex')}')`)
    await all.stack.restart('application')
    await all.stack.ready()
    const move = (from, to) => all.stack.attain('move', '--from', from, '--to', to, '--case', fourth, '--reason', 'Tried.', '--apply')
    assert.match(await move(id, old), /"moved":1/)
    assert.equal(await editionOf(fourth), old)
    await world.act(cast.as_head, `posts/${fourth}/agree-outreach`)
    const plan = () => cast.as_head.post(`/v1/posts/${fourth}/plan`, { resignationOn: '2012-12-14', interviewOn: '2012-12-14' }, { key: 'plan-of-fourth', retry: true })
    const { status, body } = await plan()
    assert.deepEqual([status, body.rule], [422, 'GEN-10'], JSON.stringify(body))
    assert.ok(body.detail.includes(`The edition ${old}`) && body.detail.includes('the period "latest-receipt"'), body.detail)
    assert.ok(body.next.includes(`attain move --from ${old} --to ${id}`), body.next)
    assert.match(await move(old, id), /"moved":1/)
    const done = await plan()
    assert.ok(done.status < 300, JSON.stringify(done.body))
  })

  test('editions__logs_are_whole', async () => {
    await world.settle()
    assert.equal(JSON.parse(await all.stack.attain('verify')).faults, 0)
  })
})
