#pragma once
/* Answers what was and will be sent about a case (OPS-3). */
#include "notification/letter.h"
#include "query.h"

/** Answers ListMessages: one page of a case's or a root's messages, newest first. */
void messages_ask(struct query *q) NONNULL(1);

/** Says with what wording texts are composed: `office`, which is borrowed for ever. To be called before the first
 *  question. */
void messages_of_office(const struct letter_office *office) NONNULL(1);

/** Answers GetMessageText: what the message says, to the recipient's role in place of the name. */
void messages_ask_text(struct query *q) NONNULL(1);
