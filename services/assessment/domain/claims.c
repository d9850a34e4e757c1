/*
 * Keys of claims: digests over what is scarce, so that the table of claims tells nothing about anybody.
 */
#include "claims.h"

struct claim claims_on(enum assessment_claim kind, ProtobufCBinaryData first,
                       ProtobufCBinaryData second, int32_t on)
{
    const uint8_t day[] = {(uint8_t)((uint32_t)on >> 24), (uint8_t)((uint32_t)on >> 16),
                           (uint8_t)((uint32_t)on >> 8), (uint8_t)on};
    const uint8_t number = (uint8_t)kind;
    const struct bytes parts[] = {
        {&number, 1}, {first.data, first.len}, {second.data, second.len}, {day, sizeof(day)}};
    return (struct claim){.kind = (uint16_t)kind, .key = id_derive("claim", parts, COUNT(parts))};
}
