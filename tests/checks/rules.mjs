/*
 * The list of rules against the tests that prove them.
 *
 *   node tests/checks/rules.mjs            each rule with its tests, and the totals
 *   node tests/checks/rules.mjs --unknown  only what names a rule that is not in the list
 *
 * A rule counts as tested when a test bears its id in its name (AST_A4__...), or a test's source names
 * it (AST-A4). In a unit test a text is data and proves nothing: the name or a comment has to say it.
 * What only supports or checks tests is left out. Ids that are not in services/rules.md fail wherever
 * they stand: in tests, in code, in the protocol, in editions.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const LIST = 'services/rules.md'
const AREAS = '(?:GEN|OPS|IAT|AST|ATS)'
const ID = new RegExp(`\\b${AREAS}-[A-Z]?\\d{1,2}\\b`, 'g')
/* A test function, or what a script calls a test: the id with underscores, two of them after it. */
const NAME = new RegExp(`\\b(${AREAS}_[A-Z]?\\d{1,2}(?:_${AREAS}_[A-Z]?\\d{1,2})*)__\\w+`, 'g')
/* An odd number of quotation marks before it on its line: inside a text. */
const DATA = /(?:^|\n)[^"\n]*"(?:[^"\n]*"[^"\n]*")*[^"\n]*$/
const SOURCES = /\.(c|h|def|mjs|js|py|sh|proto|sql|ya?ml)$/
const PROVES_NOTHING = /^tests\/(support|checks\/(rules|headers|lint))/

const filesUnder = (folder) => {
    let entries
    try {
        entries = readdirSync(folder, { withFileTypes: true })
    } catch {
        return []
    }
    return entries
        .filter((entry) => entry.name !== 'node_modules')
        .flatMap((entry) => {
            const path = join(folder, entry.name)
            return entry.isDirectory() ? filesUnder(path) : SOURCES.test(path) ? [path] : []
        })
        .sort()
}

const readList = () => {
    const rules = new Map()
    for (const [, id, service] of readFileSync(LIST, 'utf8').matchAll(
        /^\| ([A-Z]+-[A-Z]?\d+) \| .* \| (\w+) \|$/gm,
    )) {
        if (rules.has(id)) {
            throw new Error(`${LIST}: ${id} is listed twice`)
        }
        rules.set(id, { service, tests: new Map() })
    }
    return rules
}

const lineOf = (text, index) => text.slice(0, index).split('\n').length
const spelled = (name) => [...name.matchAll(new RegExp(`${AREAS}_[A-Z]?\\d{1,2}`, 'g'))]
    .map(([id]) => id.replace('_', '-'))

const rules = readList()
const unknown = []
for (const path of ['common', 'proto', 'services', 'tests'].flatMap(filesUnder)) {
    const text = readFileSync(path, 'utf8')
    const isTest = path.startsWith('tests/') && !PROVES_NOTHING.test(path)
    const isUnit = path.startsWith('tests/unit/')
    const found = [
        ...[...text.matchAll(ID)].map((match) => ({
            id: match[0], at: match.index, test: '', data: isUnit && DATA.test(text.slice(0, match.index)),
        })),
        ...[...text.matchAll(NAME)].flatMap((match) =>
            spelled(match[1]).map((id) => ({ id, at: match.index, test: match[0] }))),
    ]
    for (const { id, at, test, data } of found) {
        if (!rules.has(id)) {
            unknown.push(`${path}:${lineOf(text, at)}: ${id} is no rule of ${LIST}`)
        } else if (isTest && !data) {
            const { tests } = rules.get(id)
            tests.set(path, (tests.get(path) ?? new Set()).add(test))
        }
    }
}

if (!process.argv.includes('--unknown')) {
    for (const [id, { service, tests }] of rules) {
        console.log(`${id.padEnd(8)} ${service.padEnd(13)}${tests.size === 0 ? '-' : ''}`)
        for (const [path, names] of tests) {
            console.log(`         ${path}`)
            for (const name of names) {
                if (name !== '') {
                    console.log(`             ${name}`)
                }
            }
        }
    }
}
for (const line of unknown) {
    console.error(line)
}
if (!process.argv.includes('--unknown')) {
    const tested = [...rules.values()].filter(({ tests }) => tests.size > 0).length
    console.log(`rules: ${rules.size} known, ${tested} tested`)
}
process.exitCode = unknown.length > 0 ? 1 : 0
