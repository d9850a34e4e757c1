#pragma once
/*
 * Brings one service's schema up to date: its roles, then its numbered SQL files, forward only. Blocks;
 * for the operator's command and for tests, never for a running service. Knows nothing of what the
 * files say.
 *
 * Design notes
 * - Roles `attain_<service>_owner` (cannot log in; owns the schema and all in it), `attain_<service>`
 *   (writes) and `attain_<service>_read`; schema `<service>`. Making them again changes nothing.
 * - Files are NNNN_verb_noun.sql, numbered from 0001 without a gap, first those of
 *   common/sql/migrations, then those of services/<service>/sql/migrations. Each runs as the owner, in a
 *   transaction of its own, with the schema as its search path, and is recorded there with its SHA-256
 *   in the table `migration`. It may not begin or end transactions.
 * - In a file :owner, :writer, :reader and :schema stand for the names above. Both logins may use the
 *   schema; every other grant is written in the files.
 * - Refused, with nothing of that file done: a recorded file that has changed or is missing, a gap, a
 *   number twice, a name of another form. Two runs at once wait for each other.
 */
#include "arena.h"

struct migrate_plan {
    const char *conninfo; /* of an operator who may make roles and schemas in that database */
    const char *service;  /* a-z and _ */
    const char *folder;   /* that holds common/ and services/; NULL is the working directory */
};

/**
 * Makes roles and schema and applies what is not yet applied; `*ret_applied` files were.
 * On failure `*ret_why` is one sentence in `arena` naming the file; files before it stay applied.
 * Errors: E_CONFIG when a file or the plan is refused, E_PG_DOWN without a connection, otherwise the
 * server's failure.
 */
MUST_USE int migrate_run(const struct migrate_plan *plan, struct arena *arena, int *ret_applied,
                         const char **ret_why) NONNULL(1, 2, 3, 4);
