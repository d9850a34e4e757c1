/*
 * The fee of an ATS application: at once or in instalments, each with its day and reminders, each paid
 * once and whole; what nobody has loaded is named; the first payment says so.
 */
#include "funding/domain/fee_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "case_id.h"
#include "funding_given.h"

enum { INSTALMENTS = 6 };

static const char *const loaded_days[INSTALMENTS] = {"2022-11-01", "2022-12-01", "2023-01-03",
                                                     "2023-02-01", "2023-03-01", "2023-04-03"};

static int given_stage(void **state)
{
    static struct domain w;
    funding_start(&w, "2022-09-05");
    *state = &w;
    return 0;
}

/* With an overlay that gives the instalments of 2022 their days. */
static int given_days(void **state)
{
    given_stage(state);
    struct domain *w = *state;
    struct date *days = ARENA_ARRAY(&w->arena, INSTALMENTS, struct date);
    for (size_t i = 0; i < INSTALMENTS; i++) {
        days[i] = (struct date){domain_day(loaded_days[i])};
    }
    struct edition *ed = domain_change_edition(w, "ats-2022");
    ed->fee.instalment_cohort = 2022;
    ed->fee.instalment_on = days;
    ed->fee.instalment_on_count = INSTALMENTS;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const char *plan_name(struct domain *w, const char *application)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(case_id_fee_plan(domain_id(application)), text));
}

static const Pb__FeePlan *plan(struct domain *w)
{
    const Pb__FeePlan *self = (const Pb__FeePlan *)domain_state(w, plan_name(w, "application"));
    require(self != NULL);
    return self;
}

static void consume_accepted(struct domain *w, const char *application, bool in_instalments)
{
    Pb__AtsAccepted *body = DOMAIN_NEW(w, AtsAccepted, ats_accepted);
    body->application_id = domain_field(w, application);
    body->person_id = domain_field(w, "participant");
    body->cohort = 2022;
    body->pays_in_instalments = in_instalments;
    domain_consume(w, PB__SERVICE__APPLICATION, application, MSG_ATS_ACCEPTED, &body->base);
}

static void given_accepted(struct domain *w, const char *application, bool in_instalments)
{
    const struct edition *ed = editions_find(&w->editions, "ats-2022");
    require(ed != NULL);
    w->consumed_edition = ed->revision;
    consume_accepted(w, application, in_instalments);
    domain_accepted(w);
}

static Pb__RecordFeePayment *payment(struct domain *w, uint32_t ordinal, int64_t pence,
                                     const char *on)
{
    Pb__RecordFeePayment *body = DOMAIN_NEW(w, RecordFeePayment, record_fee_payment);
    body->ordinal = ordinal;
    body->amount = funding_money(w, pence);
    body->paid_on = domain_day(on);
    body->reference = arena_printf(&w->arena, "DDR 4711 %u", (unsigned int)ordinal);
    return body;
}

static void pay(struct domain *w, const Pb__RecordFeePayment *body)
{
    domain_send(w, plan_name(w, "application"), MSG_RECORD_FEE_PAYMENT, &body->base);
}

static const Pb__FeePaid *fee_paid(const struct domain *w)
{
    const Pb__FeePaid *event = (const Pb__FeePaid *)domain_event(w, MSG_FEE_PAID);
    require(event != NULL);
    return event;
}

static void ATS_A7__the_whole_fee_is_asked_for_at_once(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", false);
    assert_int_equal(plan(w)->n_instalments, 1);
    assert_int_equal(plan(w)->fee->pence, 77500);
    assert_int_equal(plan(w)->instalments[0]->amount->pence, 77500);
    assert_int_equal(plan(w)->instalments[0]->due_on, domain_day("2022-09-19"));
    assert_string_equal(plan(w)->missing, "");
    const char *name = plan_name(w, "application");
    assert_true(id_equal(domain_root(w, name), domain_id("application")));
    assert_string_equal(domain_edition(w, name), "ats-2022");
    const struct open_deadline *due = domain_deadline(w, name, "ATS-A7", "1");
    require(due != NULL);
    assert_int_equal(due->due_on.days, domain_day("2022-09-19"));
    const Pb__Told *told = domain_told(w, "fee-asked");
    require(told != NULL);
    assert_true(domain_tells(told, "participant", PB__ROLE__CANDIDATE));
    assert_string_equal(domain_fact(told, "fee"), "£775.00");
    assert_string_equal(domain_fact(told, "due-on"), "Monday 19 September 2022");
    assert_string_equal(domain_fact(told, "later"), "");
    pay(w, payment(w, 1, 77500, "2022-09-05"));
    domain_accepted(w);
    assert_true(fee_paid(w)->first);
    assert_string_equal(domain_state_name(w, name), "paid");
    assert_int_equal(domain_deadline_count(w, name), 0);
    assert_int_equal(funding_balance(w, "cash:fees"), 77500);
    assert_int_equal(funding_balance(w, "fees:2022:income"), -77500);
}

static void ATS_A7__instalments_add_up_and_each_has_its_day(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    assert_int_equal(plan(w)->n_instalments, 1 + INSTALMENTS);
    int64_t sum_pence = 0;
    const char *name = plan_name(w, "application");
    for (size_t i = 0; i < plan(w)->n_instalments; i++) {
        const Pb__Instalment *instalment = plan(w)->instalments[i];
        assert_int_equal(instalment->ordinal, i + 1);
        assert_int_equal(instalment->amount->pence, i == 0 ? 17500 : 10000);
        sum_pence += instalment->amount->pence;
        const struct open_deadline *due =
            domain_deadline(w, name, "ATS-A7", arena_printf(&w->arena, "%zu", i + 1));
        require(due != NULL);
        assert_int_equal(due->due_on.days, instalment->due_on);
        assert_int_equal(instalment->due_on,
                         domain_day(i == 0 ? "2022-09-19" : loaded_days[i - 1]));
    }
    assert_int_equal(sum_pence, plan(w)->fee->pence);
    assert_string_equal(plan(w)->missing, "");
    assert_string_equal(domain_fact(domain_told(w, "fee-asked"), "later"),
                        "6 payments of £100.00, from Tuesday 1 November 2022 to Monday 3 April "
                        "2023");
    const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)funding_last(w, MSG_DEADLINE_SET);
    require(set != NULL);
    assert_int_equal(set->n_reminders, 4);
    assert_non_null(strstr(set->arithmetic, "The day set for payment 7 of the fee of cohort 2022"));
}

static void ATS_A7__days_that_nobody_loaded_are_named(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    assert_non_null(strstr(plan(w)->missing, "The days of the 6 instalments of cohort 2022 are not "
                                             "loaded in edition ats-2022"));
    assert_int_equal(plan(w)->instalments[1]->due_on, 0);
    assert_int_equal(domain_deadline_count(w, plan_name(w, "application")), 1);
    assert_string_equal(domain_fact(domain_told(w, "fee-asked"), "later"),
                        "6 payments of £100.00; we will tell you their days");
}

static void ATS_A7__the_officer_gives_missing_days(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    const char *name = plan_name(w, "application");
    Pb__DateInstalments *body = DOMAIN_NEW(w, DateInstalments, date_instalments);
    *ARENA_PUSH(&w->arena, body->due_on, body->n_due_on) = domain_day("2022-11-01");
    domain_send(w, name, MSG_DATE_INSTALMENTS, &body->base);
    domain_refused_field(w, "dueOn");
    for (size_t i = 1; i < INSTALMENTS; i++) {
        *ARENA_PUSH(&w->arena, body->due_on, body->n_due_on) = domain_day(loaded_days[i]);
    }
    body->due_on[0] = domain_day("2022-09-05");
    body->due_on[2] = body->due_on[1];
    domain_send(w, name, MSG_DATE_INSTALMENTS, &body->base);
    domain_refused_field(w, "dueOn[0]");
    domain_refused_field(w, "dueOn[2]");
    body->due_on[0] = domain_day(loaded_days[0]);
    body->due_on[2] = domain_day(loaded_days[2]);
    domain_send(w, name, MSG_DATE_INSTALMENTS, &body->base);
    domain_accepted(w);
    assert_string_equal(plan(w)->missing, "");
    assert_int_equal(plan(w)->instalments[0]->due_on, domain_day("2022-09-19")); /* as it was */
    assert_int_equal(plan(w)->instalments[INSTALMENTS]->due_on, domain_day("2023-04-03"));
    assert_int_equal(domain_deadline_count(w, name), 1 + INSTALMENTS);
    assert_non_null(domain_told(w, "fee-instalment-days"));
    domain_send(w, name, MSG_DATE_INSTALMENTS, &body->base);
    domain_refused(w, "ATS-A7", "dated-already");
    body->n_due_on = 1; /* is not looked into */
    domain_send(w, name, MSG_DATE_INSTALMENTS, &body->base);
    domain_refused(w, "ATS-A7", "dated-already");
    assert_int_equal(w->answer.refusal->n_errors, 0);
}

static void ATS_A7__each_instalment_is_paid_once_and_whole(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    pay(w, payment(w, 1, 17499, "2022-09-05"));
    domain_refused_field(w, "amount");
    domain_refused_with(w, "exactly £175.00");
    pay(w, payment(w, 8, 10000, "2022-09-05"));
    domain_refused_field(w, "ordinal");
    pay(w, payment(w, 1, 17500, "2022-09-06"));
    domain_refused_field(w, "paidOn");
    Pb__RecordFeePayment *body = payment(w, 1, 17500, "2022-09-05");
    body->reference = arena_strdup(&w->arena, "  ");
    pay(w, body);
    domain_refused_field(w, "reference");
    pay(w, payment(w, 1, 17500, "2022-09-05"));
    domain_accepted(w);
    pay(w, payment(w, 1, 17500, "2022-09-05"));
    domain_refused(w, "ATS-A7", "instalment-paid");
    assert_int_equal(funding_balance(w, "cash:fees"), 17500);
}

static void ATS_A7__the_first_payment_says_so_and_the_last_closes_the_plan(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    const char *name = plan_name(w, "application");
    pay(w, payment(w, 1, 17500, "2022-09-05"));
    domain_accepted(w);
    assert_true(fee_paid(w)->first);
    assert_true(id_equal(field_id(fee_paid(w)->application_id), domain_id("application")));
    assert_string_equal(domain_fact(domain_told(w, "fee-received"), "outstanding"), "£600.00");
    assert_null(domain_deadline(w, name, "ATS-A7", "1"));
    for (uint32_t ordinal = 2; ordinal <= 1 + INSTALMENTS; ordinal++) {
        assert_string_equal(domain_state_name(w, name), "open");
        domain_on(w, loaded_days[ordinal - 2]);
        pay(w, payment(w, ordinal, 10000, loaded_days[ordinal - 2]));
        domain_accepted(w);
        assert_false(fee_paid(w)->first);
    }
    assert_string_equal(domain_state_name(w, name), "paid");
    assert_int_equal(plan(w)->paid->pence, 77500);
    assert_int_equal(domain_deadline_count(w, name), 0);
    assert_int_equal(funding_balance(w, "cash:fees"), 77500);
    assert_string_equal(domain_fact(domain_told(w, "fee-received"), "outstanding"), "£0.00");
    pay(w, payment(w, 7, 10000, "2023-04-03"));
    domain_refused(w, "ATS-A7", "paid-already");
    assert_int_equal(w->answer.refusal->n_errors, 0);
}

static void ATS_A7__an_instalment_not_paid_passes_its_day_and_stays_open(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    domain_on(w, "2022-09-20");
    const struct open_deadline *first =
        domain_deadline(w, plan_name(w, "application"), "ATS-A7", "1");
    require(first != NULL);
    assert_true(first->passed);
    pay(w, payment(w, 1, 17500, "2022-09-20"));
    domain_accepted(w);
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    require(ended != NULL);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET_LATE);
}

static void ATS_A7__a_bank_reference_is_booked_to_one_application(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", false);
    given_accepted(w, "other", false);
    pay(w, payment(w, 1, 77500, "2022-09-05"));
    domain_accepted(w);
    Pb__RecordFeePayment *body = payment(w, 1, 77500, "2022-09-05");
    domain_send(w, plan_name(w, "other"), MSG_RECORD_FEE_PAYMENT, &body->base);
    domain_refused(w, "ATS-A7", "reference-used");
    domain_on(w, "2022-09-06");
    body = payment(w, 1, 77500, "2022-09-06");
    domain_send(w, plan_name(w, "other"), MSG_RECORD_FEE_PAYMENT, &body->base);
    domain_accepted(w);
}

static void ATS_A7__accepted_twice_is_asked_once_and_without_a_fee_it_is_parked(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", false);
    given_accepted(w, "application", true);
    assert_int_equal(plan(w)->n_instalments, 1);
    assert_int_equal(funding_count(w, MSG_FEE_PLAN_OPENED), 1);
    w->consumed_edition = "ats-2099@0123456789abcdef";
    consume_accepted(w, "unknown", false);
    domain_refused(w, "ATS-A7", "fee-missing");
    domain_refused_with(w, "ats-2099");
}

static void ATS_P9__a_withdrawal_cancels_what_is_not_paid(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    pay(w, payment(w, 1, 17500, "2022-09-05"));
    Pb__AtsWithdrawn *body = DOMAIN_NEW(w, AtsWithdrawn, ats_withdrawn);
    body->application_id = domain_field(w, "application");
    domain_consume(w, PB__SERVICE__APPLICATION, "application", MSG_ATS_WITHDRAWN, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, plan_name(w, "application")), "cancelled");
    assert_int_equal(domain_deadline_count(w, plan_name(w, "application")), 0);
    pay(w, payment(w, 2, 10000, "2022-09-05"));
    domain_refused(w, "ATS-P9", "cancelled");
    body->application_id = domain_field(w, "never accepted");
    domain_consume(w, PB__SERVICE__APPLICATION, "never accepted", MSG_ATS_WITHDRAWN, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, plan_name(w, "never accepted")), "none");
}

static void ATS_A7__days_are_of_the_cohort_for_which_they_were_loaded(void **state)
{
    struct domain *w = *state;
    domain_change_edition(w, "ats-2022")->fee.instalment_cohort = 2023;
    given_accepted(w, "application", true);
    assert_int_equal(plan(w)->instalments[1]->due_on, 0);
}

static void ATS_A7__a_cohort_without_a_year_has_no_days(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    Pb__AtsAccepted *body = DOMAIN_NEW(w, AtsAccepted, ats_accepted);
    body->application_id = domain_field(w, "no cohort");
    body->person_id = domain_field(w, "participant");
    body->pays_in_instalments = true;
    domain_consume(w, PB__SERVICE__APPLICATION, "no cohort", MSG_ATS_ACCEPTED, &body->base);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, plan_name(w, "no cohort")), 1);
}

static void ATS_A7__one_later_payment_is_told_of_too(void **state)
{
    struct domain *w = *state;
    domain_change_edition(w, "ats-2022")->fee.instalments = 1;
    given_accepted(w, "application", true);
    assert_non_null(strstr(domain_fact(domain_told(w, "fee-asked"), "later"), "of £100.00"));
}

static void ATS_A7__only_an_edition_with_a_fee_asks_for_one(void **state)
{
    struct domain *w = *state;
    w->consumed_edition = NULL;
    consume_accepted(w, "application", false);
    domain_refused_with(w, "edition (none named)");
    w->consumed_edition = editions_find(&w->editions, "ast-2013")->revision;
    consume_accepted(w, "application", false);
    domain_refused(w, "ATS-A7", "fee-missing");
    domain_change_edition(w, "ats-2022")->fee.total_pence = 0;
    w->consumed_edition = editions_find(&w->editions, "ats-2022")->revision;
    consume_accepted(w, "application", false);
    domain_refused(w, "ATS-A7", "fee-missing");
}

static Pb__DateInstalments *days_body(struct domain *w, size_t count)
{
    Pb__DateInstalments *body = DOMAIN_NEW(w, DateInstalments, date_instalments);
    for (size_t i = 0; i < count; i++) {
        *ARENA_PUSH(&w->arena, body->due_on, body->n_due_on) =
            i < INSTALMENTS ? domain_day(loaded_days[i]) : domain_day("2023-05-02") + (int)i;
    }
    return body;
}

static void ATS_A7__days_are_given_for_each_later_instalment_that_is_open(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    const char *name = plan_name(w, "application");
    static const size_t wrong[] = {INSTALMENTS - 1, INSTALMENTS + 1, INSTALMENTS + 2};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        domain_send(w, name, MSG_DATE_INSTALMENTS, &days_body(w, wrong[i])->base);
        domain_refused_only(w, "dueOn");
        domain_refused_with(w, "Give 6 days");
    }
    pay(w, payment(w, 2, 10000, "2022-09-05")); /* early, before it has a day */
    domain_accepted(w);
    domain_send(w, name, MSG_DATE_INSTALMENTS, &days_body(w, INSTALMENTS)->base);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, name), INSTALMENTS);
    assert_null(domain_deadline(w, name, "ATS-A7", "2"));
    assert_string_equal(domain_fact(domain_told(w, "fee-instalment-days"), "cohort"), "2022");
}

static void ATS_A7__days_need_the_edition_that_asked(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    const Pb__DateInstalments *body = days_body(w, INSTALMENTS);
    const struct world world = {.today = instant_date(w->now_us)};
    const struct command command = {.type = MSG_DATE_INSTALMENTS, .body = &body->base};
    const struct given given = {.state = &plan(w)->base, .command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w->arena, &given);
    fee_plan_date(&given, &d);
    require(d.refusal != NULL);
    assert_string_equal(d.refusal->code, "edition-missing");
}

static void ATS_A7__each_field_of_a_payment_is_named(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", true);
    given_accepted(w, "other", false);
    Pb__RecordFeePayment *body = payment(w, 1, 17500, "1970-01-01");
    pay(w, body);
    domain_refused_only(w, "paidOn");
    domain_refused_with(w, "Say on which day");
    pay(w, payment(w, 1, 17500, "2022-09-05"));
    domain_accepted(w);
    pay(w, payment(w, 1, 17500, "2022-09-05"));
    domain_refused_with(w, "Payment 1 was received on Monday 5 September 2022 already");
    domain_refused_only(w, "ordinal");
    body = payment(w, 1, 77500, "2022-09-05");
    domain_send(w, plan_name(w, "other"), MSG_RECORD_FEE_PAYMENT, &body->base);
    domain_refused_only(w, "reference");
}

static void ATS_P9__a_withdrawal_after_the_whole_fee_changes_nothing(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", false);
    pay(w, payment(w, 1, 77500, "2022-09-05"));
    Pb__AtsWithdrawn *body = DOMAIN_NEW(w, AtsWithdrawn, ats_withdrawn);
    body->application_id = domain_field(w, "application");
    domain_consume(w, PB__SERVICE__APPLICATION, "application", MSG_ATS_WITHDRAWN, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, plan_name(w, "application")), "paid");
}

static void GEN_6__only_the_funding_officer_books_fees(void **state)
{
    struct domain *w = *state;
    given_accepted(w, "application", false);
    domain_as(w, PB__ROLE__CANDIDATE, "participant", NULL);
    pay(w, payment(w, 1, 77500, "2022-09-05"));
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    struct case_index index = domain_index(w, plan_name(w, "application"));
    assert_true(id_equal(index.person_ids[0], domain_id("participant")));
    assert_string_equal(index.label, "ATS fee 2022");
}

static void ATS_A7__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&fee_plan_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name, given) cmocka_unit_test_setup_teardown(name, given, stop)
    const struct CMUnitTest tests[] = {
        TEST(ATS_A7__the_whole_fee_is_asked_for_at_once, given_stage),
        TEST(ATS_A7__instalments_add_up_and_each_has_its_day, given_days),
        TEST(ATS_A7__days_that_nobody_loaded_are_named, given_stage),
        TEST(ATS_A7__the_officer_gives_missing_days, given_stage),
        TEST(ATS_A7__each_instalment_is_paid_once_and_whole, given_days),
        TEST(ATS_A7__the_first_payment_says_so_and_the_last_closes_the_plan, given_days),
        TEST(ATS_A7__an_instalment_not_paid_passes_its_day_and_stays_open, given_days),
        TEST(ATS_A7__a_bank_reference_is_booked_to_one_application, given_stage),
        TEST(ATS_A7__accepted_twice_is_asked_once_and_without_a_fee_it_is_parked, given_stage),
        TEST(ATS_P9__a_withdrawal_cancels_what_is_not_paid, given_days),
        TEST(ATS_A7__days_are_of_the_cohort_for_which_they_were_loaded, given_days),
        TEST(ATS_A7__a_cohort_without_a_year_has_no_days, given_stage),
        TEST(ATS_A7__one_later_payment_is_told_of_too, given_stage),
        TEST(ATS_A7__only_an_edition_with_a_fee_asks_for_one, given_stage),
        TEST(ATS_A7__days_are_given_for_each_later_instalment_that_is_open, given_stage),
        TEST(ATS_A7__days_need_the_edition_that_asked, given_stage),
        TEST(ATS_A7__each_field_of_a_payment_is_named, given_stage),
        TEST(ATS_P9__a_withdrawal_after_the_whole_fee_changes_nothing, given_stage),
        TEST(GEN_6__only_the_funding_officer_books_fees, given_stage),
        TEST(ATS_A7__the_table_is_sound, given_stage),
    };
    return cmocka_run_group_tests_name("fee_plan", tests, NULL, NULL);
}
