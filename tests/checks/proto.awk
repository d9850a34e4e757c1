# Lists a descriptor set, given as protobuf text, one line a message number, field or enum value:
#   field attain.v1.Budget la_id 1 LABEL_OPTIONAL TYPE_BYTES
#   number attain.v1.SetBudget 3101
#   value attain.v1.Role CANDIDATE 1
# What stands in tests/golden/proto.txt may only grow: a stored event must be readable for ever.

function full(from,    i, path) {
    path = package
    for (i = from; i <= depth; i++) {
        if (kind[i] == "message_type" || kind[i] == "nested_type" || kind[i] == "enum_type") {
            path = path "." name[i]
        }
    }
    return path
}
function text(line) {
    sub(/^[^:]*: */, "", line)
    gsub(/"/, "", line)
    return line
}

/\{$/ {
    depth++
    kind[depth] = $1
    name[depth] = number[depth] = label[depth] = type[depth] = type_name[depth] = ""
    next
}
/^ *\}$/ {
    if (kind[depth] == "field" && package ~ /^attain/) {
        print "field", full(1), name[depth], number[depth], label[depth], type[depth] type_name[depth]
    }
    if (kind[depth] == "value" && package ~ /^attain/) {
        print "value", full(1), name[depth], number[depth]
    }
    if (kind[depth] == "file") {
        package = ""
    }
    depth--
    next
}
$1 == "package:"                          { package = text($0) }
$1 == "name:"                             { name[depth] = text($0) }
$1 == "number:"                           { number[depth] = text($0) }
$1 == "label:"                            { label[depth] = text($0) }
$1 == "type:"                             { type[depth] = text($0) }
$1 == "type_name:"                        { type_name[depth] = ":" text($0) }
$1 == "[attain.v1.number]:"               { print "number", full(1), text($0) }
