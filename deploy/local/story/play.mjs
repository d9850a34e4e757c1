/**
 * Plays stories. A story is {name, steps}, a step {name, who, at, run()}: at the instant `at` of the
 * clock, `who` does what `name` says, and run() checks what came of it and may return a sentence for the
 * reader. Many stories run side by side on one clock, each step of each at its instant.
 */

/** A step that names no instant follows the one before at once. */
const timed = (story) => {
  let at
  return story.steps.map((step) => {
    at = step.at ?? at
    return { ...step, at }
  })
}

/**
 * @param {import('./world.mjs').World} world
 * @param {{name: string, steps: object[]}[]} stories
 * @param {{onClock?: (at: string) => void, onStep?: (story: object, step: object, said: any) => void}} [watch]
 */
export const play = async (world, stories, { onClock = () => {}, onStep = () => {} } = {}) => {
  const lines = stories.map((story) => ({ story, steps: timed(story), next: 0 }))
  const ahead = (line) => line.steps[line.next]
  for (;;) {
    const waiting = lines.map(ahead).filter((step) => step !== undefined)
    if (waiting.length === 0) {
      return
    }
    const at = waiting.map((step) => step.at).reduce((a, b) => a < b ? a : b)
    if (at > world.now) {
      await world.moveTo(at)
      onClock(at)
    }
    await Promise.all(lines.map(async (line) => {
      while (ahead(line) !== undefined && ahead(line).at <= world.now) {
        const step = ahead(line)
        try {
          onStep(line.story, step, await step.run())
        } catch (error) {
          throw new Error(`${line.story.name}, ${step.at}, "${step.name}": ${error.message}`, { cause: error })
        }
        line.next++
      }
    }))
  }
}

/** Throws unless `fact` holds. */
export const check = (fact, what) => {
  if (!fact) {
    throw new Error(what)
  }
}

/** Throws unless both are the same, told as JSON. */
export const same = (found, expected, what) => {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`)
  }
}
