const MEETINGS = [
  ['opening', '08:45', 15], ['evidence', '09:00', 60], ['lesson', '10:00', 60], ['lesson', '11:15', 60],
  ['candidate', '12:30', 45], ['head', '13:15', 30], ['staff', '13:45', 30], ['pupils', '14:15', 20],
  ['parents', '14:40', 20], ['gap-check', '15:00', 30], ['feedback', '15:30', 20],
]
const LESSONS = [{ subject: 'mathematics', keyStage: 3, ability: 'higher' }, { subject: 'mathematics', keyStage: 4, ability: 'mixed' }]

/** The programme of an assessment day with every meeting (AST-S3), agreed on `agreedOn`. */
export const programme = (agreedOn) => {
  let lesson = 0
  return {
    meetings: MEETINGS.map(([meeting, starts, minutes]) => ({
      meeting, starts, minutes, ...(meeting === 'lesson' ? LESSONS[lesson++] : {}), ...(meeting === 'pupils' ? { people: 6 } : {}),
    })),
    agreedOn,
  }
}
