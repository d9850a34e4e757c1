/** A small generator of random numbers that repeats itself from its seed (mulberry32). */
export class Random {
  #state

  /** @param {number} seed a whole number */
  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** From 0 to below 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let x = this.#state
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `low` to `high`, both included. */
  between(low, high) {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** One of `list`. */
  pick(list) {
    return list[this.between(0, list.length - 1)]
  }

  /** `list` in another order. */
  shuffled(list) {
    const left = [...list]
    return list.map(() => left.splice(this.between(0, left.length - 1), 1)[0])
  }
}
