/**
 * What strangers and careless clients send: a clear answer, no crash, nothing changed. Also what makes a
 * write safe to repeat: one key, one effect, one answer.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { after, before, beforeEach, afterEach, describe, test } from 'node:test'

import { castAst } from '../../deploy/local/story/ast_cast.mjs'
import { Client, SERVICES } from '../support/stack.mjs'
import { throwaway } from '../support/throwaway.mjs'

const ENDED_WITHIN_MS = 10_000
const CONNECTIONS = 50 /* of one address, where that is what is looked at */
const UNKNOWN = '00000000-0000-4000-8000-000000000001'

describe('bad input', () => {
  let stack
  let world
  let cast
  let other
  let post
  let heads

  before(async () => {
    stack = await throwaway('bad_input')
    world = stack.world
    await world.moveTo('2012-09-03T09:00:00Z')
    cast = await castAst(world, 1)
    other = await castAst(world, 2)
    post = await world.create(cast.as_head, 'posts', draft())
    await world.settle()
  })
  after(() => stack?.end())

  const draft = (more = {}) => ({
    schoolId: cast.school, title: 'AST for history', reason: 'staffing_structure', recruitment: 'internal',
    fundingSource: 'local_formula', financialYear: 2012, headteacherId: cast.head, ...more,
  })
  /** Where every log ends, by service. */
  const headsOfAll = async () => {
    const told = [...(await stack.stack.attain('status')).matchAll(/^(\w+)\s+epoch \d+ head (\d+)/gm)]
    assert.deepEqual(told.map(([, name]) => name).sort(), [...SERVICES].sort())
    return Object.fromEntries(told.map(([, name, head]) => [name, head]))
  }
  const sql = (text) => execFileSync('psql', ['-qAt', stack.stack.settings('operator').ATTAIN_PG, '-c', text])
  const noteHeads = async () => {
    await world.settle()
    heads = await headsOfAll()
  }
  const assertUnchanged = async () => assert.deepEqual(await headsOfAll(), heads, 'something was written')
  const problem = (answer, status, code) => {
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    assert.match(answer.headers['content-type'], /^application\/problem\+json/)
    assert.deepEqual([answer.body.type, answer.body.status], [`/problems/${code}`, status])
    assert.ok(answer.body.title.length > 0)
    return answer.body
  }
  const raw = (text, headers = {}) => cast.as_head.send('POST', '/v1/posts', text,
    { 'idempotency-key': `raw-${Math.random()}`, ...headers })

  beforeEach(noteHeads)
  afterEach(() => assert.deepEqual(stack.stack.running().sort(), [...SERVICES].sort(), 'a process has ended'))

  describe('in the body', () => {
    afterEach(assertUnchanged)

    test('input__malformed_json_is_no_json', async () => {
      for (const text of ['{', '{"title": }', 'null x', '\u0000', '[[[', '{"title":"a","title":"b"}', '"text"']) {
        const answer = await raw(text)
        assert.ok(answer.status === 400, `${text}: ${answer.status}`)
        assert.match(answer.body.type, /not-json|invalid/)
      }
      problem(await raw('{"title": '), 400, 'not-json')
    })

    test('input__json_nested_too_deep_is_refused', async () => {
      const answer = await raw(`{"title":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
      assert.match(problem(answer, 413, 'body-too-large').errors[0].problem, /nested too deeply/)
    })

    test('input__an_unknown_field_is_named', async () => {
      const { errors } = problem(await cast.as_head.post('/v1/posts', draft({ colour: 'red' })), 400, 'invalid')
      assert.match(errors[0].field, /colour/)
    })

    test('input__every_wrong_type_is_named', async () => {
      const { errors } = problem(await cast.as_head.post('/v1/posts',
        draft({ title: 7, financialYear: 'twelve', schoolId: 'not-an-id', reason: 'because' })), 400, 'invalid')
      const fields = errors.map(({ field }) => field).join(' ')
      for (const name of ['title', 'financialYear', 'schoolId', 'reason']) {
        assert.match(fields, new RegExp(name))
      }
    })

    test('input__a_missing_field_is_named', async () => {
      const { title, ...rest } = draft()
      const { errors } = problem(await cast.as_head.post('/v1/posts', rest), 400, 'invalid')
      assert.match(errors[0].field, /title/, title)
    })

    test('input__text_that_is_no_utf8_is_refused', async () => {
      const bytes = Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from('"}')])
      const answer = await raw(bytes)
      assert.equal(answer.status, 400)
    })

    test('input__a_body_of_65_megabytes_is_too_large', async () => {
      const body = Buffer.alloc(65 * 1024 * 1024, 0x20)
      problem(await raw(body), 413, 'body-too-large')
      const unmeasured = [`POST /v1/posts HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`, body, '\r\n0\r\n\r\n']
      assert.match(await talk(...unmeasured), /^HTTP\/1\.1 413 .*body-too-large/s)
    })

    test('input__what_moves_the_clock_is_read_as_any_write', async () => {
      const move = (text, headers = {}) => world.admin.send('POST', '/v1/sandbox/clock', text, { 'idempotency-key': 'clock', ...headers })
      const text = JSON.stringify({ at: '2012-09-03T10:00:00Z' })
      problem(await move(text, { 'idempotency-key': '' }), 400, 'key-missing')
      problem(await move(text, { 'content-type': 'text/plain' }), 415, 'media-type')
      problem(await move('{"at": '), 400, 'not-json')
      problem(await move('{"at": 7}'), 400, 'invalid')
      problem(await move(`{"at": "${'9'.repeat(1 << 20)}"}`), 413, 'body-too-large')
    })

    test('input__a_body_of_another_type_is_refused', async () => {
      problem(await raw('title=AST', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'media-type')
    })
  })

  /** Writes `pieces` to the gateway, which has to end the connection by itself; what it answered. */
  const talk = (...pieces) => new Promise((done, failed) => {
    const socket = connect({ port: stack.stack.basePort + 80, host: '127.0.0.1', allowHalfOpen: true })
    const bound = setTimeout(() => {
      socket.destroy()
      failed(new Error(`the connection stays open: ${pieces[0].slice(0, 40)}`))
    }, ENDED_WITHIN_MS)
    let answer = ''
    const end = () => {
      clearTimeout(bound)
      socket.destroy()
      done(answer)
    }
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('end', end)
    socket.on('error', end)
    pieces.forEach((piece) => socket.write(piece))
  })

  describe('on the wire', () => {
    const bounded = (idle, connections) => async () => {
      Object.assign(stack.stack.environment, { ATTAIN_HTTP_IDLE_S: idle, ATTAIN_HTTP_PER_ADDRESS: connections })
      await stack.stack.restart('gateway')
      await stack.stack.ready()
    }
    before(bounded('1', String(CONNECTIONS)))
    after(bounded('60', '1024'))
    afterEach(assertUnchanged)
    const assertServes = async () => assert.equal((await cast.as_head.get(`/v1/posts/${post}`, { retry: true })).status, 200)

    test('input__ten_thousand_headers_are_too_many', async () => {
      const lines = Array.from({ length: 10_000 }, (_, index) => `x-header-${index}: value-${index}\r\n`).join('')
      const answer = await talk(`GET /v1/posts HTTP/1.1\r\nhost: x\r\n${lines}\r\n`)
      assert.match(answer, /^HTTP\/1\.1 431 /)
      await assertServes()
    })

    test('input__half_a_request_is_ended_by_the_gateway', async () => {
      const half = [`POST /v1/posts HTTP/1.1\r\nhost: x\r\nidempotency-key: half\r\ncontent-length: 500\r\n\r\n{"title"`,
        'GET /v1/po', 'GET /v1/posts HTTP/1.1\r\nhost']
      assert.deepEqual(await Promise.all(half.map((text) => talk(text))), half.map(() => ''), 'what was never asked is not answered')
      await assertServes()
    })

    test('input__one_address_holds_so_many_connections_and_no_more', async () => {
      const MORE = 20
      const sockets = Array.from({ length: CONNECTIONS + MORE }, () => connect({ port: stack.stack.basePort + 80, host: '127.0.0.1' }))
      const answered = await Promise.all(sockets.map((socket) => new Promise((done) => {
        socket.once('data', () => done(true))
        socket.once('close', () => done(false))
        socket.on('error', () => {})
        socket.write('GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n')
      })))
      sockets.forEach((socket) => socket.destroy())
      const count = answered.filter(Boolean).length
      assert.ok(count > 0 && count <= CONNECTIONS, `${count} of ${sockets.length} were served`)
      await assertServes()
    })

    test('input__what_is_no_http_is_answered_or_closed', async () => {
      for (const text of ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc', 'HELLO\r\n\r\n', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`]) {
        assert.match(await talk(text), /^$|^HTTP\/1\.1 4\d\d /)
      }
      await assertServes()
    })
  })

  describe('in the address', () => {
    afterEach(assertUnchanged)

    test('input__an_address_that_is_none_is_not_found', async () => {
      for (const path of ['/', '/v1', '/v1/nothing', '/v1/posts/not-an-id', `/v1/posts/${UNKNOWN}/dance`, '/v1/posts/../posts/x']) {
        problem(await cast.as_head.get(path), 404, 'not-found')
      }
    })

    test('input__a_method_that_is_not_taken_is_told_with_those_that_are', async () => {
      const answer = await cast.as_head.send('DELETE', `/v1/posts/${post}`, undefined)
      problem(answer, 405, 'method-not-allowed')
      assert.match(answer.headers.allow, /GET/)
    })

    test('input__an_unknown_parameter_is_named', async () => {
      const { errors } = problem(await cast.as_head.get('/v1/posts?colour=red'), 400, 'invalid')
      assert.match(errors[0].field, /colour/)
    })

    test('input__a_parameter_that_is_no_text_or_comes_twice_is_refused', async () => {
      for (const [query, name] of [['laId=%FF', 'laId'], [`laId=${cast.la}%00`, 'laId'], ['limit=1&limit=9', 'limit'], ['%FF=1', '?']]) {
        const { errors } = problem(await cast.as_head.get(`/v1/posts?${query}`), 400, 'invalid')
        assert.deepEqual(errors.map(({ field }) => field), [`/${name}`])
      }
      for (const path of ['/v1/editions/%FF', `/v1/posts?${'a'.repeat(59)}%C3%A9=1`, `/v1/cases/${post}/timeline?limit=1&limit=2`]) {
        problem(await cast.as_head.get(path), 400, 'invalid')
      }
    })
  })

  describe('by whom', () => {
    test('GEN_6__without_a_valid_token_nothing_is_shown', async () => {
      for (const token of ['', 'wrong', 'a'.repeat(5000), `${UNKNOWN}.${UNKNOWN}`]) {
        const client = new Client(stack.stack.base(), token)
        const answer = await client.get(`/v1/posts/${post}`)
        problem(answer, 401, 'unauthorised')
        assert.equal(answer.headers['www-authenticate'], 'Bearer')
        client.close()
      }
      await assertUnchanged()
    })

    test('GEN_6__an_expired_token_opens_nothing', async () => {
      const token = await stack.stack.token('auditor', { hours: 1 })
      sql(`update gateway.token set expires_at = now() - interval '1 second' where token_hash = sha256('${token}')`)
      const client = new Client(stack.stack.base(), token)
      assert.match(problem(await client.get(`/v1/posts/${post}`), 401, 'unauthorised').detail, /expired/)
      client.close()
    })

    test('GEN_6__a_revoked_token_opens_nothing_any_more', async () => {
      const { body } = await world.admin.post('/v1/tokens', { name: 'short', role: 'auditor', hours: 1 })
      const client = new Client(stack.stack.base(), body.token)
      assert.equal((await client.get(`/v1/posts/${post}`)).status, 200)
      assert.equal((await world.admin.post(`/v1/tokens/${body.id}/revoke`)).status, 200)
      problem(await client.get(`/v1/posts/${post}`), 401, 'unauthorised')
      client.close()
    })

    test('GEN_6__another_authoritys_case_is_as_unknown_as_one_that_is_not_there', async () => {
      for (const suffix of ['', '/agree']) {
        const ask = (id) => suffix === '' ? other.as_coordinator.get(`/v1/posts/${id}`)
          : other.as_coordinator.post(`/v1/posts/${id}${suffix}`)
        const [foreign, unknown] = [await ask(post), await ask(UNKNOWN)]
        assert.deepEqual([foreign.status, unknown.status], [404, 404], JSON.stringify([foreign.body, unknown.body]))
        assert.equal(foreign.body.type, unknown.body.type)
      }
      for (const part of ['timeline', 'deadlines', 'messages', 'ledger']) {
        const answer = await other.as_coordinator.get(`/v1/cases/${post}/${part}`)
        assert.match(String(answer.status), /^(200|404)$/, `${part}: ${JSON.stringify(answer.body)}`)
        const rows = answer.status === 200 ? Object.values(answer.body).filter(Array.isArray) : [[]]
        assert.ok(rows.length > 0 && rows.every(({ length }) => length === 0), `${part} of another authority's case is shown`)
      }
      const { body } = await other.as_coordinator.get('/v1/posts')
      assert.deepEqual(body.cases, [])
      await assertUnchanged()
    })

    test('GEN_6__only_an_administrator_issues_tokens_and_moves_the_clock', async () => {
      problem(await cast.as_head.post('/v1/tokens', { name: 'mine', role: 'administrator', hours: 1 }), 403, 'forbidden')
      problem(await cast.as_head.post('/v1/sandbox/clock', { at: '2012-09-04T09:00:00Z' }), 403, 'forbidden')
    })
  })

  describe('again', () => {
    test('key__a_write_needs_one', async () => {
      problem(await cast.as_head.send('POST', '/v1/posts', JSON.stringify(draft())), 400, 'key-missing')
      problem(await raw(JSON.stringify(draft()), { 'idempotency-key': 'x'.repeat(200) }), 400, 'key-missing')
      await assertUnchanged()
    })

    test('key__the_same_write_twice_has_one_effect_and_one_answer', async () => {
      const first = await cast.as_head.post('/v1/posts', draft({ title: 'Once' }), { key: 'once' })
      assert.equal(first.status, 201)
      await noteHeads()
      const second = await cast.as_head.post('/v1/posts', draft({ title: 'Once' }), { key: 'once' })
      assert.deepEqual([second.status, second.body], [first.status, first.body])
      await assertUnchanged()
    })

    test('key__ten_at_once_have_one_effect_and_one_answer', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () =>
        cast.as_head.post('/v1/posts', draft({ title: 'At once' }), { key: 'at-once' })))
      assert.ok(answers.every(({ status }) => status === 201), answers.map(({ status }) => status).join())
      assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1)
      const { cases } = (await cast.as_head.get('/v1/posts?limit=100')).body
      assert.equal(cases.filter(({ title }) => title === 'At once').length, 1)
    })

    test('key__another_body_under_it_is_refused', async () => {
      await cast.as_head.post('/v1/posts', draft({ title: 'One' }), { key: 'reused' })
      await noteHeads()
      problem(await cast.as_head.post('/v1/posts', draft({ title: 'Two' }), { key: 'reused' }), 409, 'key-reused')
      await assertUnchanged()
    })

    test('key__two_clients_do_not_share_one', async () => {
      const mine = await cast.as_head.post('/v1/posts', draft({ title: 'Mine' }), { key: 'shared' })
      const theirs = await other.as_head.post('/v1/posts',
        { ...draft({ title: 'Theirs' }), schoolId: other.school, headteacherId: other.head }, { key: 'shared' })
      assert.deepEqual([mine.status, theirs.status], [201, 201])
      assert.notEqual(mine.body.id, theirs.body.id)
    })

    test('etag__a_write_on_a_version_that_has_gone_is_refused', async () => {
      const created = await cast.as_head.post('/v1/posts', draft({ title: 'Versions', matters: { outreach: 'Agreed each term.' } }))
      const { id } = created.body
      const seen = await cast.as_head.get(`/v1/posts/${id}`)
      assert.equal(seen.headers.etag, created.headers.etag)
      assert.equal((await cast.as_head.post(`/v1/posts/${id}/agree-outreach`, {}, { ifMatch: seen.headers.etag })).status, 200)
      await noteHeads()
      problem(await cast.as_head.post(`/v1/posts/${id}/close`, { reason: 'Not needed.' }, { ifMatch: seen.headers.etag }), 412, 'changed')
      problem(await cast.as_head.post(`/v1/posts/${id}/close`, { reason: 'Not needed.' }, { ifMatch: 'seven' }), 400, 'invalid')
      await assertUnchanged()
      const now = await cast.as_head.get(`/v1/posts/${id}`)
      assert.equal((await cast.as_head.post(`/v1/posts/${id}/close`, { reason: 'Not needed.' }, { ifMatch: now.headers.etag })).status, 200)
    })
  })

  describe('412', () => {
    const gone = (client, id, ifMatch = '"1"') => client.post(`/v1/posts/${id}/close`, { reason: 'Not needed.' }, { ifMatch })
    /** The events of the case, once all that follows has been done and logged: as many as its version says. */
    const events = async (id) => {
      await world.settle()
      const { version } = await world.see(cast.as_head, `posts/${id}`)
      const own = (await world.list(cast.as_head, `cases/${id}/timeline`, 'entries')).filter(({ caseId }) => caseId === id)
      assert.equal(own.length, version)
      return own
    }
    const told = (entries) => entries.map(({ type, at, actor }) => ({ type, at, by: actor.role }))

    test('etag__what_changed_since_is_told_with_the_version_of_now', async () => {
      const id = await world.create(cast.as_head, 'posts', draft({ title: 'Changes' }))
      await world.act(cast.as_coordinator, `posts/${id}/close`, { reason: 'No money.' })
      const entries = await events(id)
      const answer = await gone(cast.as_head, id)
      const { changes, detail } = problem(answer, 412, 'changed')
      const { headers: { etag } } = await cast.as_head.get(`/v1/posts/${id}`)
      assert.deepEqual([answer.headers.etag, etag], [`"${entries.length}"`, `"${entries.length}"`])
      assert.ok(detail.includes(`version ${entries.length} now`), detail)
      assert.deepEqual(changes, told(entries.slice(1)))
      assert.ok(changes.some(({ type, by }) => type === 'PostClosed' && by === 'la_coordinator'), JSON.stringify(changes))
      assert.deepEqual(problem(await gone(cast.as_head, id, '"9"'), 412, 'changed').changes, [], 'a version that never was')
    })

    test('etag__of_many_changes_the_first_twenty_are_told', async () => {
      const id = await world.create(cast.as_head, 'posts', draft({ title: 'Much ado', recruitment: 'external' }))
      for (let day = 10; day < 32; day++) {
        await world.act(cast.as_head, `posts/${id}/plan`, { resignationOn: `2012-10-${day}`, interviewOn: '2012-10-09' })
      }
      const entries = await events(id)
      const { changes } = problem(await gone(cast.as_head, id, '"2"'), 412, 'changed')
      assert.ok(entries.length > 22)
      assert.deepEqual(changes, told(entries.slice(2, 22)))
    })

    test('GEN_6__a_version_that_has_gone_is_no_way_to_learn_of_a_case', async () => {
      const id = await world.create(cast.as_head, 'posts', draft({ title: 'Mine alone' }))
      await world.act(cast.as_head, `posts/${id}/close`, { reason: 'Not needed.' })
      for (const client of [other.as_head, other.as_coordinator]) {
        problem(await gone(client, id), 404, 'not-found')
      }
      problem(await gone(await world.as('administrator'), id), 412, 'changed')
    })

    test('GEN_6__while_a_case_cannot_be_read_nobody_is_told_of_its_version', async () => {
      const id = await world.create(cast.as_head, 'posts', draft({ title: 'Not to be read' }))
      await world.act(cast.as_head, `posts/${id}/close`, { reason: 'Not needed.' })
      sql('revoke select on application.case_state from attain_application_read')
      try {
        for (const client of [other.as_head, cast.as_head]) {
          const answer = await gone(client, id)
          assert.ok(answer.status >= 500, JSON.stringify(answer.body))
          assert.deepEqual([answer.headers.etag, answer.body.changes], [undefined, undefined])
        }
      } finally {
        sql('grant select on application.case_state to attain_application_read')
      }
      problem(await gone(other.as_head, id), 404, 'not-found')
      problem(await gone(cast.as_head, id), 412, 'changed')
    })

    const money = (pence) => ({ pence, currency: 'GBP' })
    const named = {
      'la-policies': {
        own: () => cast.as_coordinator, stranger: () => other.as_coordinator, isOpen: true,
        body: (n) => ({ laId: cast.la, protocol: `Protocol ${n}.` }),
      },
      budgets: {
        own: () => cast.as_finance, stranger: () => other.as_finance,
        body: (n) => ({
          laId: cast.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england', forumConsultedOn: '2012-07-02',
          perPost: money(900_000), total: money(9_000_000 + n), streamOn: ['2012-09-15', '2012-11-15', '2013-01-15', '2013-03-15'],
        }),
      },
    }
    for (const [path, { own, stranger, isOpen, body }] of Object.entries(named)) {
      test(`etag__of_${path.replace('-', '_')}_which_no_path_names_what_changed_is_told_to_their_own`, async () => {
        const set = (client, n, ifMatch) => client().post(`/v1/${path}`, body(n), { ifMatch })
        const first = await set(own, 1)
        const second = await set(own, 2)
        assert.ok(first.status < 300 && second.status < 300, JSON.stringify([first.body, second.body]))
        assert.notEqual(first.headers.etag, second.headers.etag)
        await world.settle()
        const answer = await set(own, 3, first.headers.etag)
        assert.ok(problem(answer, 412, 'changed').changes.length > 0)
        assert.equal(answer.headers.etag, second.headers.etag)
        const theirs = await set(stranger, 3, first.headers.etag)
        if (isOpen) { /* a policy is read by whoever is signed in, and its history is not */
          assert.deepEqual(problem(theirs, 412, 'changed').changes, [])
        } else {
          problem(theirs, 404, 'not-found')
        }
        const third = await set(own, 3, second.headers.etag)
        assert.ok(third.status < 300, JSON.stringify(third.body))
      })
    }
  })

  describe('too often', () => {
    before(async () => {
      Object.assign(stack.stack.environment, { RATE: '1', ATTAIN_RATE_MOST: '5' })
      await stack.stack.restart('gateway')
      await stack.stack.ready()
    })

    test('rate__past_its_allowance_a_client_is_told_when_to_come_again', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => cast.as_head.get('/v1/posts')))
      const [served, refused] = [200, 429].map((wanted) => answers.filter(({ status }) => status === wanted))
      assert.ok(served.length >= 5 && refused.length > 0, answers.map(({ status }) => status).join())
      for (const { headers } of answers) {
        assert.equal(headers['ratelimit-policy'], '"client";q=5;w=5')
        assert.match(headers.ratelimit, /^"client";r=[0-4];t=[1-5]$/)
      }
      problem(refused[0], 429, 'too-many-requests')
      assert.equal(refused[0].headers['retry-after'], '1')
      assert.equal((await other.as_head.get('/v1/posts')).status, 200, 'another client has an allowance of its own')
    })

    test('rate__a_token_that_nobody_has_gives_no_new_allowance', async () => {
      const places = Number(/TOKENS_CACHED = (\d+)/.exec(readFileSync(new URL('../../services/gateway/auth/tokens.h', import.meta.url), 'utf8'))[1])
      const placeOf = (token) => createHash('sha256').update(token).digest().readUInt32LE(0) % places
      const wanted = placeOf(cast.as_candidate.token)
      let garbage = 0
      while (placeOf(`garbage-${garbage}`) !== wanted) {
        garbage++
      }
      const stranger = new Client(stack.stack.base(), `garbage-${garbage}`)
      const spend = () => Promise.all(Array.from({ length: 12 }, () => cast.as_candidate.get('/v1/posts')))
      const served = (answers) => answers.filter(({ status }) => status === 200).length
      const began = performance.now()
      let spent = served(await spend())
      for (let i = 0; i < 3; i++) {
        problem(await stranger.get('/v1/posts'), 401, 'unauthorised')
        spent += served(await spend())
      }
      stranger.close()
      const seconds = Math.ceil((performance.now() - began) / 1000)
      assert.ok(spent <= 5 + seconds, `${spent} requests within ${seconds} s`)
    })

    test('rate__an_answer_of_any_type_says_how_the_allowance_stands', async () => {
      const accept = { accept: 'text/calendar' }
      const calendar = await other.as_coordinator.get('/v1/edition-calendar?edition=ast-2013&from=2012-09-03', { headers: accept })
      assert.deepEqual([calendar.status, calendar.headers['content-type']], [200, 'text/calendar; charset=utf-8'], JSON.stringify(calendar.body))
      const csv = await other.as_coordinator.get('/v1/statistics.csv?asAtOn=2012-09-03')
      assert.deepEqual([csv.status, csv.headers['content-type']], [200, 'text/csv; charset=utf-8; header=present'], JSON.stringify(csv.body))
      for (const { headers } of [calendar, csv]) {
        assert.equal(headers['ratelimit-policy'], '"client";q=5;w=5')
        assert.match(headers.ratelimit, /^"client";r=[0-4];t=[1-5]$/)
      }
    })
  })

  test('openapi__every_answer_is_as_the_document_says', () => {
    assert.deepEqual(stack.conform.faults, [])
    assert.ok(stack.conform.count > 20)
  })
})
