#pragma once
/*
 * Answers as CSV (RFC 4180) for those who open them in a spreadsheet: UTF-8, comma, CRLF, a header. Sums are
 * pounds with two decimals; days are ISO 8601. Knows no messages but those it writes.
 */
#include "arena.h"
#include "attain/v1/statement.pb-c.h"
#include "attain/v1/statistics.pb-c.h"

/** The lines of `statement`, then its totals, as text in `arena`. Source: AST-F10. */
MUST_USE struct bytes csv_of_statement(const Pb__Statement *statement, struct arena *arena)
    NONNULL(1, 2);

/** The counts of `statistics`, those of cases and then those of deadlines, as text in `arena`. Source: GEN-8. */
MUST_USE struct bytes csv_of_statistics(const Pb__Statistics *statistics, struct arena *arena)
    NONNULL(1, 2);
