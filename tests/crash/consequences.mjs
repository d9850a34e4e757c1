/**
 * What follows from an event in another case, of another service or the same (services/README.md): producer,
 * event, consumer, the event that follows, and how many of it by what the first one says. That every line of the
 * table there is a row here, or excused below, is looked at by tests/checks/feeds.mjs.
 */
import { messageNames } from './database.mjs'

/** Nothing follows where what the event tells was known already. */
export const AT_MOST_ONE = 'at most one'

const once = () => 1
const never = () => 0
const recipients = ({ recipients: list }) => list?.length ?? 0
const met = (body) => body.met ? 1 : 0
const notMet = (body) => body.met ? 0 : 1
const ofTimeline = ({ applicationId, activity }) => applicationId !== undefined && (activity ?? '') !== '' ? 1 : 0
const withReminders = ({ reminders }) => reminders?.length > 0 ? 1 : 0
/* The letter is not public; a form has one of its own, or names the form that has it. A form that came back brings it again. */
const withLetter = ({ letterAst1Id }) => letterAst1Id === undefined ? AT_MOST_ONE : 0

/* Of a view of a person: positions at an organisation, and those of them that a school counts as its teachers. */
const places = ({ person, positions = person?.positions ?? [] }) => positions.filter(({ organisationId }) => organisationId !== undefined)
const isTeacher = ({ role }) => ['candidate', 'line_manager'].includes(role)

const ofAssessor = ({ assessorId, organisationIds }) => assessorId !== undefined && organisationIds?.length > 0 ? AT_MOST_ONE : 0

export const CONSEQUENCES = [
  ['application', 'OrganisationRegistered', 'application', 'RollJoined',
    ({ organisation, kind = organisation?.kind, laId = organisation?.laId }) => kind === 'school' && laId !== undefined ? 1 : 0],
  ['application', 'OrganisationRegistered', 'assessment', 'AuthorityNoted',
    ({ organisation, kind = organisation?.kind }) => kind === 'la' ? 1 : 0],
  ['application', 'PersonRegistered', 'application', 'RollJoined', (body) => places(body).filter(isTeacher).length],
  ['application', 'PersonRegistered', 'assessment', 'WorkplacesNoted', (body) => places(body).length > 0 ? 1 : 0],
  ['assessment', 'AssessorRegistered', 'assessment', 'AssessorNoted', once],
  ['assessment', 'WorkplacesNoted', 'assessment', 'InterestsDeclared', ofAssessor],
  ['assessment', 'AssessorNoted', 'assessment', 'InterestsDeclared', ofAssessor],
  ['application', 'AstAppointed', 'assessment', 'AppointmentNoted', once],
  ['application', 'PostDrafted', 'funding', 'GroupPostNoted', ({ fundingSource }) => fundingSource === 'school_group' ? 1 : 0],
  ['application', 'PostSupportAsked', 'application', 'PlaceTaken', once],
  ['application', 'PlaceTaken', 'application', 'PostFundingConfirmed', once],
  ['application', 'PostFundingConfirmed', 'funding', 'FundingReserved', once],
  ['funding', 'FundingReserved', 'application', 'PostFunded', once],
  ['funding', 'FundingReserved', 'funding', 'PostFundingOpened', once],
  ['application', 'PostFunded', 'application', 'PostClosed', ({ fromPostId }) => fromPostId === undefined ? 0 : 1],
  ['application', 'Ast1Submitted', 'application', 'EvidenceIndexOpened', once],
  ['application', 'Ast1Submitted', 'application', 'RollJoined', once],
  ['application', 'Ast1Forwarded', 'application', 'CoveringLetterNoted', withLetter],
  ['application', 'Ast1Received', 'assessment', 'AssessmentOpened', once],
  ['assessment', 'AssessmentOpened', 'assessment', 'CandidateNoted', once],
  ['assessment', 'AssessmentBooked', 'application', 'Ast1Booked', once],
  ['assessment', 'AssessmentBooked', 'assessment', 'BookingNoted', once],
  /* No assessor declares an interest after the booking, and nobody who passes has another assessment open. */
  ['assessment', 'BookingNoted', 'assessment', 'DependenceNoted', never],
  ['assessment', 'InterestsDeclared', 'assessment', 'DependenceNoted', never],
  ['assessment', 'PassRecorded', 'assessment', 'PassNoted', once],
  ['assessment', 'PassNoted', 'assessment', 'AssessmentNotNeeded', never],
  ['assessment', 'AssessmentBooked', 'application', 'EvidenceDayNoted', once],
  ['assessment', 'AssessmentDecided', 'application', 'Ast1Decided', once],
  ['assessment', 'AssessmentDecided', 'application', 'AstNotMetNoted', notMet],
  ['assessment', 'AssessmentDecided', 'assessment', 'PassRecorded', met],
  ['assessment', 'AssessmentDecided', 'funding', 'AssessmentCostNoted', once],
  ['funding', 'AssessmentCostNoted', 'funding', 'AssessmentCostBooked', once],
  ['assessment', 'PassRecorded', 'application', 'AstPassNoted', once],
  ['application', 'Ast1Decided', 'application', 'EvidenceIndexClosed', once],
  ['application', 'Ast1Decided', 'application', 'RollJoined', met],
  ['application', 'Ast1Decided', 'application', 'RollLeft', notMet],
  ['assessment', 'Ast2Accepted', 'application', 'Ast2Noted', once],
  ['assessment', 'Ast2Accepted', 'application', 'AppointmentOpened', once],
  ['application', 'AppointmentYearBegun', 'application', 'OutreachBegun', once],
  ['assessment', 'Ast2Accepted', 'assessment', 'RegisterEntered', once],
  ['assessment', 'RegisterEntered', 'funding', 'PaymentStarted', once],
  ['funding', 'PaymentStarted', 'funding', 'ServiceNoted', ({ budgetId }) => budgetId === undefined ? 0 : 1],
  /* Nobody leaves a post in a year to come. */
  ['funding', 'PostFundingOpened', 'funding', 'ServiceNoted', never],
  ['funding', 'StreamBegun', 'funding', 'StreamPaid', ({ postIds }) => postIds?.length ?? 0],
  ['funding', 'StreamPaid', 'funding', 'StreamLineCounted', once],
  ['application', 'AtsAccepted', 'funding', 'FeePlanOpened', once],
  ['funding', 'FeePaid', 'application', 'AtsPlaceConfirmed', ({ first }) => first ? 1 : 0],
  ['application', 'AtsPlaceConfirmed', 'assessment', 'Enrolled', once],
  ['notification', 'AttendanceRecorded', 'assessment', 'ActivityCompleted', ofTimeline],
  ['assessment', 'StatusAwarded', 'assessment', 'AwardRecorded', once],
  ...['application', 'assessment', 'funding'].flatMap((producer) => [
    [producer, 'DeadlineSet', 'notification', 'RemindersPlanned', withReminders],
    [producer, 'DeadlineEnded', 'notification', 'RemindersStopped', ({ deadlineId }, { reminded }) => reminded.has(deadlineId) ? 1 : 0],
    [producer, 'Told', 'notification', 'MessageQueued', recipients],
  ]),
  ['notification', 'ReminderClaimed', 'notification', 'MessageQueued', recipients],
  ['notification', 'WebinarBooked', 'notification', 'MessageQueued', once],
  ['notification', 'BookingCancelled', 'notification', 'MessageQueued', once],
  ['notification', 'WebinarMoved', 'notification', 'MessageQueued', ({ bookings }) => bookings?.length ?? 0],
]

/** Events that no main line has, and why; that there is none of them is looked at as well. */
export const EXCUSED = {
  PositionGranted: 'everybody comes with the positions they keep',
  PositionEnded: 'everybody comes with the positions they keep',
  OrganisationAmended: 'no school changes its authority',
  Ast1HeadNamed: 'no head leaves while a form is under way',
  PostHeadNamed: 'no head leaves while a post is filled',
  AppointmentHeadNoted: 'no head leaves while a post is filled',
  DeadlinesReaddressed: 'no head leaves while a post is filled',
  EarlierPassEntered: 'nobody passed before the stories begin',
  CallIssued: 'no authority calls for applications',
  RollCalled: 'no authority calls for applications',
  HolidayAdded: 'no bank holiday is added while the stories are told',
  PlaceRefused: 'every authority stays below its caps',
  PostFundingTakenOver: 'no money of a vacated post is taken over',
  PostFundingRefused: 'every budget has the money',
  FundingRefused: 'every budget has the money',
  FundingReleased: 'no money is given back',
  PostClosed: 'no post is closed',
  PostFundingClosed: 'no post is closed',
  PostAmountSet: 'every post is for the whole time',
  PostVacated: 'nobody leaves a post',
  PaymentEnded: 'nobody leaves a post',
  AppointmentEnded: 'nobody leaves a post',
  ShareAgreed: 'no post is a group\'s',
  FundingSourceSettled: 'no post is paid for by another than at first',
  Ast1Withdrawn: 'no candidate withdraws',
  Ast1NotShortlisted: 'every candidate is shortlisted',
  Ast1Lapsed: 'no post is closed',
  Ast1Recognised: 'no candidate has passed before',
  AssessmentNotNeeded: 'no candidate has passed before',
  BookingReleased: 'no assessment is moved',
  ReviewRequested: 'nobody asks for a review',
  ReviewDecided: 'nobody asks for a review',
  OutreachSessionLogged: 'the story ends before the outreach of the year',
  OutreachSessionStruck: 'the story ends before the outreach of the year',
  OutreachEvaluated: 'the story ends before the outreach of the year',
  AtsWithdrawn: 'no participant withdraws',
  DeadlineRedated: 'no deadline is moved by a calendar',
  MessageResent: 'no operator sends a message again',
  WebinarCancelled: 'no webinar is cancelled',
}

const known = new Set(messageNames().values())

for (const name of [...CONSEQUENCES.flatMap(([, event, , result]) => [event, result]), ...Object.keys(EXCUSED)]) {
  if (!known.has(name)) {
    throw new Error(`there is no ${name}`)
  }
}
