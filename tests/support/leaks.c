/*
 * What the leak checker of the sanitized build is told: fontconfig keeps what it has read of the fonts until
 * the process ends, and gives it back to nobody. Nothing of ours is listed here.
 */
const char *__lsan_default_suppressions(void); /* NOLINT: the sanitizer's own name */

const char *__lsan_default_suppressions(void) /* NOLINT */
{
    return "leak:libfontconfig\n";
}
