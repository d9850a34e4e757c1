/**
 * What follows from an event in another case, of another service or the same (services/README.md): producer,
 * event, consumer, the event that follows, and how many of it by what the first one says.
 */
import { messageNames } from './database.mjs'

const once = () => 1
const recipients = ({ recipients: list }) => list?.length ?? 0
const passes = ({ met }) => met ? 1 : 0
const ofTimeline = ({ applicationId, activity }) => applicationId !== undefined && (activity ?? '') !== '' ? 1 : 0

export const CONSEQUENCES = [
  ['application', 'PostFundingConfirmed', 'funding', 'FundingReserved', once],
  ['funding', 'FundingReserved', 'application', 'PostFunded', once],
  ['funding', 'FundingReserved', 'funding', 'PostFundingOpened', once],
  ['application', 'Ast1Received', 'assessment', 'AssessmentOpened', once],
  ['assessment', 'AssessmentBooked', 'application', 'Ast1Booked', once],
  ['assessment', 'AssessmentDecided', 'application', 'Ast1Decided', once],
  ['assessment', 'AssessmentDecided', 'assessment', 'PassRecorded', passes],
  ['assessment', 'Ast2Accepted', 'application', 'Ast2Noted', once],
  ['assessment', 'Ast2Accepted', 'assessment', 'RegisterEntered', once],
  ['assessment', 'RegisterEntered', 'funding', 'PaymentStarted', once],
  ['funding', 'StreamPaid', 'funding', 'StreamLineCounted', once],
  ['application', 'AtsAccepted', 'funding', 'FeePlanOpened', once],
  ['application', 'AtsPlaceConfirmed', 'assessment', 'Enrolled', once],
  ['notification', 'AttendanceRecorded', 'assessment', 'ActivityCompleted', ofTimeline],
  ['assessment', 'StatusAwarded', 'assessment', 'AwardRecorded', once],
  ...['application', 'assessment', 'funding'].flatMap((producer) => [
    [producer, 'DeadlineSet', 'notification', 'RemindersPlanned', ({ reminders }) => reminders?.length > 0 ? 1 : 0],
    [producer, 'Told', 'notification', 'MessageQueued', recipients],
  ]),
  ['notification', 'ReminderClaimed', 'notification', 'MessageQueued', recipients],
  ['notification', 'WebinarBooked', 'notification', 'MessageQueued', once],
]

const known = new Set(messageNames().values())

for (const [, event, , result] of CONSEQUENCES) {
  if (!known.has(event) || !known.has(result)) {
    throw new Error(`there is no ${known.has(event) ? result : event}`)
  }
}
