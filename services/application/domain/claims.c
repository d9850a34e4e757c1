/*
 * Keys of claims. A key is derived from the text and tells it to nobody who reads it; two spellings of
 * one thing give one key.
 */
#include "claims.h"

#include <ctype.h>
#include <string.h>

enum { TEXT_MAX_BYTES = 320 };

size_t claims_text(enum claim_kind kind, const char *text, struct claim *ret)
{
    char folded[TEXT_MAX_BYTES];
    size_t len = 0;
    text += strspn(text, " ");
    for (const char *c = text; *c != '\0' && len < sizeof(folded); c++) {
        folded[len++] = (char)tolower((unsigned char)*c);
    }
    while (len > 0 && folded[len - 1] == ' ') {
        len--;
    }
    if (len == 0) {
        return 0;
    }
    uint8_t number = (uint8_t)kind;
    const struct bytes parts[] = {{&number, 1}, {(const uint8_t *)folded, len}};
    *ret = (struct claim){.kind = (uint16_t)kind, .key = id_derive("claim", parts, COUNT(parts))};
    return 1;
}
