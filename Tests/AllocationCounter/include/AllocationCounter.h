#ifndef NVO3SIM_ALLOCATION_COUNTER_H
#define NVO3SIM_ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/// Heap allocations that the calling thread has made so far: calls of malloc, calloc, realloc and the aligned
/// variants, whoever made them (Swift runtime, GSL, C library).
///
/// A count per thread is exact while other tests run beside.
uint64_t allocation_count(void);

/// Whether counting works here (GNU C library); elsewhere the count stays 0.
bool allocation_counting_is_available(void);

#endif
