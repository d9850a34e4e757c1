#pragma once
/* Answers who is to be written to and where (law 9); asked by notification alone. */
#include "query.h"

/** Answers GetContacts: one contact for each recipient, in order, empty where nobody holds the role; then what
 *  each of the matters is called and what stands in each of the records, likewise. */
void contacts_ask(struct query *q) NONNULL(1);
