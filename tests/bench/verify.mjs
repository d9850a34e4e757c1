/** `attain verify` over all that a benchmark has written: chains, folds, cursors. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

import { ROOT } from '../support/stack.mjs'

export const verify = (stack, say) => new Promise((resolve, reject) => {
  const began = performance.now()
  const child = spawn(join(stack.binaries, 'attain'), ['verify'],
    { cwd: ROOT, env: { ...stack.environment, ...stack.settings('operator') }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  child.stdout.on('data', (text) => { out += text })
  child.stderr.on('data', (text) => { out += text })
  child.once('error', reject)
  child.once('close', (code) => {
    const seconds = (performance.now() - began) / 1000
    say(`verify: ${code === 0 ? 'no fault' : 'FAULTS'} in ${seconds.toFixed(0)} s`)
    resolve({ ok: code === 0, seconds, says: out.trim().split('\n').slice(-12) })
  })
})
