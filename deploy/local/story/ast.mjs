/**
 * The main line of Advanced Skills Teachers, financial year 2012-13: a post that the authority pays for,
 * two candidates, of whom one passes, is appointed, registered and paid for; and what the rules refuse on
 * the way. The second candidate comes from another school, and that school's head comments late.
 */
import { castAst } from './ast_cast.mjs'
import { addDays, addWorkingDays, daysBetween, inWords, partYear, pounds } from './dates.mjs'
import { check, same } from './play.mjs'
import { programme } from './programme.mjs'

const STANDARDS = ['1', '2', '3', '4', '5', '6']
const YEAR_FIRST = '2012-04-01'
const YEAR_LAST = '2013-03-31'

/** The days of the story; every period that the rules set is counted here anew. */
export const AST_DAYS = {
  begins: '2012-09-03',
  submitted: '2012-09-05',
  commented: '2012-09-19',
  forwarded: '2012-09-20',
  received: '2012-09-24',
  commentedLate: '2012-10-04',
  secondForwarded: '2012-10-05',
  secondReceived: '2012-10-08',
  booked: '2012-10-09',
  assessed: '2012-10-24',
  secondAssessed: '2012-10-25',
  decided: '2012-10-26',
  secondDecided: '2012-10-30',
  feedback: '2012-11-07',
  appointed: '2012-11-08',
  starts: '2012-11-12',
  ast2: '2012-11-14',
  event: '2013-01-18',
  streams: ['2012-06-15', '2012-09-17', '2012-12-17', '2013-03-15'],
  ends: '2013-04-02',
}
const D = AST_DAYS
const at = (day, hour = '09:00') => `${day}T${hour}:00Z`

/** What two streams pay for the post, and the year in all, by the story's own arithmetic. */
export const astSums = (yearlyPence) => {
  const toDecember = daysBetween(D.starts, '2012-12-31')
  const toMarch = daysBetween(D.starts, YEAR_LAST)
  const yearDays = daysBetween(YEAR_FIRST, YEAR_LAST)
  const december = partYear(yearlyPence, toDecember, yearDays)
  const whole = partYear(yearlyPence, toMarch, yearDays)
  return { december, march: whole - december, whole, toDecember, toMarch }
}

/* What a draft may bring along: the job description, and the matters that are settled before an appointment. */
export const described = (lineManagerId) => ({
  jobDescription: 'Teach, and help other schools to teach better.',
  matters: {
    roleInSchool: 'Leads the subject without managing it.', outreach: 'Agreed each term with the adviser.',
    payFirstPoint: 5, payLastPoint: 9, lineManagerId, contract: { kind: 'permanent' },
  },
})
const texts = (who) => STANDARDS.map((standard) => ({ standard, text: `${who} on standard ${standard}: with examples.` }))

/* More than a side of A4 takes. */
const LONG = 'Every standard is met, as the lessons and the collection of evidence show in detail. '.repeat(80)

const judgement = (missed) => ({
  judgements: STANDARDS.map((standard) => ({
    standard, met: standard !== missed, evidence: `Seen in the lessons and in the collection, standard ${standard}.`,
  })),
  lessonsExcellent: [true, missed === undefined],
})

/** The deadline of `rule` (and item) of the case `id`. */
const deadline = async (world, client, root, id, rule, item = '') => {
  const { deadlines } = await world.see(client, `cases/${root}/deadlines`)
  const found = deadlines.find((one) => one.caseId === id && one.rule === rule && (one.item ?? '') === item)
  check(found !== undefined, `no deadline ${rule} ${item} among ${JSON.stringify(deadlines)}`)
  return found
}

/** The one case of `kind` that follows from the story's post and fits. */
const found = (world, client, kind, root, fits = () => true) =>
  world.until(client, `${kind}?rootId=${root}&limit=100`, `${kind} of the post`, (one) => one,
    ({ cases }) => cases.find(fits))

const rulesOf = (problem) => `Refused by ${problem.rule}: ${problem.detail}`

/**
 * @param {import('./world.mjs').World} world
 * @param {number} seed tells stories apart, and makes every one's sums its own
 */
export const astStory = (world, seed) => {
  const s = { yearlyPence: 730_107 + 13 * seed, totalPence: 5_000_000 }
  const step = (name, who, when, run) => ({ name, who, at: when, run })

  const founding = [
    step('The agency enters the authority, two schools, their people and three assessors.', 'administrator', at(D.begins), async () => {
      Object.assign(s, await castAst(world, seed))
      return `Authority, two schools, nine people.`
    }),
    step('The finance office sets the yearly sum of a post and the four stream days.', 'LA finance', undefined, async () => {
      s.budget = await world.create(s.as_finance, 'budgets', {
        laId: s.la, financialYear: 2012, fundingSource: 'local_formula', nation: 'england',
        perPost: { pence: s.yearlyPence, currency: 'GBP' }, total: { pence: s.totalPence, currency: 'GBP' },
        streamOn: D.streams, forumConsultedOn: '2012-07-02',
      })
      return `${pounds(s.yearlyPence)} a post and year, ${pounds(s.totalPence)} in all.`
    }),
    step('The headteacher drafts a post.', 'headteacher', undefined, async () => {
      s.post = await world.create(s.as_head, 'posts', {
        schoolId: s.school, title: `AST for mathematics ${seed}`, reason: 'la_development', recruitment: 'external',
        fundingSource: 'local_formula', financialYear: 2012, headteacherId: s.head, subject: 'mathematics',
        ...described(s.head),
      })
      const post = await world.see(s.as_head, `posts/${s.post}`)
      same([post.state, post.throughLa], ['drafted', true], 'the new post')
    }),
    step('The head cannot agree it before the authority has confirmed the money.', 'headteacher', undefined, async () =>
      rulesOf(await world.refused(s.as_head, `posts/${s.post}/agree`, {}, 'AST-P6', 'funding-not-confirmed'))),
    step('The coordinator confirms the money and, for the authority, the outreach.', 'LA coordinator', at(D.begins, '10:00'), async () => {
      await world.act(s.as_coordinator, `posts/${s.post}/confirm-funding`, { outreachAgreed: true })
      const due = await deadline(world, s.as_coordinator, s.post, s.post, 'AST-P6')
      same(due.dueOn, addWorkingDays(D.begins, 10), 'the answer on the money is due')
    }),
    step('Funding reserves the money; the post is funded.', 'funding', undefined, async () => {
      const post = await world.until(s.as_coordinator, `posts/${s.post}`, 'the post is funded', (one) => one.state === 'funded')
      same(post.yearlyAmount.pence, s.yearlyPence, 'the yearly amount')
      return pounds(post.yearlyAmount.pence)
    }),
    step('The headteacher agrees the outreach arrangements.', 'headteacher', undefined, () =>
      world.act(s.as_head, `posts/${s.post}/agree-outreach`).then(() => undefined)),
    step('Money and outreach are settled: the post is agreed, and advertised.', 'headteacher', at(D.begins, '11:00'), async () => {
      await world.act(s.as_head, `posts/${s.post}/agree`)
      await world.act(s.as_head, `posts/${s.post}/advertise`)
      same((await world.see(s.as_head, `posts/${s.post}`)).state, 'advertised', 'the post')
    }),
  ]

  const submit = (client, school, head, route, who) => world.create(client, 'ast1-forms', {
    postId: s.post, route, schoolId: school, headteacherId: head, hasQts: true, staysInClassroom: true,
    takesOnOutreach: true, answers: texts(who),
  })

  const applying = [
    step('A form of somebody without qualified teacher status is refused.', 'candidate', at(D.submitted), async () => {
      const problem = await world.refused(s.as_candidate, 'ast1-forms', {
        postId: s.post, route: 'internal', schoolId: s.school, headteacherId: s.head, hasQts: false,
        staysInClassroom: true, takesOnOutreach: true, answers: texts('I'),
      }, 'AST-A2', 'wrong-field')
      same(problem.errors.map(({ field }) => field), ['hasQts'], 'the field')
      return rulesOf(problem)
    }),
    step('A form that leaves out a standard is refused, with the field named.', 'candidate', undefined, async () => {
      const problem = await world.refused(s.as_candidate, 'ast1-forms', {
        postId: s.post, route: 'internal', schoolId: s.school, headteacherId: s.head, hasQts: true,
        staysInClassroom: true, takesOnOutreach: true, answers: texts('I').slice(1),
      }, 'AST-A3')
      check(problem.errors.length > 0, 'the refusal names no field')
      return rulesOf(problem)
    }),
    step('The candidate answers against the six standards and hands the form to the head.', 'candidate', undefined, async () => {
      s.form = await submit(s.as_candidate, s.school, s.head, 'internal', 'Cora')
      const due = await deadline(world, s.as_candidate, s.post, s.form, 'AST-A4')
      same(due.dueOn, addWorkingDays(D.submitted, 20), 'the comments are due')
      return `Comments are due on ${inWords(due.dueOn)}. ${due.arithmetic}`
    }),
    step('A colleague at another school applies too.', 'second candidate', at(D.submitted, '10:00'), async () => {
      s.secondForm = await submit(s.as_second, s.otherSchool, s.otherHead, 'external', 'Sam')
    }),
    step('The form cannot go to the agency without the comments.', 'headteacher', undefined, async () =>
      rulesOf(await world.refused(s.as_head, `ast1-forms/${s.form}/forward`,
        { channel: 'online', coveringLetter: 'The job in outline.' }, 'AST-A4', 'not-commented'))),
    step('The headteacher comments on each standard, in time.', 'headteacher', at(D.commented), async () => {
      await world.act(s.as_head, `ast1-forms/${s.form}/comment`, { comments: texts('The head'), careerStageConfirmed: true })
      const form = await world.see(s.as_head, `ast1-forms/${s.form}`)
      same([form.state, form.commentsLate], ['commented', false], 'the form')
    }),
    step('The form cannot go to the agency without the declaration of whoever pays.', 'headteacher', at(D.forwarded), async () =>
      rulesOf(await world.refused(s.as_head, `ast1-forms/${s.form}/forward`,
        { channel: 'online', coveringLetter: 'The job in outline.' }, 'AST-A7', 'no-declaration'))),
    step('The authority signs the declaration.', 'LA coordinator', undefined, () =>
      world.act(s.as_coordinator, `ast1-forms/${s.form}/declare-funding`, { declares: true }).then(() => undefined)),
    step('The headteacher sends the complete form to the agency; the authority gets a copy.', 'headteacher', undefined, () =>
      world.act(s.as_head, `ast1-forms/${s.form}/forward`,
        { channel: 'online', coveringLetter: 'The job in outline.' }).then(() => undefined)),
    step('The agency cannot send a form back without saying what is missing.', 'caseworker', at(D.forwarded, '12:00'), async () =>
      rulesOf(await world.refused(s.agency.as_caseworker, `ast1-forms/${s.form}/return`, {}, 'AST-A12', 'wrong-field'))),
    step('The form goes back to the school, for the covering letter says nothing of the job.', 'caseworker', undefined, async () => {
      await world.act(s.agency.as_caseworker, `ast1-forms/${s.form}/return`,
        { missing: 'The letter does not describe the job.', parts: [{ part: 'covering_letter' }] })
      const form = await world.see(s.as_head, `ast1-forms/${s.form}`)
      same([form.state, form.missing, form.missingParts], ['returned', 'The letter does not describe the job.', [{ part: 'covering_letter' }]], 'what is missing')
      return form.missing
    }),
    step('The headteacher completes it and sends it again.', 'headteacher', at(D.forwarded, '15:00'), async () => {
      await world.act(s.as_head, `ast1-forms/${s.form}/forward`, { channel: 'online', coveringLetter: 'The job in outline: mathematics, and help to five schools.' })
      same((await world.see(s.as_head, `ast1-forms/${s.form}`)).state, 'with_agency', 'the form')
    }),
    step('The agency records the receipt of the complete form.', 'caseworker', at(D.received), async () => {
      await world.act(s.agency.as_caseworker, `ast1-forms/${s.form}/receive`, { receivedOn: D.received, channel: 'online' })
      s.assessment = (await found(world, s.agency.as_caseworker, 'assessments', s.post, (one) => one.ast1Id === s.form)).id
      const due = await deadline(world, s.agency.as_caseworker, s.post, s.assessment, 'AST-S1')
      same(due.dueOn, addDays(D.received, 42), 'the assessment is due')
      return `The assessment is due by ${inWords(due.dueOn)}.`
    }),
    step('The other head comments a working day late: taken, and flagged.', 'other headteacher', at(D.commentedLate), async () => {
      await world.act(s.as_otherHead, `ast1-forms/${s.secondForm}/comment`,
        { comments: texts('The other head'), careerStageConfirmed: true })
      const form = await world.see(s.as_otherHead, `ast1-forms/${s.secondForm}`)
      same([form.state, form.commentsLate, form.commentsLateWorkingDays], ['commented', true, 1], 'the late comments')
      same((await deadline(world, s.as_otherHead, s.post, s.secondForm, 'AST-A4')).standing, 'met_late', 'the deadline')
      return 'Late by 1 working day (AST-A4).'
    }),
    step('A form from outside cannot go to the agency before it is on the short list.', 'headteacher', at(D.secondForwarded), async () =>
      rulesOf(await world.refused(s.as_head, `ast1-forms/${s.secondForm}/forward`,
        { channel: 'post', travelsWithId: s.form }, 'AST-A7', 'not-shortlisted'))),
    step('The advertising school puts it on the short list and sends it on under the same letter, with the declaration.', 'headteacher', undefined, async () => {
      await world.act(s.as_head, `ast1-forms/${s.secondForm}/shortlist`, { shortlisted: true })
      await world.act(s.as_coordinator, `ast1-forms/${s.secondForm}/declare-funding`, { declares: true })
      await world.act(s.as_head, `ast1-forms/${s.secondForm}/forward`, { channel: 'post', travelsWithId: s.form })
    }),
    step('The agency records the receipt of the second form.', 'caseworker', at(D.secondReceived), async () => {
      await world.act(s.agency.as_caseworker, `ast1-forms/${s.secondForm}/receive`,
        { receivedOn: D.secondReceived, channel: 'post' })
      s.secondAssessment = (await found(world, s.agency.as_caseworker, 'assessments', s.post,
        (one) => one.ast1Id === s.secondForm)).id
    }),
  ]

  const book = (assessment, assessor, day) => [s.agency.as_caseworker, `assessments/${assessment}/book`,
    { assessorId: assessor, assessmentOn: day }]

  const bookPlan = (...lines) => [s.agency.as_caseworker, 'allocation-plan/book',
    { lines: lines.map(([assessmentId, assessorId, assessmentOn]) => ({ assessmentId, assessorId, assessmentOn })) }]

  const assessing = [
    step('Three assessors are entered; one works at the school, and need not say so.', 'caseworker', at(D.booked), async () => {
      const enter = async (person, interestIds) => {
        const id = await world.create(s.agency.as_caseworker, 'assessors',
          { personId: person, phases: ['secondary'], subjects: ['mathematics'], region: 'South West', interestIds })
        await world.act(s.agency.as_caseworker, `assessors/${id}/days`, { freeOn: [D.assessed, D.secondAssessed, addDays(D.received, 43)] })
        return id
      }
      s.assessorCase = await enter(s.assessor, [])
      s.strangerCase = await enter(s.stranger, [])
      s.friendCase = await enter(s.friend, [])
      same((await world.see(s.agency.as_caseworker, `assessors/${s.friendCase}`)).interestIds, [s.school], 'the interest that is known')
    }),
    step('The agency sees who fits best, each score with its parts, and who is excluded.', 'caseworker', undefined, async () => {
      const ranking = await world.see(s.agency.as_caseworker, `assessments/${s.assessment}/ranking`)
      const mine = ranking.assessors.filter((one) => [s.assessorCase, s.strangerCase, s.friendCase].includes(one.assessorId))
      check(mine.every((one) => one.score === one.phase + one.subject + one.region - one.load), 'a score is the sum of its parts')
      same(mine.findIndex((one) => one.assessorId === s.friendCase), 2, 'who is not independent comes last')
      check(mine[2].excluded.length > 0 && (mine[0].excluded ?? '') === '', 'who is excluded and why')
      const plan = await world.see(s.agency.as_caseworker, 'allocation-plan')
      const line = plan.lines.find((one) => one.assessmentId === s.assessment)
      check(line.assessmentOn <= line.byOn, 'a day within the six weeks is planned')
      return `${mine[0].score} points for the best.`
    }),
    step('A plan that gives an assessor two candidates on one day is refused whole, by its line.', 'caseworker', undefined, async () => {
      const problem = await world.refused(...bookPlan([s.assessment, s.assessorCase, D.assessed], [s.secondAssessment, s.assessorCase, D.assessed]),
        'AST-S2', 'lines-refused')
      same(problem.errors.map(({ field }) => field), ['lines[1].assessmentOn'], 'the line that clashes')
      same((await world.see(s.agency.as_caseworker, `assessments/${s.assessment}`)).state, 'open', 'the other line')
      return rulesOf(problem)
    }),
    step('An assessor who works at the school is refused.', 'caseworker', undefined, async () =>
      rulesOf(await world.refused(...book(s.assessment, s.friendCase, D.assessed), 'AST-S2', 'not-independent'))),
    step('So is a day that the assessor has not offered.', 'caseworker', undefined, async () =>
      rulesOf(await world.refused(...book(s.assessment, s.assessorCase, addDays(D.assessed, 7)), 'AST-S2', 'not-free'))),
    step('So is a day past the six weeks without a reason.', 'caseworker', undefined, async () =>
      rulesOf(await world.refused(...book(s.assessment, s.assessorCase, addDays(D.received, 43)), 'AST-S1', 'reason-needed'))),
    step('An independent assessor, free that day, is booked within six weeks.', 'caseworker', undefined, async () => {
      await world.act(...book(s.assessment, s.assessorCase, D.assessed))
      await world.until(s.as_head, `ast1-forms/${s.form}`, 'the form shows the day', (form) => form.state === 'booked')
      return `${inWords(D.assessed)}.`
    }),
    step('The same assessor on the same day for the other candidate: a clash is impossible.', 'caseworker', undefined, async () =>
      rulesOf(await world.refused(...book(s.secondAssessment, s.assessorCase, D.assessed), 'AST-S2', 'clash'))),
    step('So is a plan with a line that was booked meanwhile: its other line is not booked either.', 'caseworker', undefined, async () => {
      const problem = await world.refused(...bookPlan([s.secondAssessment, s.strangerCase, D.secondAssessed], [s.assessment, s.strangerCase, D.assessed]),
        'AST-S2', 'lines-refused')
      same(problem.errors.map(({ field }) => field), ['lines[1]'], 'the line that is stale')
      same((await world.see(s.agency.as_caseworker, `assessments/${s.secondAssessment}`)).state, 'open', 'the other line')
      return rulesOf(problem)
    }),
    step('What is left of the plan books another assessor for the next day.', 'caseworker', undefined, async () => {
      const booked = await world.act(...bookPlan([s.secondAssessment, s.strangerCase, D.secondAssessed]))
      same(booked.caseIds, [s.secondAssessment], 'the assessments booked')
    }),
    step('A programme without the pupils, and without a reason, is refused.', 'assessor', undefined, async () => {
      const problem = await world.refused(s.as_assessor, `assessments/${s.assessment}/programme`,
        { ...programme(D.booked), meetings: programme(D.booked).meetings.filter((one) => one.meeting !== 'pupils') }, 'AST-S3', 'reason-needed')
      return rulesOf(problem)
    }),
    step('The assessors agree the programme of the day with the headteachers.', 'assessors', undefined, async () => {
      await world.act(s.as_assessor, `assessments/${s.assessment}/programme`, programme(D.booked))
      await world.act(s.as_stranger, `assessments/${s.secondAssessment}/programme`, programme(D.booked))
      same((await world.see(s.as_assessor, `assessments/${s.assessment}`)).programmeAgreedOn, D.booked, 'the programme')
    }),
    step('The candidate names who contributes on the day.', 'candidate', undefined, () =>
      world.act(s.as_candidate, `assessments/${s.assessment}/contributors`,
        { contributors: [{ meeting: 'parents', who: 'Three parents of pupils in year 9', arranged: true }] }).then(() => undefined)),
    step('A standard without a judgement is not passed over.', 'assessor', at(D.assessed, '15:00'), async () => {
      const problem = await world.refused(s.as_assessor, `assessments/${s.assessment}/judge`,
        { ...judgement(), judgements: judgement().judgements.slice(1) }, 'AST-S5', 'wrong-field')
      check(problem.errors.some(({ problem: said }) => said.startsWith('Standard 1 is not judged')), 'the standard is not named')
      return rulesOf(problem)
    }),
    step('The assessor judges every standard: all are met, both lessons excellent.', 'assessor', undefined, async () => {
      await world.act(s.as_assessor, `assessments/${s.assessment}/judge`, judgement())
      same((await world.see(s.as_assessor, `assessments/${s.assessment}`)).met, true, 'the outcome')
    }),
    step('The other assessor finds one standard not met.', 'second assessor', at(D.secondAssessed, '15:00'), async () => {
      await world.act(s.as_stranger, `assessments/${s.secondAssessment}/judge`, judgement('4'))
      same((await world.see(s.as_stranger, `assessments/${s.secondAssessment}`)).met, false, 'the outcome')
    }),
    step('The decision goes to the candidate within three working days: passed.', 'assessor', at(D.decided), async () => {
      const due = await deadline(world, s.agency.as_caseworker, s.post, s.assessment, 'AST-S6', 'decision-letter')
      same(due.dueOn, addWorkingDays(D.assessed, 3), 'the decision is due')
      await world.act(s.as_assessor, `assessments/${s.assessment}/decision`, { letter: 'You meet every standard.' })
      await world.until(s.as_head, `ast1-forms/${s.form}`, 'the form shows the pass', (form) => form.state === 'passed')
    }),
    step('The second candidate is told on the last of the three days: not met.', 'second assessor', at(D.secondDecided), async () => {
      await world.act(s.as_stranger, `assessments/${s.secondAssessment}/decision`, { letter: 'Standard 4 is not yet met.' })
      const found = await world.until(s.as_otherHead, `ast1-forms/${s.secondForm}`, 'the form shows it', (form) => form.state === 'not_met')
      same((await world.see(s.as_stranger, `assessments/${s.secondAssessment}`)).decidedLate, false, 'the decision')
      check(found.outcomeMet === false, 'not met')
    }),
    step('Feedback on a refusal that names no standard to work on is refused.', 'second assessor', at(D.feedback), async () => {
      const problem = await world.refused(s.as_stranger, `assessments/${s.secondAssessment}/feedback`, { feedback: 'Work on it.' }, 'AST-S6', 'wrong-field')
      same(problem.errors.map(({ field }) => field), ['areas'], 'the field')
      return rulesOf(problem)
    }),
    step('Feedback on a pass takes no more than one side.', 'assessor', undefined, async () =>
      rulesOf(await world.refused(s.as_assessor, `assessments/${s.assessment}/feedback`, { feedback: LONG }, 'AST-S6', 'too-long'))),
    step('Written feedback to both candidates and their heads, within fifteen working days.', 'assessors', undefined, async () => {
      const due = await deadline(world, s.agency.as_caseworker, s.post, s.assessment, 'AST-S6', 'feedback')
      same(due.dueOn, addWorkingDays(D.assessed, 15), 'the feedback is due')
      await world.act(s.as_assessor, `assessments/${s.assessment}/feedback`, { feedback: 'Strong throughout.' })
      await world.act(s.as_stranger, `assessments/${s.secondAssessment}/feedback`,
        { feedback: 'Work on standard 4.', areas: ['4'] })
      for (const [client, paper] of [[s.as_candidate, 'decision-letter'], [s.as_head, 'feedback-letter']]) {
        check((await world.see(client, `assessments/${s.assessment}/${paper}`)).startsWith('%PDF-'), `the ${paper} as PDF`)
      }
      same((await world.see(s.as_head, `assessments/${s.assessment}`)).feedbackPages, 1, 'the sides of feedback on a pass')
    }),
  ]

  const ast2 = (person) => ({
    personId: person, postId: s.post, schoolId: s.school, laId: s.la, appointedOn: D.appointed, startsOn: D.starts, spinePoint: 3,
  })

  const appointing = [
    step('Nobody who has not passed can be appointed.', 'headteacher', at(D.appointed), async () =>
      rulesOf(await world.refused(s.as_head, `posts/${s.post}/appoint`,
        { ast1Id: s.secondForm, appointedOn: D.appointed, startsOn: D.starts }, 'AST-T1', 'not-passed'))),
    step('The school appoints the candidate who passed.', 'headteacher', undefined, async () => {
      await world.act(s.as_head, `posts/${s.post}/appoint`, { ast1Id: s.form, appointedOn: D.appointed, startsOn: D.starts })
      const due = await deadline(world, s.as_head, s.post, s.post, 'AST-T1')
      same(due.dueOn, addDays(D.appointed, 14), 'form AST2 is due')
      return `In post from ${inWords(D.starts)}; form AST2 is due by ${inWords(due.dueOn)}.`
    }),
    step('Form AST2 for somebody who has not passed is refused.', 'headteacher', at(D.ast2), async () =>
      rulesOf(await world.refused(s.as_head, 'ast2-forms', ast2(s.second), 'AST-T1', 'not-passed'))),
    step('The head sends form AST2, with a copy to the authority.', 'headteacher', undefined, async () => {
      s.ast2 = await world.create(s.as_head, 'ast2-forms', ast2(s.candidate))
      const form = await world.see(s.as_head, `ast2-forms/${s.ast2}`)
      same(form.late, false, 'the form')
      await world.until(s.as_head, `posts/${s.post}`, 'the post has its form AST2', (post) => post.ast2Id === s.ast2)
    }),
    step('The person stands on the national register.', 'assessment', undefined, async () => {
      const entry = await world.until(s.agency.as_caseworker, `register-entries?personId=${s.candidate}`, 'the register entry',
        (one) => one.state === 'in_post', ({ cases }) => cases[0])
      same([entry.postId, entry.startsOn, entry.spinePoint, entry.scheme], [s.post, D.starts, 3, 'ast'], 'the entry')
      check(/^AST\d{7}$/.test(entry.number), `the number ${entry.number}`)
      s.registerNumber = entry.number
      return `Number ${entry.number}.`
    }),
    step('The agency invites those in post by the register to an event.', 'caseworker', undefined, async () => {
      s.invitation = await world.create(s.agency.as_caseworker, 'invitations', {
        title: `Teaching across schools ${seed}`, startsAt: at(D.event), minutes: 360, place: 'The Guildhall, Westford',
        words: 'A day on outreach that works, with time to talk.', replyByOn: addDays(D.event, -14),
      })
      const sent = await world.until(s.agency.as_caseworker, `invitations/${s.invitation}`, 'everybody is written to',
        (one) => one.state === 'sent')
      check(sent.invited > 0, 'nobody is invited')
      return `${sent.invited} in post, each with the event for the calendar.`
    }),
  ]

  const streamLine = async (stream, amount, days, paid) => {
    const funding = await world.until(s.as_finance, `post-fundings?rootId=${s.post}`, `stream ${stream} has paid`,
      (one) => one.lines.some((line) => line.stream === stream && line.paid), ({ cases }) => cases[0])
    const line = funding.lines.find((one) => one.stream === stream)
    same([line.amount.pence, line.days, funding.paid.pence], [amount, days, paid], `stream ${stream}`)
    return line
  }

  const paying = [
    step('The event does not take place: those who were invited are told.', 'caseworker', at(D.streams[2], '11:00'), async () => {
      await world.act(s.agency.as_caseworker, `invitations/${s.invitation}/withdraw`, { reason: 'The Guildhall is closed after a flood.' })
      const withdrawn = await world.until(s.agency.as_caseworker, `invitations/${s.invitation}`, 'all of them are told',
        (one) => one.state === 'withdrawn')
      same(withdrawn.told, withdrawn.invited, 'those who are told')
    }),
    step('The December stream pays, for the days since the AST began.', 'funding', at(D.streams[2], '12:00'), async () => {
      const sums = astSums(s.yearlyPence)
      const line = await streamLine(3, sums.december, sums.toDecember, sums.december)
      same([line.fromOn, line.toOn], [D.starts, '2012-12-31'], 'the days paid for')
      return `${sums.toDecember} of 365 days of ${pounds(s.yearlyPence)}: ${pounds(sums.december)}.`
    }),
    step('The March stream pays the rest of the year.', 'funding', at(D.streams[3], '12:00'), async () => {
      const sums = astSums(s.yearlyPence)
      await streamLine(4, sums.march, sums.toMarch - sums.toDecember, sums.whole)
      const runs = await world.list(s.as_finance, `stream-runs?rootId=${s.budget}`)
      /* The June stream began before there was a post, so that it had nobody to pay. */
      same(runs.map((one) => [one.stream, one.state, one.total?.pence ?? 0]).sort((a, b) => a[0] - b[0]),
        [[2, 'settled', 0], [3, 'settled', sums.december], [4, 'settled', sums.march]], 'the runs')
      return pounds(sums.march)
    }),
    step('The ledger agrees to the penny.', 'LA finance', at(D.ends), async () => {
      const sums = astSums(s.yearlyPence)
      const lines = [...await world.list(s.as_finance, `cases/${s.post}/ledger`, 'lines'),
        ...await world.list(s.as_finance, `cases/${s.budget}/ledger`, 'lines')]
      const balance = (account) => lines.filter((line) => line.account === account)
        .reduce((sum, line) => sum + line.amount.pence, 0)
      const la = (which) => balance(`la:${s.la}:2012:${which}`)
      same({ available: la('available'), reserved: la('reserved'), owed: la('owed'), paid: la('paid') },
        { available: s.totalPence - s.yearlyPence, reserved: s.yearlyPence - sums.whole, owed: 0, paid: sums.whole },
        'the authority\'s accounts')
      same(balance('grant:2012:local_formula'), -s.totalPence, 'what came from the formula')
      same(lines.reduce((sum, line) => sum + line.amount.pence, 0), 0, 'the sum of all entries')
      s.ledger = { entries: new Set(lines.map((line) => line.entryId)).size, paidPence: sums.whole }
      return `Paid ${pounds(sums.whole)}, left of the post's reservation ${pounds(s.yearlyPence - sums.whole)}.`
    }),
  ]

  return {
    name: `AST ${seed}`,
    cast: s,
    roots: () => [s.post, s.budget, s.invitation].filter((id) => id !== undefined),
    steps: [...founding, ...applying, ...assessing, ...appointing, ...paying],
  }
}
