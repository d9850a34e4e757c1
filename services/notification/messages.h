#pragma once
/* Answers what was and will be sent about a case (OPS-3). */
#include "notification/letter.h"
#include "process.h"

/** Answers ListMessages: one page of a case's or a root's messages, newest first. */
void messages_ask(struct query *q) NONNULL(1);

/** Says with what wording texts are composed: `office`, and of whose peers is asked what no event holds: `process`; both
 *  are borrowed for ever. To be called before the first question. */
void messages_of_office(const struct letter_office *office, struct process *process) NONNULL(1, 2);

/** Answers GetMessageText: what the message says, to the recipient's role in place of the name; with the post or request
 *  that it is about and the records that it quotes, which are asked of application: NOT_ACTIVE while that is away. */
void messages_ask_text(struct query *q) NONNULL(1);
