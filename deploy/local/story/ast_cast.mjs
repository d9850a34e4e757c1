/** Who is in the story of an AST post: an authority, two schools, their people, three assessors. */

const SPINE = { nation: 'england', payArea: 'national', schoolType: 'maintained', phase: 'secondary' }

/** Registers everybody of story number `seed`; ids, and a client for each who acts. */
export const castAst = async (world, seed) => {
  const agency = await world.agency()
  const { admin } = world
  const mail = (name) => `${name}.${seed}@ast.example`
  const organisation = (body) => world.create(admin, 'organisations', body)
  const person = (name, words, positions, more = {}) =>
    world.create(admin, 'people', { name: words, email: mail(name), positions, ...more })

  const cast = { agency, la: await organisation({ kind: 'la', name: `Westshire ${seed}`, nation: 'england' }) }
  const [school, otherSchool] = await Promise.all(['Hilltop School', 'Riverside School'].map((name, index) =>
    organisation({ kind: 'school', name: `${name} ${seed}`, urn: String(100_000 + 2 * seed + index), laId: cast.la, ...SPINE })))
  Object.assign(cast, { school, otherSchool })

  const at = (organisationId, role) => [{ role, organisationId }]
  const people = {
    coordinator: ['Lee Coordinator', 'la_coordinator', cast.la],
    finance: ['Lou Finance', 'la_finance', cast.la],
    head: ['Helen Head', 'headteacher', school],
    otherHead: ['Owen Other', 'headteacher', otherSchool],
    candidate: ['Cora Candidate', 'candidate', school],
    second: ['Sam Second', 'candidate', otherSchool],
    assessor: ['Ann Assessor', 'assessor', undefined],
    stranger: ['Stan Secondary', 'assessor', undefined],
    friend: ['Fay Formerly', 'assessor', undefined],
  }
  await Promise.all(Object.entries(people).map(async ([name, [words, role, organisationId]], index) => {
    const trn = /candidate|second|head/i.test(name) ? { trn: String(1_000_000 + 10 * seed + index) } : {}
    const positions = name === 'friend' ? [...at(undefined, role), ...at(school, 'line_manager')] : at(organisationId, role)
    cast[name] = await person(name, words, positions, trn)
    cast[`as_${name}`] = await world.as(role, { person: cast[name], organisation: organisationId })
  }))
  cast.mail = mail
  return cast
}
