#pragma once
/*
 * Runs a fuzz target without a fuzzer: over its corpus as it stands, and over a fixed number of
 * mutations of it, always the same ones, so that an ordinary test run exercises the target.
 */
#include "base.h"

/** The fuzz target of this program: `len` bytes at `data`; libFuzzer knows it by this name. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/** A fuzz target as libFuzzer calls it. */
typedef int replay_fn(const uint8_t *data, size_t len);

/**
 * Gives `fn` every file of `folder` (from the root of the sources), then `mutations` changed copies.
 * Returns how many files there were; 0 when the folder cannot be read.
 */
size_t replay_corpus(const char *folder, size_t mutations, replay_fn *fn) NONNULL(1, 3);
