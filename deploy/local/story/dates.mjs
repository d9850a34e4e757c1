/**
 * Days and sums as the stories work them out for themselves, so that what the system answers is checked
 * against another arithmetic: bank holidays of the stories' years as they were published, working days
 * by counting, money in whole pence.
 */

/** Bank holidays of England and Wales in the years that the stories cross, as published. */
const HOLIDAYS = new Set([
  '2012-08-27', '2012-12-25', '2012-12-26', '2013-01-01', '2013-03-29', '2013-04-01', '2013-05-06', '2013-05-27',
  '2013-08-26', '2022-06-02', '2022-06-03', '2022-08-29', '2022-09-19', '2022-12-26', '2022-12-27', '2023-01-02',
  '2023-04-07', '2023-04-10', '2023-05-01', '2023-05-08', '2023-05-29', '2023-08-28', '2023-12-25', '2023-12-26',
])

const DAY_MS = 86_400_000
const time = (day) => Date.parse(`${day}T00:00:00Z`)

/** `day` (YYYY-MM-DD) and `count` calendar days on. */
export const addDays = (day, count) => new Date(time(day) + count * DAY_MS).toISOString().slice(0, 10)

/** Days from `from` to `to`, both included. */
export const daysBetween = (from, to) => Math.round((time(to) - time(from)) / DAY_MS) + 1

export const isWorkingDay = (day) => {
  const weekday = new Date(time(day)).getUTCDay()
  return weekday !== 0 && weekday !== 6 && !HOLIDAYS.has(day)
}

/** The `count`-th working day after `day`, or before it where negative; `day` itself is not counted. */
export const addWorkingDays = (day, count) => {
  const step = Math.sign(count)
  let at = day
  for (let left = Math.abs(count); left > 0;) {
    at = addDays(at, step)
    left -= isWorkingDay(at) ? 1 : 0
  }
  return at
}

/** The last day of month `month` (1 to 12) of `year`. */
export const monthEnd = (year, month) => new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)

/** The part of `yearlyPence` for `days` of `yearDays`, half a penny up. */
export const partYear = (yearlyPence, days, yearDays = 365) =>
  Number((2n * BigInt(yearlyPence) * BigInt(days) + BigInt(yearDays)) / (2n * BigInt(yearDays)))

/** `day` for a reader, as "Wednesday 3 October 2012". */
export const inWords = (day) => new Intl.DateTimeFormat('en-GB',
  { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/London' })
  .format(new Date(day.length > 10 ? day : `${day}T12:00:00Z`)).replace(',', '')

/** Pence for a reader, as "£1,250.05". */
export const pounds = (pence) => `£${(pence / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`
