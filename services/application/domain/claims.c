/*
 * Keys of claims. Every key is a digest under the service's own key: who reads the table of claims can
 * neither see a number or an address in it nor find one by trying them all. Two spellings of one thing
 * give one key.
 */
#include "claims.h"

#include <ctype.h>
#include <string.h>

enum { TEXT_MAX_BYTES = 320 };

static struct claim keyed(enum claim_kind kind, struct bytes digest_key, struct bytes what)
{
    const uint8_t number = (uint8_t)kind;
    const struct hash digest = hash_keyed(digest_key, what);
    const struct bytes parts[] = {{&number, 1}, {digest.b, sizeof(digest.b)}};
    return (struct claim){.kind = (uint16_t)kind, .key = id_derive("claim", parts, COUNT(parts))};
}

size_t claims_text(enum claim_kind kind, const char *text, struct bytes digest_key,
                   struct claim *ret)
{
    char folded[TEXT_MAX_BYTES];
    size_t len = 0; /* up to the last that is no blank */
    text += strspn(text, " ");
    for (size_t i = 0; text[i] != '\0' && i < sizeof(folded); i++) {
        folded[i] = (char)tolower((unsigned char)text[i]);
        if (text[i] != ' ') {
            len = i + 1;
        }
    }
    if (len == 0) {
        return 0;
    }
    *ret = keyed(kind, digest_key, (struct bytes){(const uint8_t *)folded, len});
    return 1;
}

struct claim claims_ast1(struct id person_id, struct id post_id, struct bytes digest_key)
{
    const struct id both[] = {person_id, post_id};
    return keyed(CLAIM_AST1, digest_key, (struct bytes){(const uint8_t *)both, sizeof(both)});
}

struct claim claims_ats(struct id person_id, int32_t cohort, struct bytes digest_key)
{
    uint8_t both[sizeof(person_id.b) + 4];
    memcpy(both, person_id.b, sizeof(person_id.b));
    for (int i = 0; i < 4; i++) {
        both[sizeof(person_id.b) + (size_t)i] = (uint8_t)((uint32_t)cohort >> (24 - 8 * i));
    }
    return keyed(CLAIM_ATS, digest_key, (struct bytes){both, sizeof(both)});
}
