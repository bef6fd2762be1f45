// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/* `ledger` as it was in its first release. */
#define LEDGER_VERSION 1
#include "../ledger.bpf.c"
