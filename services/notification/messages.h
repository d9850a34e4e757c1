#pragma once
/* Answers what was and will be sent about a case (OPS-3). */
#include "query.h"

/** Answers ListMessages: one page of a case's or a root's messages, newest first. */
void messages_ask(struct query *q) NONNULL(1);
