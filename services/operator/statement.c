/* Walks a table of statements: an operator's command asks for few of them. */
#include "operator/statement.h"

#include <string.h>

const char *statement_of(const struct sql *table, const char *name)
{
    for (; table->name != NULL; table++) {
        if (strcmp(table->name, name) == 0) {
            return table->text;
        }
    }
    require_failed(name, __FILE__, __LINE__, __func__);
}
