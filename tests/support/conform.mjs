/**
 * Holds real answers against the document that the gateway serves: the path and method are in it, the status
 * is named there, the headers that it promises came, and the body is what its schema says, without a field
 * that it does not name. Its packages are those of tests/checks/openapi (`npm ci` there).
 */
import { createRequire } from 'node:module'

const require = createRequire(new URL('../checks/openapi/package.json', import.meta.url))
const { default: Ajv } = require('ajv/dist/2020.js')
const { default: addFormats } = require('ajv-formats')

const FAULTS_MAX = 50

const step = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** Whoever reads may ignore what is new; here what the document does not name is a difference. */
const closed = (schema) => {
  if (schema === null || typeof schema !== 'object') {
    return schema
  }
  if (Array.isArray(schema)) {
    return schema.map(closed)
  }
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]))
  return copy.type === 'object' && copy.properties !== undefined ? { additionalProperties: false, ...copy } : copy
}

export class Conform {
  #document
  #ajv
  #paths
  #checks = new Map()
  #faults = new Set()

  /** @param {object} document as GET /v1/openapi.json answers it */
  constructor(document) {
    this.#document = closed(document)
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false })
    addFormats(this.#ajv)
    this.#ajv.addSchema(this.#document, 'document')
    this.#paths = Object.keys(document.paths).map((path) => ({
      path,
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
      variable: (path.match(/\{/g) ?? []).length,
    })).sort((a, b) => a.variable - b.variable)
    this.count = 0
  }

  /** What was found so far, each difference once. */
  get faults() {
    return [...this.#faults]
  }

  /**
   * Looks at one answer, as Client records it.
   * @param {{method: string, path: string, status: number, headers: object, body: any}} answer
   */
  check({ method, path, status, headers, body }) {
    this.count++
    const where = path.split('?')[0]
    const template = this.#paths.find(({ pattern }) => pattern.test(where))?.path
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
    const say = (what) => {
      if (this.#faults.size < FAULTS_MAX) {
        this.#faults.add(`${method} ${template ?? where} ${status}: ${what}`)
      }
    }
    const operation = this.#document.paths[template]?.[verb]
    const steps = operation === undefined ? undefined : this.#answer(template, verb, status)
    if (steps === undefined && (operation !== undefined || ![401, 404, 405].includes(status))) {
      say('the document does not name this')
      return
    }
    const response = steps === undefined ? { content: this.#problem() } : this.#at(steps)
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      if (header.required && headers[name.toLowerCase()] === undefined) {
        say(`no header ${name}`)
      }
    }
    this.#checkBody(steps ?? ['components', 'responses', 'Problem'], response.content, headers, body, say)
  }

  #checkBody(steps, content, headers, body, say) {
    const type = (headers['content-type'] ?? '').split(';')[0]
    if (content?.[type] === undefined) {
      say(`of type "${type}"`)
      return
    }
    const fits = this.#schema([...steps, 'content', type, 'schema'])
    if (!fits(body)) {
      const told = fits.errors.slice(0, 3).map(({ instancePath, message, params }) =>
        `${instancePath.replace(/\/\d+/g, '/n')} ${message} ${params.additionalProperty ?? ''}`.trim())
      say(`${[...new Set(told)].join('; ')}`)
    }
  }

  #problem() {
    return this.#document.components.responses.Problem.content
  }

  #at(steps) {
    return steps.reduce((found, name) => found[name], this.#document)
  }

  /** Where the answer `status` stands that the operation itself names; a "default" is no name. */
  #answer(path, verb, status) {
    const steps = ['paths', path, verb, 'responses', String(status)]
    const response = this.#document.paths[path][verb].responses[status]
    return response?.$ref === undefined ? response && steps : response.$ref.slice(2).split('/')
  }

  #schema(steps) {
    const name = steps.map(step).join('/')
    if (!this.#checks.has(name)) {
      this.#checks.set(name, this.#ajv.compile({ $ref: `document#/${encodeURI(name)}` }))
    }
    return this.#checks.get(name)
  }
}
