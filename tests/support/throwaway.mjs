/** A throw-away stack for one test file: a folder and ports of its own, an administrator, one clock. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { World } from '../../deploy/local/story/world.mjs'
import { TurningClient } from './client.mjs'
import { Conform } from './conform.mjs'
import { complaints, mails, Stack } from './stack.mjs'

/* Files run side by side: each has two hundred ports. The demonstration and `make crash` begin at their own place too. */
const PORTS = Number(process.env.BASE_PORT ?? 21_000)
const PLACES = {
  ast: 0, ats: 1, refusals: 2, bad_input: 3, demo: 4, smtp: 5, tls: 6, second_thoughts: 7, holiday: 8, bulk: 9, outreach: 10,
  posts: 11, coordinators: 13, stories_a: 14, stories_b: 15, inside: 16, takeover: 17, crash: 18, editions: 12, directory: 19,
  heads: 20, mail: 21, invitations: 22, assessors: 25,
}

/**
 * @param {keyof typeof PLACES} place who else runs nowhere near
 * @param {object} [options] further ones of Stack
 * @returns {Promise<{stack: Stack, world: World, conform: Conform, mails: () => object[], end: () => Promise<void>}>}
 */
export const throwaway = async (place, options = {}) => {
  const folder = mkdtempSync(join(tmpdir(), `attain-${place}-`))
  const stack = new Stack({
    folder, basePort: PORTS + 200 * PLACES[place], variant: process.env.VARIANT ?? 'release', ...options,
  })
  let world
  let conform
  const end = async (keep = false) => {
    world?.close()
    const ends = await stack.stop()
    const bad = [...Object.entries(ends).filter(([, { code }]) => code !== 0), ...complaints(folder)]
    if (bad.length > 0) {
      throw new Error(`did not end well (${folder}/log): ${JSON.stringify(bad)}`)
    }
    if (!keep) {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  try {
    await stack.prepare()
    stack.start()
    await stack.ready()
    const bases = options.standbys ? [stack.base(1), stack.base(2)] : [stack.base()]
    const makeClient = (token) => new TurningClient(bases, token, { record: (answer) => conform?.check(answer) })
    world = new World({ base: bases[0], token: await stack.token('administrator'), makeClient })
    conform = new Conform(await world.see(world.admin, 'openapi.json'))
  } catch (error) {
    await end(true).catch(() => {})
    throw error
  }
  return { stack, world, conform, mails: () => mails(join(folder, 'mail')), end }
}
