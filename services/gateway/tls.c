/*
 * A file is read whole or not at all: part of a chain of certificates is a chain that does not hold.
 */
#include "gateway/tls.h"

#include <stdio.h>

#include "err.h"

static const char *fault(const char *setting, const char *problem)
{
    (void)fprintf(stderr, "%s: %s\n", setting, problem);
    return NULL;
}

/* The text of the file at `path`, or NULL; told as a fault of `setting`. */
static const char *text_of(const char *setting, const char *path, struct arena *arena)
{
    char *text = arena_alloc(arena, TLS_FILE_MAX_BYTES + 1);
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return fault(setting, "the file cannot be opened");
    }
    size_t len = fread(text, 1, TLS_FILE_MAX_BYTES + 1, file);
    bool failed = ferror(file) != 0;

    (void)fclose(file);
    if (failed || len == 0) {
        return fault(setting, "the file cannot be read, or is empty");
    }
    if (len > TLS_FILE_MAX_BYTES) {
        return fault(setting, "the file is larger than 64 KiB");
    }
    return text;
}

int tls_read(const char *certificate, const char *key, struct arena *arena, struct http_config *ret)
{
    const bool wanted = certificate[0] != '\0';

    if (wanted != (key[0] != '\0')) {
        (void)fault(wanted ? "ATTAIN_TLS_KEY" : "ATTAIN_TLS_CERT",
                    "must be set as well; a certificate and its key go together");
        return E_CONFIG;
    }
    if (!wanted) {
        return 0;
    }
    const char *certificate_pem = text_of("ATTAIN_TLS_CERT", certificate, arena);
    const char *key_pem = text_of("ATTAIN_TLS_KEY", key, arena);

    if (certificate_pem == NULL || key_pem == NULL) {
        return E_CONFIG;
    }
    ret->certificate_pem = certificate_pem;
    ret->key_pem = key_pem;
    return 0;
}
