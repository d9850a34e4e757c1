#pragma once
/*
 * A CSV file as people and spreadsheets write it, made into rows of clean UTF-8 cells: UTF-8, UTF-16 or
 * Windows-1252; commas, semicolons or tabs; a byte order mark, `sep=;`, `="00123"` and the rest of a
 * spreadsheet's leavings. Knows nothing of what the columns mean.
 */
#include "arena.h"

enum { SHEET_ROWS_MAX = 10000, SHEET_COLUMNS_MAX = 64, SHEET_CELL_MAX_BYTES = 8192 };

enum { SHEET_FAULTS_MAX = 1000 }; /* told of one file */

struct sheet_row {
    size_t line; /* as a spreadsheet numbers it; the header is 1 */
    const char **cells;
    size_t count;
};

struct sheet {
    struct sheet_row header;
    struct sheet_row *rows; /* without blank ones */
    size_t row_count;
    char delimiter;
};

/** One thing that is wrong; `column` is "" for a whole line. */
struct sheet_fault {
    size_t line;
    const char *column;
    const char *problem;
};

/** In the order of lines, at most SHEET_FAULTS_MAX of them. */
struct sheet_faults {
    struct sheet_fault *list;
    size_t count;
    bool more; /* there are others, which are not told */
};

/**
 * Reads `text` into `arena`. What cannot be read is told in `faults`; `ret` is whole only when there are
 * none. Source: OPS-4.
 */
void sheet_read(struct bytes text, struct arena *arena, struct sheet *ret,
                struct sheet_faults *faults) NONNULL(2, 3, 4);

/** Adds a fault, in `arena`; of a line that is no earlier than that of the last one. */
void sheet_fault(struct sheet_faults *faults, struct arena *arena, size_t line, const char *column,
                 const char *problem) NONNULL(1, 2, 4, 5);

/**
 * The file again, as UTF-8 with a byte order mark and with a last column `error`, behind the widest line, that holds
 * what is wrong with each line; in `arena`. A cell that a spreadsheet would take for a formula has an apostrophe
 * before it, which sheet_read() takes away.
 */
MUST_USE struct bytes sheet_with_errors(const struct sheet *sheet,
                                        const struct sheet_faults *faults, struct arena *arena)
    NONNULL(1, 2, 3);
