/**
 * Reads the mails of a maildir: enough of RFC 5322, 2045 and 2047 for what a test wants to know of a
 * mail, and written apart from what writes them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const unfolded = (head) => head.replace(/\r?\n[ \t]+/g, ' ')

const words = (text) => text
  .replace(/\?=\s+=\?/g, '?==?')
  .replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, data) => Buffer.from(data, 'base64').toString('utf8'))
  .replace(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, data) => quoted(data.replace(/_/g, ' ')))

const quoted = (text) => Buffer.from(
  text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
  'latin1').toString('utf8')

/** A part with its headers, and the parts in it. */
const parse = (raw) => {
  const at = raw.search(/\r?\n\r?\n/)
  const headers = new Map()
  for (const line of unfolded(raw.slice(0, at)).split(/\r?\n/)) {
    const colon = line.indexOf(':')
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  const body = raw.slice(at).replace(/^(\r?\n){2}/, '')
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary !== undefined) {
    const parts = body.split(`--${boundary}`).slice(1, -1).map((part) => parse(part.replace(/^\r?\n/, '')))
    return { headers, type, parts }
  }
  const isFile = /^attachment/i.test(headers.get('content-disposition') ?? '')
  const encoding = (headers.get('content-transfer-encoding') ?? '7bit').toLowerCase()
  const text = encoding === 'base64' ? Buffer.from(body, 'base64').toString('utf8')
    : encoding === 'quoted-printable' ? quoted(body) : Buffer.from(body, 'latin1').toString('utf8')
  return { headers, type, parts: [], text, bytes: isFile && encoding === 'base64' ? Buffer.from(body, 'base64') : undefined }
}

const leaves = (part) => part.parts.length === 0 ? [part] : part.parts.flatMap(leaves)

/** One property of a calendar, unfolded. */
const property = (calendar, name) =>
  new RegExp(`^${name}[^:\\r\\n]*:(.*)$`, 'm').exec(calendar.replace(/\r?\n[ \t]/g, ''))?.[1].trim()

/** @param {string} raw one mail, its bytes as latin1 */
export const mail = (raw) => {
  const whole = parse(raw)
  const parts = leaves(whole)
  const calendar = parts.find(({ type }) => /^text\/calendar/i.test(type))?.text
  const header = (name) => words(whole.headers.get(name) ?? '')
  return {
    to: /<([^>]+)>/.exec(header('to'))?.[1] ?? header('to'),
    from: header('from'),
    subject: header('subject'),
    messageId: header('message-id'),
    at: Date.parse(header('date')),
    text: parts.find(({ type }) => /^text\/plain/i.test(type))?.text ?? '',
    html: parts.find(({ type }) => /^text\/html/i.test(type))?.text ?? '',
    attachments: parts.filter(({ bytes }) => bytes !== undefined).map(({ type, bytes }) => ({ name: /name="([^"]*)"/.exec(type)?.[1], type, bytes })),
    calendar: calendar === undefined ? undefined : {
      raw: calendar,
      method: property(calendar, 'METHOD'),
      uid: property(calendar, 'UID'),
      sequence: Number(property(calendar, 'SEQUENCE')),
      start: property(calendar, 'DTSTART'),
      summary: property(calendar, 'SUMMARY'),
    },
  }
}

/** Every mail in the maildir `folder`, in no order. */
export const mails = (folder) => ['new', 'cur'].flatMap((place) => {
  const path = join(folder, place)
  return existsSync(path) ? readdirSync(path).map((name) => mail(readFileSync(join(path, name), 'latin1'))) : []
})
