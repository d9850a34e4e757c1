/**
 * The chain of four durable stages over four services: form AST2 accepted, the register, the first
 * payment, the mail queued. Beside it the peers' queues with a chain of the same length. What counts is
 * from the first request to the last stage of the last chain; mails stay in their queue until the last
 * round, and then it is measured how fast they leave.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

import { Stack } from '../support/stack.mjs'
import { seedChains } from './chain_seed.mjs'
import { median } from './durable.mjs'
import { figuresOf, settle } from './figures.mjs'
import { load, writeRequests } from './load.mjs'
import { cpu, cpuBetween } from './processes.mjs'

const POLL_MS = 3
const EVENTS_OF_A_MAIL = 2 /* an attempt begun, and its end */
const PEERS = [
  ['graphileWorker', 'graphile_worker.mjs'],
  ['pgBoss', 'pg_boss.mjs'],
]

/* Whether assessment, funding and notification have each done what the one before led to. */
const isThrough = async (stack) => {
  const [assessment, funding, notification] = await Promise.all(
    ['assessment', 'funding', 'notification'].map((name) => figuresOf(stack, name)))
  return assessment.cursor_position.assessment >= assessment.head_position &&
    funding.cursor_position.assessment >= assessment.head_position &&
    notification.cursor_position.funding >= funding.head_position
}

/** How many first payments have their two mails queued. */
const paymentsTold = (stack) => Number(execFileSync('psql', ['-qAt',
  `host=${stack.folder}/pg port=${stack.basePort + 32} user=postgres dbname=attain`, '-c',
  "select count(*) / 2 from notification.event where type = 4601 and position(convert_to('payment-started', 'UTF8') in body) > 0"],
{ encoding: 'utf8' }))

const oneRun = async (stack, file, count) => {
  const told = paymentsTold(stack)
  const costs = cpu(stack)
  const began = performance.now()
  const { p99Us } = await load({ file, port: stack.basePort + 80, ids: `${file}.answers` })
  let looked
  do {
    looked = await isThrough(stack)
    await pause(looked ? 0 : POLL_MS)
  } while (!looked)
  const seconds = (performance.now() - began) / 1000
  const through = paymentsTold(stack) - told
  if (through !== count) {
    throw new Error(`${through} of ${count} chains have their mails queued`)
  }
  const cost = cpuBetween(costs, cpu(stack), count)
  await settle(stack)
  return { perSecond: count / seconds, p99Us, cost }
}

/** A peer's program takes "run N" on its standard input and answers with the seconds it took. */
const peerRun = (peer, program, count) => peer.during(program, [peer.folder, peer.pgPort, peer.port], (child) =>
  new Promise((resolve, reject) => {
    const requests = `${peer.requests}.chain`
    writeRequests(requests, Array.from({ length: count }, () => ['-', 'POST', '/chains', {}]))
    const began = performance.now()
    child.stdout.on('data', (text) => {
      if (String(text).includes('done')) {
        resolve({ perSecond: count / ((performance.now() - began) / 1000) })
      }
    })
    child.stdin.write(`${count}\n`)
    load({ file: requests, port: peer.port, connections: 64, ids: `${requests}.answers` }).catch(reject)
  }))

/** Starts the mail worker and waits until the queue is empty; the maildir syncs each mail. */
const mailsPerSecond = async (stack) => {
  const sent = () => figuresOf(stack, 'notification').then(({ head_position: head }) => head)
  stack.environment.ATTAIN_MAIL_PAUSED = 'no'
  const before = await sent()
  await stack.kill('notification', 'SIGTERM')
  stack.start(['notification'])
  const began = performance.now()
  await stack.ready()
  await settle(stack)
  return (await sent() - before) / EVENTS_OF_A_MAIL / ((performance.now() - began) / 1000)
}

export const chains = async ({ peer, rounds, chains: count, folder, say, chainStack }) => {
  const stack = new Stack(chainStack)
  stack.environment.ATTAIN_MAIL_PAUSED = 'yes'
  let mails
  await stack.prepare()
  stack.start()
  await stack.ready()
  const runs = { ours: [], ...Object.fromEntries(PEERS.map(([name]) => [name, []])) }
  try {
    const forms = await seedChains(stack, { count: count * (rounds + 1), folder, say })
    for (let round = 0; round <= rounds; round++) {
      const file = `${folder}/ast2-${round}.requests`
      writeRequests(file, forms.slice(round * count, (round + 1) * count))
      const ours = await oneRun(stack, file, count)
      if (round === 0) {
        continue /* warms up */
      }
      runs.ours.push(ours)
      for (const [name, program] of PEERS) {
        runs[name].push(await peerRun(peer, program, Math.min(count, 1000)))
      }
      say(`chains, round ${round}: ${Object.entries(runs).map(([name, all]) => `${name} ${Math.round(all.at(-1).perSecond)}/s`).join(', ')}`)
    }
    mails = await mailsPerSecond(stack)
  } finally {
    await stack.stop()
  }
  return {
    mailsPerSecond: mails,
    ...Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, median(all.map((run) => run.perSecond))])),
    oursCostUs: runs.ours.at(-1).cost,
  }
}
