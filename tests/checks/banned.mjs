/*
 * Calls and words that the house style bans, each with what to use instead. Comments and strings are
 * blanked before calls are looked for, so that prose may speak of them. Where a library forces a
 * banned call, the line says so: a comment on it that contains "lint:" and the reason.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const BANS = [
    { call: /\b(strcpy|strcat|sprintf|vsprintf|gets)\s*\(/, instead: 'arena_printf() or snprintf()' },
    { call: /\bstrtok(_r)?\s*\(/, instead: 'a scan of your own' },
    { call: /\b(atoi|atol|atoll|strtol|strtoll|strtoul|strtoull)\s*\(/, instead: 'str_* parsers' },
    { call: /\b(localtime|gmtime)(_r)?\s*\(/, instead: 'date.h' },
    { call: /\b(time|gettimeofday|clock_gettime)\s*\(/, instead: 'clock.h', unless: /^common\/clock\.c$/ },
    { call: /\b(rand|random|srand)\s*\(/, instead: 'randombytes of libsodium', unless: /^tests\// },
    { call: /\b(system|popen)\s*\(/, instead: 'no shell', unless: /^tests\// },
    { call: /\b(malloc|calloc|realloc|strdup|strndup|free)\s*\(/, instead: 'the arena',
      unless: /^(common|tests|proto)\// },
    { call: /\bexit\s*\(/, instead: 'a return to main()', unless: /(^|\/)(main|protogen)\.c$|^tests\// },
    { call: /\bassert\s*\(/, instead: 'require()', unless: /^tests\// },
    { call: /\b\w+__INIT\b/, instead: 'x__init()' },
]
const WORDS = /\b(TODO|FIXME|XXX)\b/

/* The text with comments and literals blanked, line breaks kept. */
const blanked = (text) =>
    text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g,
        (piece) => piece.replace(/[^\n]/g, ' '))

const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard',
    '*.c', '*.h', '*.def', '*.sql', '*.proto', '*.sh', '*.mjs', '*.awk'], { encoding: 'utf8' })
    .split('\n').filter((path) => path !== '' && existsSync(path))

let wrong = 0
const report = (path, index, sentence) => {
    console.log(`${path}:${index + 1}: ${sentence}`)
    wrong++
}
for (const path of paths) {
    const raw = readFileSync(path, 'utf8')
    const lines = raw.split('\n')
    if (path !== 'tests/checks/banned.mjs') {
        lines.forEach((line, index) => {
            if (WORDS.test(line)) {
                report(path, index, `${WORDS.exec(line)[0]}: do it, or write an issue`)
            }
        })
    }
    if (!/\.[ch]$/.test(path)) {
        continue
    }
    blanked(raw).split('\n').forEach((line, index) => {
        for (const { call, instead, unless } of BANS) {
            if (call.test(line) && !unless?.test(path) && !/\/\*.*\blint:/.test(lines[index])) {
                report(path, index, `${call.exec(line)[0].trim()} is banned: use ${instead}`)
            }
        }
    })
}
process.exitCode = wrong > 0 ? 1 : 0
