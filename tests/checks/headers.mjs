/*
 * Every public function has its comment. Prints `file:line: name has no comment` for each that has
 * none and fails. Functions declared line upon line may share the comment above the first of them.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const headers = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard',
    'common/*.h', 'services/*.h', 'tests/support/*.h'], { encoding: 'utf8' }).split('\n').filter(Boolean)

/* Top-level pieces of a header: comments, directives, declarations; each with its first and last line. */
const pieces = (text) => {
    const found = []
    const take = /\/\*[\s\S]*?\*\/|\/\/.*|^[ \t]*#(?:\\\n|.)*|"(?:\\.|[^"\\])*"|[{}();]|[^\s]/gm
    let depth = 0
    let begin = -1
    const close = (end, kind) => {
        found.push({ kind, begin, end, text: text.slice(begin, end) })
        begin = -1
    }
    for (const match of text.matchAll(take)) {
        const token = match[0]
        const end = match.index + token.length
        const isComment = token.startsWith('/*') || token.startsWith('//')
        if (begin < 0 && (isComment || /^\s*#/.test(token))) {
            begin = match.index
            close(end, isComment ? 'comment' : 'directive')
            continue
        }
        if (isComment) {
            continue
        }
        begin = begin < 0 ? match.index : begin
        if (token === '{' || token === '(') {
            depth++
        } else if (token === '}' || token === ')') {
            depth--
        }
        const bodyEnds = token === '}' && depth === 0 && /\)[^;=]*\{/.test(text.slice(begin, end))
        if ((token === ';' && depth === 0) || bodyEnds) {
            close(end, 'declaration')
        }
    }
    return found
}

const functionName = (declaration) => {
    const plain = declaration.replace(/\/\*[\s\S]*?\*\//g, ' ')
    if (/^\s*(typedef|extern\s+const|_Static_assert)\b/.test(plain) || /^[^(]*=/.test(plain)) {
        return null
    }
    /* The first name before a parenthesis that is no attribute and no type in braces. */
    const head = plain.split('{')[0]
    for (const [, name] of head.matchAll(/\b([a-z_]\w*)\s*\(/g)) {
        if (name !== '__attribute__') {
            return name
        }
    }
    return null
}

const lineOf = (text, at) => text.slice(0, at).split('\n').length
let wrong = 0
for (const path of headers) {
    let text
    try {
        text = readFileSync(path, 'utf8')
    } catch {
        continue /* deleted, not yet committed */
    }
    let previous = null
    for (const piece of pieces(text)) {
        const name = piece.kind === 'declaration' ? functionName(piece.text) : null
        const adjoins = previous !== null && !/\n\s*\n/.test(text.slice(previous.end, piece.begin))
        piece.covered = name !== null && adjoins && (previous.kind === 'comment' || previous.covered)
        if (name !== null && !piece.covered) {
            console.log(`${path}:${lineOf(text, piece.begin)}: ${name} has no comment`)
            wrong++
        }
        previous = piece
    }
}
process.exitCode = wrong > 0 ? 1 : 0
