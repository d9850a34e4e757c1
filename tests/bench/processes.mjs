/** What processes have cost, from /proc: processor time by role, and memory that is theirs alone. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const TICK_US = 10_000
const KIB = 1024

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' /* it has ended meanwhile */
  }
}

const fieldsOf = (pid) => {
  const stat = read(`/proc/${pid}/stat`)
  return stat === '' ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

const cpuUs = (pid) => {
  const fields = fieldsOf(pid)
  return fields === undefined ? 0 : (Number(fields[11]) + Number(fields[12])) * TICK_US
}

const childrenOf = (parent) => readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  .filter((pid) => Number(fieldsOf(pid)?.[1]) === parent).map(Number)

/** Pids of the five processes by name, as the stack's binaries are called. */
const servicesOf = (stack) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
  const path = read(`/proc/${pid}/cmdline`).split('\0')[0]
  const name = path.slice(path.lastIndexOf('/') + 1)
  const mine = path === join(stack.binaries, name) && read(`/proc/${pid}/environ`).includes(`ATTAIN_KEYS=${stack.folder}/`)
  return mine ? [{ name, pid: Number(pid) }] : []
})

const backendName = (pid) => {
  const title = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
  const role = /^postgres: (attain_\w+)/.exec(title)
  return role === null ? 'PostgreSQL, the rest' : `PostgreSQL for ${role[1].replace('attain_', '').replace('_read', '')}`
}

/** Processor time so far by role: each service, the backends of each, and PostgreSQL's own processes. */
export const cpu = (stack) => {
  const all = new Map()
  const add = (name, us) => all.set(name, (all.get(name) ?? 0) + us)
  servicesOf(stack).forEach(({ name, pid }) => add(name, cpuUs(pid)))
  const postmaster = Number(read(join(stack.folder, 'pg/data/postmaster.pid')).split('\n')[0])
  childrenOf(postmaster).forEach((pid) => add(backendName(pid), cpuUs(pid)))
  return all
}

/** What was used between two looks, by role, in microseconds for each of `count`. */
export const cpuBetween = (before, after, count) => Object.fromEntries([...after]
  .map(([name, us]) => [name, (us - (before.get(name) ?? 0)) / count]).filter(([, us]) => us >= 0.05))

/** Memory of the five processes in bytes: the sum of their proportional set sizes, and each. */
export const memory = (stack) => {
  const each = Object.fromEntries(servicesOf(stack).map(({ name, pid }) =>
    [name, Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * KIB]))
  return { each, sum: Object.values(each).reduce((a, b) => a + b, 0) }
}

/** Processor time of the five processes together, in microseconds. */
export const cpuOfServices = (stack) => servicesOf(stack).reduce((sum, { pid }) => sum + cpuUs(pid), 0)
