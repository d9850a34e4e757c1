/** Who is in the story of a year towards Advanced Teacher Status: a college, its people, the judges. */

/** Registers everybody of story number `seed`; ids, and a client for each who acts. */
export const castAts = async (world, seed) => {
  const agency = await world.agency()
  const { admin } = world
  const mail = (name) => `${name}.${seed}@ats.example`
  const college = await world.create(admin, 'organisations', { kind: 'college', name: `Eastbrook College ${seed}` })
  const cast = { agency, college, mail }
  const people = {
    participant: ['Pat Participant', 'candidate', college, { setNumber: `SET${100_000 + seed}` }],
    latecomer: ['Liz Latecomer', 'candidate', college, { setNumber: `SET${500_000 + seed}` }],
    mentor: ['Mel Mentor', 'mentor', undefined, {}],
    reviewer: ['Ray Reviewer', 'reviewer', undefined, {}],
    moderator: ['Mo Moderator', 'lead_moderator', undefined, {}],
    panel: ['Pia Panel', 'viva_panel', undefined, {}],
  }
  await Promise.all(Object.entries(people).map(async ([name, [words, role, organisationId, more]]) => {
    cast[name] = await world.create(admin, 'people',
      { name: words, email: mail(name), positions: [{ role, organisationId }], ...more })
    cast[`as_${name}`] = await world.as(role, { person: cast[name], organisation: organisationId })
  }))
  return cast
}
