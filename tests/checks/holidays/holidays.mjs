/*
 * Our working days against an independent source, day for day: npm `date-holidays`, GB-ENG,
 * 2005-2030. Takes the path of the built dump.c (which prints our days). A difference is either a
 * known fault of that source, listed below with its reason, or makes the exit status 1; so does an
 * explanation that no longer explains anything.
 *
 *   npm ci && node holidays.mjs <dump program>
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import Holidays from 'date-holidays'

const FIRST_YEAR = 2005
const LAST_YEAR = 2030
const DAYS = 9496

/* Where the other source is wrong, and how we know. */
const EXPLAINED = new Map([
    ['2011-04-29', 'the source lacks the royal wedding, a bank holiday by royal proclamation'],
    ['2012-05-28', 'the source leaves the Spring bank holiday of 2012 where it usually is; ' +
        'it was moved to 4 June for the Diamond Jubilee'],
    ['2012-06-04', 'see 2012-05-28: where the Spring bank holiday of 2012 was moved to'],
])

const built = fileURLToPath(
    new URL('../../../build/release/tests/bin/checks/holidays/dump', import.meta.url))
const ours = execFileSync(process.argv[2] ?? built, { encoding: 'utf8' })
    .trimEnd().split('\n')
    .map((line) => line.split('\t'))
    .map(([day, worked, name]) => ({ day, worked: worked === '1', name }))

const source = new Holidays('GB', 'ENG')
const theirs = new Map()
for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    for (const { date, type, name } of source.getHolidays(year)) {
        if (type === 'public') {
            theirs.set(date.slice(0, 10), name)
        }
    }
}

let wrong = 0
if (ours.length !== DAYS || ours[0].day !== '2005-01-01' || ours.at(-1).day !== '2030-12-31') {
    console.log(`the dump has ${ours.length} days, ${DAYS} were expected`)
    wrong++
}

const explained = new Set()
for (const { day, worked, name } of ours) {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
    const workedThere = weekday >= 1 && weekday <= 5 && !theirs.has(day)
    if (worked === workedThere) {
        continue
    }
    const reason = EXPLAINED.get(day)
    const here = worked ? 'worked' : `not worked (${name || 'weekend'})`
    const there = workedThere ? 'worked' : `not worked (${theirs.get(day) ?? 'weekend'})`
    console.log(`${day}: here ${here}, there ${there}: ${reason ?? 'UNEXPLAINED'}`)
    explained.add(day)
    wrong += reason ? 0 : 1
}
for (const day of EXPLAINED.keys()) {
    if (!explained.has(day)) {
        console.log(`${day}: explained, but there is no difference`)
        wrong++
    }
}

const worked = ours.filter((row) => row.worked).length
console.log(`${ours.length} days compared, ${worked} worked, ${explained.size} differ, ` +
    `${wrong} unexplained`)
process.exitCode = wrong > 0 ? 1 : 0
