/*
 * Would a test notice? Changes one thing in a rule at a time (operators.mjs), and runs the domain's unit
 * tests on it. A mutant that every test passes lives: a rule without a proof. Prints each, and last how many.
 *
 *   node tests/mutate/mutate.mjs [WORD...]    only files whose path has a word
 *   SAMPLE=60 SEED=1                          so many, chosen by the seed; without it all
 *   JOBS=2                                    at once
 *   AGAIN=1                                   only those that lived the last time (build/mutate/alive.txt)
 *
 * Sources stay as they are. A mutant is one object, made in build/mutate/ and loaded before the library
 * that the tests use, so that nothing is linked anew; an edition is changed in a tree of links. Golden
 * tables do not count as tests here: they would notice any change of a row, and prove nothing of it.
 * What is no fault though it lives stands in equivalent.txt with its reason.
 */
import { spawn, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

import { blanked, changes, figures } from './operators.mjs'

const ROOT = resolve('.')
const BUILD = join(ROOT, 'build/mutate')
const LIMIT_MS = 20000
const words = process.argv.slice(2)
const jobs = Number(process.env.JOBS ?? 2)
const sample = Number(process.env.SAMPLE ?? 0)
const seed = Number(process.env.SEED ?? 1)
const ALIVE = join(BUILD, 'alive.txt')

const wanted = (path) => words.length === 0 || words.some((word) => path.includes(word))
const sources = execFileSync('git', ['ls-files', 'services/*/domain/*.c', 'common/decision.c', 'common/decision_deadline.c', 'common/form.c',
    'common/fsm.c', 'common/period.c', 'common/workday.c', 'common/money.c', 'common/editions/*.yaml'], { encoding: 'utf8' })
    .split('\n').filter((path) => path && existsSync(path) && wanted(path))

/* The programs of the domain, each with what it includes, the likeliest for a file first. */
const programs = readdirSync('tests/unit').filter((name) => name.endsWith('.c') && name !== 'random_commands.c')
    .map((name) => ({ name: name.slice(0, -2), text: readFileSync(join('tests/unit', name), 'utf8') }))
    .filter(({ name, text }) => /domain\.h|_given\.h|_steps\.h|decision\.h|fsm\.h|workday\.h|money\.h|edition\.h/.test(text) &&
        existsSync(join(BUILD, 'tests/mutated', name)))

/* What a program of another name tests. */
const TESTED_BY = { period: 'workday', decision_deadline: 'redate', form: 'decision' }

/* How long each takes with no mutant, in ms: of two that are as likely, the quicker one is asked first. */
const tookMs = {}

const order = (path) => {
    const stem = basename(path).replace(/\.\w+$/, '')
    const service = path.split('/')[1]
    const near = ({ name, text }) =>
        name === stem || name === TESTED_BY[stem] || (path.endsWith('.yaml') && name.startsWith('edition')) ? 4 : name.startsWith(stem) || stem.startsWith(name) ? 3
            : name.split('_')[0] === stem.split('_')[0] ? 2.5
            : text.includes(`${service}/`) || new RegExp(`${{ application: 'ast_given', assessment: '_steps|enrolment_given', funding: 'funding_given' }[service] ?? '^$'}`).test(text) ? 2 : 1
    const ranked = programs.map((program) => [near(program), program.name])
        .sort(([a, one], [b, other]) => b - a || (tookMs[one] ?? 0) - (tookMs[other] ?? 0))
    /* A service's domain is proven by the service's own tests; what is common by everybody's. */
    return ranked.filter(([rank]) => rank > 1 || !path.startsWith('services/')).map(([, name]) => name)
}

const equivalent = existsSync('tests/mutate/equivalent.txt')
    ? readFileSync('tests/mutate/equivalent.txt', 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
        .map((line) => line.split(' | ').map((part) => part.trim()))
    : []

const mutantsOf = (path) => {
    const source = readFileSync(path, 'utf8')
    const found = path.endsWith('.yaml') ? figures(source) : changes(blanked(source))
    return [...found].map((change) => {
        const from = source.lastIndexOf('\n', change.start) + 1
        const line = source.slice(0, change.start).split('\n').length
        const shown = source.slice(from, source.indexOf('\n', change.start)).trim()
        return { path, line, shown, what: change.what, text: source.slice(0, change.start) + change.text + source.slice(change.end) }
    }).filter(({ shown, what }) => !equivalent.some(([file, text, kind]) => file === path && shown.includes(text) && what.startsWith(kind)))
}

const run = (command, args, options) => new Promise((done) => {
    const child = spawn(command, args, { stdio: 'ignore', ...options })
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    child.on('close', (code) => { clearTimeout(timer); done(code) })
})

/* A tree of links to ours but for one file, which is a copy. */
const treeWith = (worker, path, text) => {
    const tree = join(BUILD, `tree-${worker}`)
    rmSync(tree, { recursive: true, force: true })
    let from = ROOT
    let to = tree
    for (const part of dirname(path).split('/').concat([basename(path)])) {
        mkdirSync(to, { recursive: true })
        for (const name of readdirSync(from)) {
            if (name !== part) {
                symlinkSync(join(from, name), join(to, name))
            }
        }
        from = join(from, part)
        to = join(to, part)
    }
    writeFileSync(to, text)
    return tree
}

/* The compiler's words for a source, from make. */
const compiler = execFileSync('make', ['-s', 'VARIANT=mutate', 'compiler'], { encoding: 'utf8' }).trim().split(/\s+/)

/* A header beside the source comes before one of the same name elsewhere, as in the build. */
const objectOf = async (worker, mutant) => {
    const source = join(BUILD, `mutant-${worker}.c`)
    const library = join(BUILD, `mutant-${worker}.so`)
    rmSync(library, { force: true })
    writeFileSync(source, mutant.text)
    const code = await run(compiler[0], ['-iquote', dirname(mutant.path), ...compiler.slice(1), '-w', '-g0', '-shared', '-o', library, source])
    return code === 0 ? library : null
}

/* "killed", "lives" or "no mutant" (it does not compile, or changes no byte). */
const judge = async (worker, mutant) => {
    const env = { ...process.env, GOLDEN_SKIP: '1', ASAN_OPTIONS: '' }
    let cwd = ROOT
    if (mutant.path.endsWith('.yaml')) {
        cwd = treeWith(worker, mutant.path, mutant.text)
    } else {
        env.LD_PRELOAD = await objectOf(worker, mutant)
        if (env.LD_PRELOAD === null) {
            return 'no mutant'
        }
    }
    for (const name of order(mutant.path)) {
        if ((await run(join(BUILD, 'tests/mutated', name), [], { env, cwd })) !== 0) {
            return 'killed'
        }
    }
    return 'lives'
}

/* The same choice for the same seed: a shuffle by a small generator. */
const chosen = (all) => {
    if (sample === 0) {
        return all
    }
    let state = seed >>> 0
    const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0)
    return all.map((mutant) => [next(), mutant]).sort(([a], [b]) => a - b).slice(0, sample).map(([, mutant]) => mutant)
}

const named = ({ path, line, what, shown }) => `${path}:${line}  ${what}:  ${shown}`
const before = process.env.AGAIN ? new Set(readFileSync(ALIVE, 'utf8').split('\n')) : null

for (const { name } of programs) {
    const asked = performance.now()
    const code = await run(join(BUILD, 'tests/mutated', name), [], { env: { ...process.env, GOLDEN_SKIP: '1' } })
    tookMs[name] = performance.now() - asked
    if (code !== 0) {
        console.error(`${name} fails without any mutant`)
        process.exit(2)
    }
}
const queue = chosen(sources.flatMap(mutantsOf).filter((mutant) => !before || before.has(named(mutant))))
const alive = []
const count = { killed: 0, lives: 0, 'no mutant': 0 }
const began = Date.now()
const work = async (worker) => {
    for (let mutant = queue.pop(); mutant; mutant = queue.pop()) {
        const verdict = await judge(worker, mutant)
        count[verdict]++
        if (verdict === 'lives') {
            alive.push(named(mutant))
            console.log(`lives  ${named(mutant)}`)
        }
    }
}
await Promise.all(Array.from({ length: jobs }, (_, worker) => work(worker)))
writeFileSync(ALIVE, alive.join('\n') + '\n')
console.log(`${count.killed + count.lives} mutants in ${Math.round((Date.now() - began) / 1000)} s, ${count.killed} killed, ${count['no mutant']} that do not compile`)
console.log(`alive: ${count.lives}`)
process.exit(count.lives === 0 ? 0 : 1)
