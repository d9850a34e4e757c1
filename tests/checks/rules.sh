#!/bin/sh
# `make rules`: each rule of services/rules.md with the tests that prove it. Fails for an id that is
# named somewhere and is not in the list. Ends with `rules: N known, N tested`.
cd "$(dirname "$0")/../.." && exec node tests/checks/rules.mjs "$@"
