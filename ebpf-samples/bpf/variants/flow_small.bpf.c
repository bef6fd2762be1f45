// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/* `flow` with a table that is too small for its workload. */
#define FLOW_CONNS_MAX_ENTRIES 1024
#include "../flow.bpf.c"
