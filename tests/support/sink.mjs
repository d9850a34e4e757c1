/** A real mail server to send to (aiosmtpd), which puts what it is given into a maildir. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'

import { until } from './client.mjs'

const accepts = (port) => new Promise((done) => {
  const socket = connect(port, '127.0.0.1')
  socket.once('data', () => done(socket.destroy() !== null)) /* its greeting */
  socket.once('error', () => done(false))
})

export class Sink {
  #child

  /**
   * @param {object} options
   * @param {string} options.folder the maildir
   * @param {number} options.port
   * @param {string} [options.handler] class that takes the mails
   * @param {string} [options.path] folder where Python finds it
   */
  constructor({ folder, port, handler = 'aiosmtpd.handlers.Mailbox', path = '' }) {
    this.handler = handler
    this.path = path
    this.folder = folder
    this.port = port
    this.url = `smtp://127.0.0.1:${port}`
  }

  /** Starts it; returns when it greets. */
  async start() {
    mkdirSync(dirname(this.folder), { recursive: true }) /* the folder itself it makes, as a maildir */
    this.#child = spawn('/usr/bin/python3', ['-m', 'aiosmtpd', '-n', '-c', this.handler, this.folder,
      '-l', `127.0.0.1:${this.port}`], { stdio: 'ignore', env: { ...process.env, PYTHONPATH: this.path, PYTHONDONTWRITEBYTECODE: '1' } })
    await until('the mail sink greets', () => accepts(this.port), { boundMs: 20_000 })
  }

  /** Ends it at once. */
  async stop() {
    if (this.#child.exitCode !== null) {
      return
    }
    const ended = new Promise((done) => this.#child.once('close', done))
    this.#child.kill('SIGKILL')
    await ended
  }
}
