/*
 * What a mutant is: one small change to a source or an edition that a test should notice. Each operator
 * yields changes as { start, end, text, what } over the whole text of a file. Comments, texts and the
 * lines of includes are left alone.
 */

/* The text with comments and the inside of literals blanked, so that offsets stay and words in them do not count. */
export const blanked = (source) => {
    const blank = (found) => found.replace(/[^\n]/g, ' ')
    return source.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|^#.*$/gm, (found) =>
        found[0] === '/' || found[0] === '#' ? blank(found) : found[0] + blank(found.slice(1, -1)) + found[0],
    )
}

/* Index after the bracket that closes the one at `open`. */
const closing = (code, open) => {
    let depth = 0
    for (let i = open; i < code.length; i++) {
        depth += '([{'.includes(code[i]) ? 1 : ')]}'.includes(code[i]) ? -1 : 0
        if (depth === 0) {
            return i + 1
        }
    }
    return code.length
}

/* What follows from a decision, and what refuses: a statement that is only a call. */
const EFFECT = /(?<=[;{}]\s*)\b(\w*(?:refuse|field|fault|wrong|tell|emit|post|deadline|deadlines|release|met|cancel|text|timer|move|set|push)\w*)\(/g

function* removedCalls(code) {
    for (const match of code.matchAll(EFFECT)) {
        const end = closing(code, match.index + match[0].length - 1)
        if (code[end] === ';') {
            yield { start: match.index, end, text: '((void)0)', what: `without ${match[1]}()` }
        }
    }
}

function* conditions(code) {
    for (const match of code.matchAll(/\b(if|while) \(/g)) {
        const open = match.index + match[0].length - 1
        const end = closing(code, open)
        if (match[1] === 'if') {
            yield { start: open, end, text: '(0)', what: 'never' }
            yield { start: open, end, text: '(1)', what: 'always' }
        }
    }
    for (const match of code.matchAll(/ (&&|\|\|) /g)) {
        const other = match[1] === '&&' ? '||' : '&&'
        yield { start: match.index, end: match.index + 4, text: ` ${other} `, what: `${match[1]} as ${other}` }
    }
}

const COMPARED = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==' }

function* comparisons(code) {
    for (const match of code.matchAll(/ (<|<=|>|>=|==|!=) /g)) {
        const start = match.index + 1
        const line = code.slice(code.lastIndexOf('\n', start) + 1, code.indexOf('\n', start))
        if (/\bfor \(/.test(line)) {
            continue /* the bounds of a loop are the sanitizers' */
        }
        yield { start, end: start + match[1].length, text: COMPARED[match[1]], what: `${match[1]} as ${COMPARED[match[1]]}` }
    }
}

function* sums(code) {
    for (const match of code.matchAll(/ ([+-]) (?=[\w(])/g)) {
        const other = match[1] === '+' ? '-' : '+'
        yield { start: match.index + 1, end: match.index + 2, text: other, what: `${match[1]} as ${other}` }
    }
    for (const match of code.matchAll(/ ([+-])= /g)) {
        const other = match[1] === '+' ? '-' : '+'
        yield { start: match.index + 1, end: match.index + 2, text: other, what: `${match[1]}= as ${other}=` }
    }
    for (const match of code.matchAll(/\b(true|false)\b(?=;)/g)) {
        const other = match[1] === 'true' ? 'false' : 'true'
        yield { start: match.index, end: match.index + match[1].length, text: other, what: `${match[1]} as ${other}` }
    }
}

/* Rows of a workflow: without the row, without its guard, with the guard the other way, from one state fewer. */
function* rows(code) {
    for (const match of code.matchAll(/\{ \.rule = /g)) {
        const end = closing(code, match.index)
        const row = code.slice(match.index, end)
        const within = (found, text, what) => ({
            start: match.index + found.index,
            end: match.index + found.index + found[0].length,
            text,
            what,
        })
        if (code[end] === ',') {
            yield { start: match.index, end: end + 1, text: '', what: 'without the row' }
        }
        const guard = row.match(/\.(when|unless) = \w+,/)
        if (guard) {
            yield within(row.match(/\.(when|unless) = \w+, \.guard = "[^"]*",/s) ?? guard, '', 'without the guard')
            yield within(row.match(/\.(when|unless)\b/), guard[1] === 'when' ? '.unless' : '.when', 'guard turned round')
        }
        for (const state of row.matchAll(/ \| IN\(\w+\)/g)) {
            yield within(state, '', `not from${state[0].slice(2)}`)
        }
    }
}

/* Figures of an edition: periods, sums, days, switches. */
export function* figures(yaml) {
    for (const match of yaml.matchAll(/^(?! *#).*$/gm)) {
        const line = match[0].replace(/ #.*$/, '')
        if (/^\s*(id|title|scheme|name|address|email|-? ?code|rule|points|text):/.test(line) || /reminders:|^\s*- \{ n:/.test(line)) {
            continue
        }
        for (const figure of line.matchAll(/(?<=[:[, ] ?)(\d{4}-\d{2}-\d{2}|\d+|true|false)(?=[\s,}\]]|$)/g)) {
            const value = figure[1]
            const start = match.index + figure.index
            const text = value === 'true' ? 'false' : value === 'false' ? 'true'
                : value.includes('-') ? value.replace(/\d$/, (d) => (d === '9' ? '8' : Number(d) + 1))
                : String(Number(value) + 1)
            yield { start, end: start + value.length, text, what: `${value} as ${text}` }
        }
    }
}

export function* changes(code) {
    yield* rows(code)
    yield* removedCalls(code)
    yield* conditions(code)
    yield* comparisons(code)
    yield* sums(code)
}
