/**
 * The gateway with a certificate speaks TLS and nothing else: a client that knows the certificate is
 * served, one that does not refuses it, and who speaks plain HTTP or an old version of TLS gets no answer.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import https from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { until } from '../support/stack.mjs'
import { throwaway } from '../support/throwaway.mjs'

const BOUND_MS = 20_000

/** A certificate for the same names as the gateway's, which the gateway does not have. */
const strangersCertificate = () => {
  const folder = mkdtempSync(join(tmpdir(), 'attain-stranger-'))
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
      '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-keyout', join(folder, 'key'), '-out', join(folder, 'crt')], { stdio: 'ignore' })
    return readFileSync(join(folder, 'crt'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('TLS at the gateway', () => {
  let setting
  let certificate
  let port

  before(async () => {
    setting = await throwaway('tls', { plain: false })
    const settings = setting.stack.settings('gateway')
    certificate = readFileSync(settings.ATTAIN_TLS_CERT, 'utf8')
    port = Number(settings.ATTAIN_HTTP.split(':').at(-1))
  })
  after(() => setting?.end())

  /** One request on a connection of its own; the answer with what was agreed, or the error. */
  const ask = ({ method = 'GET', path = '/v1/openapi.json', headers = {}, body, ...options } = {}) => new Promise((resolve) => {
    const request = https.request({ host: '127.0.0.1', port, method, path, headers, agent: false, ca: certificate, ...options },
      (response) => {
        const { socket } = response
        const agreed = {
          authorized: socket.authorized,
          protocol: socket.getProtocol(),
          fingerprint: socket.getPeerX509Certificate().fingerprint256,
        }
        const parts = []
        response.on('data', (part) => parts.push(part))
        response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(parts)), ...agreed }))
      })
    request.setTimeout(BOUND_MS, () => request.destroy(new Error('no answer')))
    request.on('error', (error) => resolve({ error: error.code ?? error.message }))
    request.end(body)
  })

  test('tls__who_knows_the_certificate_is_served', async () => {
    const answer = await ask()
    assert.equal(answer.status, 200, answer.error)
    assert.equal(answer.authorized, true)
    assert.equal(answer.protocol, 'TLSv1.3')
    assert.equal(answer.fingerprint, new X509Certificate(certificate).fingerprint256)
    assert.match(answer.body.servers[0].url, /^https:/)
  })

  test('tls__a_write_is_taken_and_read_back', async () => {
    const authorization = `Bearer ${await setting.stack.token('administrator')}`
    const made = await ask({
      method: 'POST',
      path: '/v1/organisations',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify({ kind: 'la', name: 'Westshire', nation: 'england' }),
    })
    assert.equal(made.status, 201, JSON.stringify(made))
    const found = await ask({ path: `/v1/organisations/${made.body.id}`, headers: { authorization } })
    assert.deepEqual([found.status, found.body.name], [200, 'Westshire'])
  })

  test('tls__who_trusts_another_authority_refuses_the_certificate', async () => {
    const { error } = await ask({ ca: strangersCertificate() })
    assert.match(error, /^(DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE)$/)
  })

  test('tls__the_certificate_holds_for_no_other_name', async () => {
    const { error } = await ask({ servername: 'elsewhere.example' })
    assert.equal(error, 'ERR_TLS_CERT_ALTNAME_INVALID')
  })

  test('tls__version_1_1_is_refused_and_1_2_is_not', async () => {
    const old = await ask({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
    assert.match(old.error ?? `${old.status}`, /PROTOCOL_VERSION|ECONNRESET/) /* an alert, or just the end */
    const before13 = await ask({ maxVersion: 'TLSv1.2' })
    assert.deepEqual([before13.status, before13.protocol], [200, 'TLSv1.2'])
  })

  test('tls__with_half_of_what_it_needs_the_gateway_does_not_start', async () => {
    const { stack } = setting
    const log = join(stack.folder, 'log', 'gateway.log')
    const told = readFileSync(log).length
    try {
      stack.instead = { ATTAIN_TLS_KEY: '' }
      await stack.restart('gateway')
      await until('the gateway has ended by itself', () => !stack.running().includes('gateway'))
      assert.match(readFileSync(log, 'utf8').slice(told), /ATTAIN_TLS_KEY: must be set/)
    } finally {
      stack.instead = {}
      await stack.restart('gateway')
      await stack.ready()
    }
  })

  test('tls__plain_http_gets_no_answer_and_harms_nobody', async () => {
    const heard = await new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      const parts = []
      socket.setTimeout(BOUND_MS, () => socket.destroy(new Error('the connection stays open')))
      socket.on('data', (part) => parts.push(part))
      socket.on('error', (error) => (error.code === 'ECONNRESET' ? undefined : reject(error)))
      socket.on('close', () => resolve(Buffer.concat(parts)))
      socket.write('GET /v1/openapi.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
    })
    assert.doesNotMatch(heard.toString('latin1'), /HTTP|openapi/)
    /* At most a TLS alert, which is seven bytes. */
    assert.ok(heard.length <= 7, `${heard.length} bytes`)
    assert.equal((await ask()).status, 200)
  })
})
