# Turns a file of named statements into a table of C. The file is blocks of
#
#     -- name: case_load
#     -- Comments on parameters, for the reader only.
#     select ... where id = any($1);
#
# Written to stdout: `const struct sql <stem>_sql[]`, ended by a NULL name; into the file `header`
# (set with -v): its declaration. The stem is the folder that holds sql/queries.sql: `common`,
# `funding`. A statement without a name, a name twice, or a name without a statement is an error.

function fail(why) {
    printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
    failed = 1
    exit 1
}

# The statement gathered so far becomes a row; its last semicolon goes.
function finish() {
    if (name == "") {
        return
    }
    sub(/[ \t\n]*;?[ \t\n]*$/, "", text)
    if (text == "") {
        fail("no statement under the name " name)
    }
    gsub(/\\/, "&&", text)
    gsub(/"/, "\\\"", text)
    gsub(/\n/, "\\n\"\n     \"", text)
    rows = rows "    {\"" name "\",\n     \"" text "\"},\n"
}

BEGIN {
    stem = header
    if (sub(/\/sql\/[^\/]*$/, "", stem) == 0) {
        print "sql2c.awk: -v header=<...>/<stem>/sql/<name>.sql.h is wanted" > "/dev/stderr"
        failed = 1
        exit 1
    }
    sub(/^.*\//, "", stem)
}

/^-- name:/ {
    finish()
    name = $3
    text = ""
    if (name !~ /^[a-z][a-z0-9_]*$/ || length(name) > 63 || NF != 3) {
        fail("a name is one word of a-z, 0-9 and _, at most 63 long")
    }
    if (name in seen) {
        fail("the name " name " stands twice")
    }
    seen[name] = 1
    next
}

/^[ \t]*(--.*)?$/ { next }

{
    if (name == "") {
        fail("a statement before the first name")
    }
    sub(/[ \t\r]+$/, "")
    text = (text == "") ? $0 : text "\n" $0
}

END {
    if (failed) {
        exit 1
    }
    finish()
    print "/* Generated from " FILENAME " by common/sql2c.awk. */"
    print "#include \"pg.h\"\n"
    print "extern const struct sql " stem "_sql[];"
    print "const struct sql " stem "_sql[] = {"
    printf "%s", rows
    print "    {NULL, NULL},\n};"

    print "#pragma once" > header
    print "/* Generated from " FILENAME " by common/sql2c.awk. */" > header
    print "#include \"pg.h\"\n" > header
    print "/** The named statements of " FILENAME ". */" > header
    print "extern const struct sql " stem "_sql[];" > header
}
