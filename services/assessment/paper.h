#pragma once
/*
 * Letters as pages of A4: the written decision, the feedback and the outcome of a review as PDF, and how many
 * sides they take. The same content gives the same bytes. Knows no database; what it says stands on the case,
 * but for the names, which application keeps. They take a line each, however long they are, so that a paper
 * measured before anybody asked for them takes no more sides than the one that goes out.
 */
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/review.pb-c.h"
#include "decision.h"

enum { PAPER_PAGES_MAX = 10 };

enum paper_kind { PAPER_DECISION, PAPER_FEEDBACK, PAPER_REVIEW };

/** Whom and what a paper is about; "" where nobody knows it any more. */
struct paper_names {
    const char *candidate;
    const char *school;      /* where the candidate teaches */
    const char *post;        /* that was applied for */
    const char *post_school; /* where that is */
};

/** What a paper says: an assessment as decided, or the review of one, under its edition, with the text sent. */
struct paper {
    enum paper_kind kind;
    const Pb__Assessment *assessment; /* NULL for a review */
    const Pb__Review *review;         /* NULL for an assessment */
    const struct edition *edition;
    struct paper_names names;
    const char *text;
    char *const *areas; /* codes of the standards that need further evidence */
    size_t area_count;
    int32_t sent_on;
    int32_t review_by_on; /* until when a review of a refusal can be asked for; 0 for none */
};

/**
 * Renders `paper` into `*ret_pdf`, in `arena`; returns how many sides of A4 it takes, counting on to
 * PAPER_PAGES_MAX + 1 and no further. Source: AST-S6.
 */
uint32_t paper_render(const struct paper *paper, struct arena *arena, struct bytes *ret_pdf)
    NONNULL(1, 2, 3);

/** What `paper` says, in `arena`, with an empty line between its pieces: the words that paper_render sets. Source: AST-S6. */
const char *paper_text(const struct paper *paper, struct arena *arena) NONNULL(1, 2);

/** Sides that the letter of a SendDecision takes, for the runner to tell the domain. Source: AST-S6. */
uint32_t paper_measure_decision(const struct given *given, struct arena *arena) NONNULL(1, 2);

/** Sides that the text of a SendFeedback takes. Source: AST-S6. */
uint32_t paper_measure_feedback(const struct given *given, struct arena *arena) NONNULL(1, 2);

/** Sides that the outcome of a DecideReview takes. Source: AST-R5. */
uint32_t paper_measure_review(const struct given *given, struct arena *arena) NONNULL(1, 2);
