/**
 * The main line of Advanced Teacher Status, cohort 2022: applied and accepted, paid in instalments, a year
 * on the timeline with a mentor, webinars and a portfolio, then review, viva and award; and what the rules
 * refuse on the way. Most activities are done before their first reminder, three of them at other times, so
 * that the number of reminders of each is known beforehand.
 */
import { castAts } from './ats_cast.mjs'
import { addDays, inWords, monthEnd, pounds } from './dates.mjs'
import { check, same } from './play.mjs'

const FEE = { total: 77_500, first: 17_500, later: 10_000, instalments: 6 }
/** As deploy/local/editions/ats-2022.yaml has them. */
const INSTALMENTS = ['2022-11-01', '2022-12-01', '2023-01-01', '2023-02-01', '2023-03-01', '2023-04-01']

export const ATS_DAYS = {
  begins: '2022-06-01',
  applied: '2022-06-06',
  accepted: '2022-06-20',
  paid: '2022-06-24',
  tooLate: '2022-09-01',
  nominated: '2022-09-12',
  scheduled: '2022-09-26',
  booked: '2022-10-03',
  agreed: '2022-10-05',
  webinar: '2022-10-20',
  meetings: ['2022-11-15', '2023-03-14', '2023-07-11'],
  tooEarly: '2023-08-01',
  statement: '2023-09-25',
  checked: '2023-09-26',
  submitted: '2023-09-27',
  reviewed: '2023-10-12',
  vivaBooked: '2023-10-20',
  viva: '2023-11-21',
  awarded: '2023-12-04',
}
const D = ATS_DAYS
const at = (day, hour = '09:00') => `${day}T${hour}:00Z`

/** Done by a command of their own, or by attendance. */
const TIED = new Set(['nominate-mentor', 'mentoring-agreement', 'mentor-meeting-1', 'mentor-meeting-2', 'mentor-meeting-3',
  'mentor-statement', 'statement-checked', 'submit-portfolio', 'webinar-introduction'])

/** Done at another time than early in its month: the instant, and how many reminders come before it. */
const LATE = {
  'feedback-360': { day: '2022-11-04', reminders: 3, late: true }, /* 24 and 31 October, 3 November */
  'reading-done': { day: '2023-04-26', reminders: 1, late: false }, /* 23 April */
  'peer-findings': { day: '2023-05-31', hour: '20:00', reminders: 2, late: false }, /* 24 and 31 May */
}

/** Two items show the whole of the standards; the others show what they do. */
const ITEMS = [
  ['self-assessment', '2022-10-17', ['1', '2']], ['observation-report', '2022-10-18', ['3', '4', '5']],
  ['development-plan', '2022-11-16', ['6', '7']], ['improvement-project', '2022-11-17', ['8', '9']],
  ['coaching-record', '2023-01-18', ['10', '11']], ['reading-log', '2023-04-27', ['12', '13', '14']],
  ['cpd-record', '2023-06-15', ['15', '16']], ['video-clip', '2023-07-12', ['17', '18']],
  ['reflection-report', '2023-08-14', ['19']], ['action-plan', '2023-09-05', ['20', '1']],
]

/** How many reminders each activity has, by its code; those not named have none. Those of the last month come on 23 September:
 *  the mentor's statement is awaited by both. */
export const ATS_REMINDERS = {
  ...Object.fromEntries(Object.entries(LATE).map(([code, { reminders }]) => [code, reminders])),
  'mentor-statement': 2, 'statement-checked': 1, 'submit-portfolio': 1,
}

const rulesOf = (problem) => `Refused by ${problem.rule}: ${problem.detail}`

const CRITERIA = ['set-member', 'teacher-education', 'advanced-level', 'testimonies', 'teaching-hours', 'maths-english-level-3']
const application = (employerId) => ({
  cohort: 2022, employerId, declaresSuitability: true, paysInInstalments: true,
  criteria: CRITERIA.map((criterion) => ({ criterion, met: true, evidence: `Certificate and letter: ${criterion}.` })),
})

/**
 * @param {import('./world.mjs').World} world
 * @param {number} seed tells stories apart
 */
export const atsStory = (world, seed) => {
  const s = {}
  const step = (name, who, when, run) => ({ name, who, at: when, run })
  const staff = () => s.agency.as_caseworker
  const command = (name, body) => [`enrolments/${s.enrolment}/${name}`, body]
  const enrolment = () => world.see(s.as_participant, `enrolments/${s.enrolment}`)
  const activity = async (code) => (await enrolment()).activities.find((one) => one.activity === code)

  const pay = async (ordinal, amount, paidOn) => {
    await world.act(s.agency.as_officer, `fee-plans/${s.plan}/payments`,
      { ordinal, amount: { pence: amount, currency: 'GBP' }, paidOn, reference: `ATS22-${seed}-${ordinal}` })
  }

  const applying = [
    step('The agency enters a college, an applicant, a mentor and those who will judge.', 'administrator', at(D.begins), async () => {
      Object.assign(s, await castAts(world, seed))
    }),
    step('The applicant applies within the window, to pay in instalments.', 'candidate', at(D.applied), async () => {
      s.application = await world.create(s.as_participant, 'ats-applications', application(s.college))
      const { deadlines } = await world.see(s.as_participant, `cases/${s.application}/deadlines`)
      const review = deadlines.find((one) => one.rule === 'ATS-A6')
      same(review.dueOn, addDays(D.applied, 42), 'the answer is due')
      return `The answer is due by ${inWords(review.dueOn)}.`
    }),
    step('The agency accepts the application, and the fee falls due.', 'caseworker', at(D.accepted), async () => {
      await world.act(staff(), `ats-applications/${s.application}/accept`)
      const plan = await world.until(s.agency.as_officer, `fee-plans?rootId=${s.application}`, 'the fee plan', (one) => one,
        ({ cases }) => cases[0])
      s.plan = plan.id
      same(plan.instalments.map((one) => [one.dueOn, one.amount.pence]),
        [[addDays(D.accepted, 14), FEE.first], ...INSTALMENTS.map((day) => [day, FEE.later])], 'the instalments')
      same(plan.fee.pence, FEE.total, 'the fee')
      return `${pounds(FEE.first)} by ${inWords(addDays(D.accepted, 14))}, then six times ${pounds(FEE.later)}.`
    }),
    step('The first payment confirms the place; the timeline begins.', 'funding officer', at(D.paid), async () => {
      await pay(1, FEE.first, D.paid)
      await world.until(s.as_participant, `ats-applications/${s.application}`, 'the place is confirmed',
        (one) => one.state === 'place_confirmed')
      const found = await world.until(s.as_participant, `enrolments?rootId=${s.application}`, 'the enrolment', (one) => one,
        ({ cases }) => cases[0])
      s.enrolment = found.id
      s.activities = found.activities
      check(found.activities.length > 30, 'the timeline is short')
      return `${found.activities.length} activities.`
    }),
    step('An application on 1 September is refused.', 'latecomer', at(D.tooLate), async () =>
      rulesOf(await world.refused(s.as_latecomer, 'ats-applications', application(s.college), 'ATS-A1', 'outside-window'))),
  ]

  const mentoring = [
    step('The participant nominates a mentor.', 'candidate', at(D.nominated), async () => {
      await world.act(s.as_participant, ...command('nominate-mentor', { mentorId: s.mentor }))
      same((await activity('nominate-mentor')).doneOn, D.nominated, 'the nomination')
    }),
    step('No meeting counts before the mentor has agreed.', 'candidate', undefined, async () =>
      rulesOf(await world.refused(s.as_participant, ...command('meetings', { ordinal: 1, heldOn: D.nominated, notes: 'Hello.' }),
        'ATS-P3', 'not-agreed'))),
    step('The mentor agrees the boundaries in writing.', 'mentor', at(D.agreed), () =>
      world.act(s.as_mentor, ...command('agree-mentoring', { agreement: 'We meet three times, and in between by mail.' }))
        .then(() => undefined)),
    ...D.meetings.map((day, index) => step(`Meeting ${index + 1} with the mentor.`, 'mentor', at(day, '16:00'), async () => {
      await world.act(s.as_mentor, ...command('meetings', { ordinal: index + 1, heldOn: day, notes: `Meeting ${index + 1}.` }))
      same((await activity(`mentor-meeting-${index + 1}`)).late, false, 'the meeting')
    })),
  ]

  const webinars = [
    step('A webinar is scheduled.', 'participant manager', at(D.scheduled), async () => {
      s.webinar = await world.create(s.agency.as_manager, 'webinars', {
        title: `Introduction to the programme ${seed}`, startsAt: '2022-10-19T16:00:00Z', minutes: 60,
        link: 'https://meet.example/introduction', places: 30, activity: 'webinar-introduction', cohort: 2022,
      })
    }),
    step('The participant books a place; a calendar invitation goes with it.', 'candidate', at(D.booked), () =>
      world.act(s.as_participant, `webinars/${s.webinar}/bookings`,
        { personId: s.participant, applicationId: s.application }).then(() => undefined)),
    step('The webinar is moved by a day; the invitation is updated.', 'participant manager', at(D.booked, '10:00'), async () => {
      await world.act(s.agency.as_manager, `webinars/${s.webinar}/move`, { startsAt: at(D.webinar, '16:00') })
      const webinar = await world.see(s.agency.as_manager, `webinars/${s.webinar}`)
      check(webinar.bookings[0].sequence > 0, 'the sequence has not grown')
    }),
    step('Another webinar, with a single place, which the participant books.', 'participant manager', at(D.booked, '11:00'), async () => {
      s.secondWebinar = await world.create(s.agency.as_manager, 'webinars', {
        title: `Reading research ${seed}`, startsAt: '2022-11-23T16:00:00Z', minutes: 45, link: 'https://meet.example/reading', places: 1, cohort: 2022,
      })
      await world.act(s.as_participant, `webinars/${s.secondWebinar}/bookings`, { personId: s.participant, applicationId: s.application })
    }),
    step('Whoever comes after that finds no place.', 'latecomer', undefined, async () =>
      rulesOf(await world.refused(s.as_latecomer, `webinars/${s.secondWebinar}/bookings`, { personId: s.latecomer, applicationId: s.application }, 'ATS-P4', 'full'))),
    step('The participant cancels the booking; the invitation is taken back.', 'candidate', at(D.booked, '12:00'), async () => {
      await world.act(s.as_participant, `webinars/${s.secondWebinar}/cancel-booking`, { personId: s.participant })
      const { bookings } = await world.see(s.agency.as_manager, `webinars/${s.secondWebinar}`)
      same(bookings.map(({ state }) => state), ['cancelled'], 'the booking')
    }),
    step('A webinar that has begun takes no bookings.', 'latecomer', at(D.webinar, '16:30'), async () =>
      rulesOf(await world.refused(s.as_latecomer, `webinars/${s.webinar}/bookings`, { personId: s.latecomer, applicationId: s.application }, 'ATS-P4', 'has-started'))),
    step('Attendance is recorded, and does the activity of the timeline.', 'participant manager', at(D.webinar, '17:30'), async () => {
      await world.act(s.agency.as_manager, `webinars/${s.webinar}/attendance`, { personId: s.participant })
      await world.until(s.as_participant, `enrolments/${s.enrolment}`, 'the webinar counts', (one) =>
        one.activities.find((each) => each.activity === 'webinar-introduction').doneOn === D.webinar)
    }),
  ]

  const months = Array.from({ length: 13 }, (_, index) => ({ year: index < 4 ? 2022 : 2023, month: 1 + (index + 8) % 12 }))
  const work = months.map(({ year, month }) => {
    const due = monthEnd(year, month)
    const day = `${due.slice(0, 7)}-${month === 9 && year === 2023 ? '06' : '19'}`
    const words = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(due))
    return step(`The participant does what the timeline asks for in ${words}.`, 'candidate', at(day), async () => {
      const open = s.activities.filter((one) => one.dueOn === due && !TIED.has(one.activity) && LATE[one.activity] === undefined)
      for (const one of open.filter((each) => !each.byMentor)) {
        await world.act(s.as_participant, ...command('complete-activity', { activity: one.activity }))
      }
      return `${open.length} activities.`
    })
  })
  const late = Object.entries(LATE).map(([code, { day, hour = '10:00', late: isLate, reminders }]) =>
    step(`The participant does "${code}" after ${reminders} reminder${reminders > 1 ? 's' : ''}.`, 'candidate', at(day, hour), async () => {
      await world.act(s.as_participant, ...command('complete-activity', { activity: code }))
      same((await activity(code)).late, isLate, `whether ${code} is late`)
      return isLate ? 'Late, and flagged.' : 'In time.'
    }))
  const wrongItem = step('An item is for standards that there are.', 'candidate', at(ITEMS[0][1], '17:00'), async () => {
    const item = { kind: ITEMS[0][0], title: 'For nothing', note: 'Without use.' }
    const answer = await s.as_participant.post(...command('items', { ...item, standards: [] }).map((one, index) => index === 0 ? `/v1/${one}` : one))
    same([answer.status, answer.body.errors?.map(({ field }) => field)], [400, ['/standards']], 'an item for no standard')
    return rulesOf(await world.refused(s.as_participant, ...command('items', { ...item, standards: ['21'] }), 'ATS-P7', 'wrong-field'))
  })
  const items = ITEMS.map(([kind, day, standards]) =>
    step(`An item for the portfolio: ${kind}, for standards ${standards.join(', ')}.`, 'candidate', at(day, '18:00'), () =>
      world.act(s.as_participant, ...command('items', { kind, title: `My ${kind}`, standards, note: 'With examples.' }))
        .then(() => undefined)))
  const payments = INSTALMENTS.map((day, index) => {
    const paidOn = index === 2 ? addDays(day, 4) : addDays(day, -8)
    return step(`Instalment ${index + 2} is paid${index === 2 ? ' four days late' : ''}.`, 'funding officer', at(paidOn, '11:00'), async () => {
      await pay(index + 2, FEE.later, paidOn)
      const plan = await world.see(s.agency.as_officer, `fee-plans/${s.plan}`)
      same([plan.state, plan.paid.pence], index === 5 ? ['paid', FEE.total] : ['open', FEE.first + (index + 1) * FEE.later], 'the fee')
      return `${pounds(plan.paid.pence)} of ${pounds(FEE.total)}.`
    })
  })

  const judging = [
    step('A portfolio that is not complete cannot be submitted.', 'candidate', at(D.tooEarly), async () => {
      const problem = await world.refused(s.as_participant, ...command('submit', {}), 'ATS-P10', 'incomplete')
      return `${rulesOf(problem)} ${problem.errors.length} things are missing.`
    }),
    step('The mentor gives the supporting statement.', 'mentor', at(D.statement), () =>
      world.act(s.as_mentor, ...command('statement', { statement: 'Works at the advanced level.' })).then(() => undefined)),
    step('The participant checks the statement.', 'candidate', at(D.checked), () =>
      world.act(s.as_participant, ...command('check-statement', {})).then(() => undefined)),
    step('The portfolio is submitted: all twenty standards have evidence.', 'candidate', at(D.submitted), async () => {
      await world.act(s.as_participant, ...command('submit', {}))
      const found = await enrolment()
      same([found.state, found.standardsEvidenced.length], ['submitted', 20], 'the portfolio')
      const { deadlines } = await world.see(s.as_participant, `cases/${s.application}/deadlines`)
      const review = deadlines.find((one) => one.rule === 'ATS-R1')
      same(review.dueOn, addDays(D.submitted, 42), 'the review is due')
      return `The review is due by ${inWords(review.dueOn)}.`
    }),
    step('A reviewer who asks for more says by which day.', 'reviewer', at(D.reviewed), async () => {
      const problem = await world.refused(s.as_reviewer, ...command('review', { authentic: true, sufficient: false, reliable: true, feedback: 'More of 20.' }),
        'ATS-R1', 'wrong-field')
      same(problem.errors.map(({ field }) => field), ['modificationsBy'], 'the field')
      return rulesOf(problem)
    }),
    step('A reviewer recommends the award, subject to the viva.', 'reviewer', undefined, async () => {
      await world.act(s.as_reviewer, ...command('review', { authentic: true, sufficient: true, reliable: true, feedback: 'Convincing.' }))
      same((await enrolment()).state, 'recommended', 'the review')
    }),
    step('The status is not awarded before the viva.', 'caseworker', undefined, async () =>
      rulesOf(await world.refused(staff(), ...command('award', {}), 'ATS-R3', 'viva-not-passed'))),
    step('The viva is booked.', 'caseworker', at(D.vivaBooked), () => world.act(staff(), ...command('book-viva',
      { vivaOn: D.viva, leadModeratorId: s.moderator, panelId: s.panel })).then(() => `${inWords(D.viva)}.`)),
    step('The lead moderator records that the viva is passed.', 'lead moderator', at(D.viva, '15:00'), () =>
      world.act(s.as_moderator, ...command('record-viva', { passed: true, reasons: 'A clear account of the year.' })).then(() => undefined)),
    step('The status is awarded: certificate and entry in the register.', 'caseworker', at(D.awarded), async () => {
      await world.act(staff(), ...command('award', {}))
      const found = await enrolment()
      same([found.state, found.awardedOn], ['awarded', D.awarded], 'the award')
      check(/^ATS-2023-[0-9a-f]{8}$/.test(found.certificate), `the certificate ${found.certificate}`)
      const entry = await world.until(staff(), `register-entries?personId=${s.participant}`, 'the register entry',
        (one) => one.state === 'awarded', ({ cases }) => cases[0])
      same([entry.number, entry.scheme], [found.certificate, 'ats'], 'the entry')
      s.certificate = found.certificate
      return `Certificate ${found.certificate}.`
    }),
    step('The fee stands whole in the ledger.', 'funding officer', at(D.awarded, '12:00'), async () => {
      const lines = await world.list(s.agency.as_officer, `cases/${s.application}/ledger`, 'lines')
      const balance = (account) => lines.filter((line) => line.account === account)
        .reduce((sum, line) => sum + line.amount.pence, 0)
      same([balance('fees:2022:income'), balance('cash:fees')], [-FEE.total, FEE.total], 'the accounts')
      s.ledger = { entries: new Set(lines.map((line) => line.entryId)).size, feesPence: FEE.total }
      return pounds(FEE.total)
    }),
  ]

  /* Its parts overlap in time: sorted by instant, and as written where two are at the same. */
  const steps = [applying, mentoring, webinars, work, late, [wrongItem], items, payments, judging].flatMap((part) => {
    let when
    return part.map((one) => {
      when = one.at ?? when
      return { ...one, at: when }
    })
  })
  return {
    name: `ATS ${seed}`,
    cast: s,
    roots: () => [s.application, s.webinar, s.secondWebinar].filter((id) => id !== undefined),
    steps: steps.map((one, index) => ({ one, index })).sort((a, b) => a.one.at < b.one.at ? -1 : a.one.at > b.one.at ? 1 : a.index - b.index)
      .map(({ one }) => one),
  }
}
