/*
 * One derivation a kind of case. The parts are fixed for ever: stored cases are found by them.
 */
#include "case_id.h"

#include <stdio.h>

static struct bytes bytes_of(const struct id *id)
{
    return (struct bytes){id->b, sizeof(id->b)};
}

struct id case_id_budget(struct id la_id, int year, int source)
{
    char digits[24]; /* six for any year and source that a budget can have */
    const int len = snprintf(digits, sizeof(digits), "%04d%02d", year, source);
    require(len > 0);
    const struct bytes parts[] = {bytes_of(&la_id), {(const uint8_t *)digits, (size_t)len}};
    return id_derive("budget", parts, COUNT(parts));
}

struct id case_id_la_policy(struct id la_id)
{
    const struct bytes parts[] = {bytes_of(&la_id)};
    return id_is_zero(la_id) ? la_id : id_derive("la-policy", parts, COUNT(parts));
}

struct id case_id_post_funding(struct id post_id)
{
    const struct bytes parts[] = {bytes_of(&post_id)};
    return id_derive("post-funding", parts, COUNT(parts));
}

struct id case_id_stream_run(struct id budget_id, int stream)
{
    require(stream >= 0 && stream <= 9);
    const uint8_t digit = (uint8_t)('0' + stream);
    const struct bytes parts[] = {bytes_of(&budget_id), {&digit, 1}};
    return id_derive("stream-run", parts, COUNT(parts));
}

struct id case_id_fee_plan(struct id application_id)
{
    const struct bytes parts[] = {bytes_of(&application_id)};
    return id_derive("fee-plan", parts, COUNT(parts));
}

struct id case_id_national_contract(void)
{
    static const uint8_t scheme[] = {'a', 's', 't'};
    const struct bytes parts[] = {{scheme, sizeof(scheme)}};
    return id_derive("national-contract", parts, COUNT(parts));
}

struct id case_id_assessment_cost(struct id assessment_id)
{
    const struct bytes parts[] = {bytes_of(&assessment_id)};
    return id_derive("assessment-cost", parts, COUNT(parts));
}

struct id case_id_group_post(struct id post_id)
{
    const struct bytes parts[] = {bytes_of(&post_id)};
    return id_derive("group-post-known", parts, COUNT(parts));
}
