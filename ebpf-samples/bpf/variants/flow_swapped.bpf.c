// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/* `flow` after somebody swapped `packets` and `bytes`: same sizes, other meaning. */
#define FLOW_SWAPPED
#include "../flow.bpf.c"
