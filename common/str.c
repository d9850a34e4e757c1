/* Digit by digit, with the bound looked at before each step, so that nothing can overflow. */
#include "str.h"

#include "err.h"

int str_u64(const char *text, uint64_t max, uint64_t *ret, const char **ret_end)
{
    const char *at = text;
    uint64_t number = 0;

    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');

        if (digit > max || number > (max - digit) / 10) {
            return E_PARSE;
        }
        number = number * 10 + digit;
    }
    if (at == text) {
        return E_PARSE;
    }
    *ret = number;
    *ret_end = at;
    return 0;
}

int str_u64_whole(const char *text, uint64_t max, uint64_t *ret)
{
    const char *end;
    uint64_t number;
    int err = str_u64(text, max, &number, &end);

    if (err != 0 || *end != '\0') {
        return E_PARSE;
    }
    *ret = number;
    return 0;
}
