#pragma once
/*
 * From the rows of a sheet to commands, by the commands' descriptors alone: a column is called as the field
 * is in JSON, in any case and spacing ("School type" for schoolType), and a cell is read as people write
 * dates, sums, yes and no. In place of an id of ours a column may give the number by which a school or a
 * person is known; whom it means is for the caller to find out.
 */
#include "gateway/bulk/sheet.h"
#include "id.h"
#include "message.h"

/** A value for every line, for a field that no column gives. */
struct column_constant {
    const char *name; /* as in JSON */
    const char *value;
};

enum column_key { COLUMN_KEY_NONE, COLUMN_KEY_URN, COLUMN_KEY_TRN };

enum { COLUMN_KEYS_MAX = 500 }; /* of one file */

/** A number that stands for an id, and what was found out about it. */
struct column_number {
    enum column_key key;
    const char *text;
    struct id id;        /* whose it is; zero: nobody's */
    const char *problem; /* why it is nobody's, where the number itself is not the reason */
};

/** In order, each once. */
struct column_numbers {
    struct column_number *list;
    size_t count;
};

/**
 * The numbers that stand for ids in the columns of `sheet` when its lines are commands of `type`, in `arena`, with
 * no id yet. More than COLUMN_KEYS_MAX are told in `faults`. Source: OPS-4.
 */
void columns_numbers(const struct sheet *sheet, const struct message_type *type,
                     struct arena *arena, struct column_numbers *ret, struct sheet_faults *faults)
    NONNULL(1, 2, 3, 4, 5);

/** Whether the text of `number` has as many digits as its kind has, so that it is worth asking for. */
MUST_USE bool column_number_is_whole(const struct column_number *number) NONNULL(1);

/**
 * The encoded command of `type` for each row, in `arena`, with the ids that `numbers` found. Columns that the
 * command does not know or that come twice, missing ones that it needs, and every cell that cannot be read or means
 * nobody are told in `faults`; the result counts only when there are none. Source: OPS-4.
 */
MUST_USE struct bytes *columns_commands(const struct sheet *sheet, const struct message_type *type,
                                        const struct column_constant *constants, size_t count,
                                        const struct column_numbers *numbers, struct arena *arena,
                                        struct sheet_faults *faults) NONNULL(1, 2, 5, 6, 7);

/** What the column of the field `json` is called in the sheet; the field's own name where there is none. */
const char *columns_name(const struct sheet *sheet, const char *json) NONNULL(1, 2);
