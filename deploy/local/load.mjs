/**
 * Loads the demonstration of `make run` into a running sandbox, through its API alone: the stories that
 * `make demo` tells, once each. Writes who is in them, so that tokens can be issued for them.
 *
 *     node load.mjs URL ADMINISTRATOR_TOKEN FACTS_FILE
 */
import { writeFileSync } from 'node:fs'

import { astStory } from './story/ast.mjs'
import { atsStory } from './story/ats.mjs'
import { play } from './story/play.mjs'
import { World } from './story/world.mjs'

const [base, token, file] = process.argv.slice(2)
const world = new World({ base, token })
const ast = astStory(world, 1)
const stories = [ast, atsStory(world, 1)]
const total = stories.reduce((sum, story) => sum + story.steps.length, 0)
let done = 0

/** Written after every step, so that an interrupted demonstration is not begun a second time. */
const writeFacts = () => {
  const { coordinator, la, candidate, school, post } = ast.cast
  if (post !== undefined) {
    const facts = { coordinator, la, candidate, school, post, until: world.now, whole: done === total }
    writeFileSync(file, `${JSON.stringify(facts, null, 2)}\n`)
  }
}

try {
  await play(world, stories, {
    onStep: (_, step) => {
      done++
      writeFacts()
      process.stdout.write(`${process.stdout.isTTY ? '\r' : '\n'}run: ${String(Math.round(100 * done / total)).padStart(3)} % ${world.now.slice(0, 10)} ${step.name}`.padEnd(100).slice(0, 100))
    },
  })
  process.stdout.write('\n')
} catch (error) {
  process.stdout.write('\n')
  console.error(`load: ${error.message}`)
  process.exitCode = 1
} finally {
  world.close()
}
