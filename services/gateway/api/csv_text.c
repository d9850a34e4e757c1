/* Room doubles, so that a long text is copied a few times and not once a cell. */
#include "gateway/api/csv_text.h"

#include <string.h>

enum { ROOM_FIRST_BYTES = 4096 };

void csv_text_put(struct csv_text *text, const char *more, size_t len)
{
    if (text->len + len > text->room) {
        size_t room = 2 * (text->len + len) + ROOM_FIRST_BYTES;
        char *larger = arena_alloc(text->arena, room);

        if (text->len > 0) {
            memcpy(larger, text->text, text->len);
        }
        text->text = larger;
        text->room = room;
    }
    if (len > 0) {
        memcpy(text->text + text->len, more, len);
    }
    text->len += len;
}

const char *csv_text_harmless(const char *cell, struct arena *arena)
{
    return cell[0] != '\0' && strchr("=+-@\t\r", cell[0]) != NULL ? arena_printf(arena, "'%s", cell)
                                                                  : cell;
}
