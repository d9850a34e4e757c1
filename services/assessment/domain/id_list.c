/* Adding to lists of ids. */
#include "id_list.h"

static bool is_among(ProtobufCBinaryData id, const ProtobufCBinaryData *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (id_equal(field_id(list[i]), field_id(id))) {
            return true;
        }
    }
    return false;
}

void id_list_add(ProtobufCBinaryData **list, size_t *count, size_t most, ProtobufCBinaryData id,
                 struct arena *arena)
{
    if (is_among(id, *list, *count)) {
        return;
    }
    /* A list of its own: the one folded so far is not ours to grow. */
    ProtobufCBinaryData *ids = ARENA_ARRAY(arena, *count + 1, ProtobufCBinaryData);
    size_t kept = 0;
    for (size_t i = *count < most ? 0 : 1; i < *count; i++) {
        ids[kept++] = (*list)[i];
    }
    ids[kept++] = id;
    *list = ids;
    *count = kept;
}
