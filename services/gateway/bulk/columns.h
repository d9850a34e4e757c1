#pragma once
/*
 * From the rows of a sheet to commands, by the commands' descriptors alone: a column is called as the field
 * is in JSON, in any case and spacing ("School type" for schoolType), and a cell is read as people write
 * dates, sums, yes and no.
 */
#include "gateway/bulk/sheet.h"
#include "message.h"

/** A value for every line, for a field that no column gives. */
struct column_constant {
    const char *name; /* as in JSON */
    const char *value;
};

/**
 * The encoded command of `type` for each row, in `arena`. Columns that the command does not know or that
 * come twice, missing ones that it needs, and every cell that cannot be read are told in `faults`; the
 * result counts only when there are none. Source: OPS-4.
 */
MUST_USE struct bytes *columns_commands(const struct sheet *sheet, const struct message_type *type,
                                        const struct column_constant *constants, size_t count,
                                        struct arena *arena, struct sheet_faults *faults)
    NONNULL(1, 2, 5, 6);

/** What the column of the field `json` is called in the sheet; the field's own name where there is none. */
const char *columns_name(const struct sheet *sheet, const char *json) NONNULL(1, 2);
