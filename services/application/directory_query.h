#pragma once
/*
 * Who is who: organisations and people by what is known of them, and what ids stand for. E-mail addresses
 * find their person and are never told.
 */
#include "query.h"

/** Gives the questions the secret of the claims' keys, `digest_key`, borrowed for ever. */
void directory_query_use(struct bytes digest_key);

/**
 * Answers FindOrganisations with a CaseList: by URN, or by how the name begins, in the order of the names;
 * without either as ListCases. Source: GEN-5.
 */
void directory_query_organisations(struct query *q) NONNULL(1);

/**
 * Answers FindPeople likewise, each with the name; by number, address or name for those who see all, for
 * others FORBIDDEN. Source: GEN-5, GEN-6.
 */
void directory_query_people(struct query *q) NONNULL(1);

/** Answers GetHead: NOT_FOUND where there is no head, or the asker is not one of the school's own. Source: GEN-5. */
void directory_query_head(struct query *q) NONNULL(1);

/** Answers GetNames, to services alone (law 9). */
void directory_query_names(struct query *q) NONNULL(1);

/** Answers FindPersons, to services alone. Source: AST-T6. */
void directory_query_persons(struct query *q) NONNULL(1);
