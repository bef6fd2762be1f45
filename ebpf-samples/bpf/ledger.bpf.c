// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/*
 * What each user has received, in maps that outlive the program: all of them are pinned by name.
 *
 * LEDGER_VERSION 1 is what an earlier release left behind: counters of 32 bits, sessions by number
 * alone, and smaller maps. How the entries get from there to here is the loader's business.
 *
 * Needs Linux 5.10, which runs raw tracepoint programs on demand.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifndef LEDGER_VERSION
#define LEDGER_VERSION 2
#endif

#if LEDGER_VERSION == 1
typedef __u32 count;
#else
typedef __u64 count;
#endif

struct owner {
	__u32 uid;
	__u32 netns;
};

struct account {
	count packets;
	count bytes;
#if LEDGER_VERSION >= 2
	__u64 first_seen_ns;
#endif
};

struct session {
#if LEDGER_VERSION >= 2
	struct owner owner;
#endif
	__u32 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
#if LEDGER_VERSION == 1
	__uint(max_entries, 256);
#else
	__uint(max_entries, 1024);
#endif
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, struct owner);
	__type(value, struct account);
} accounts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, struct session);
	__type(value, __u64);
} sessions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, struct account);
} totals SEC(".maps");

/* Only the capacity has changed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
#if LEDGER_VERSION == 1
	__uint(max_entries, 64);
#else
	__uint(max_entries, 128);
#endif
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __u32);
	__type(value, struct owner);
} names SEC(".maps");

/* Its entries cannot be copied. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 16);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(value, struct account);
} closed SEC(".maps");

struct receipt {
	struct owner owner;
	__u32 bytes;
};

/* Books a packet; 1 when the owner has no account yet and there is no room for one. */
SEC("raw_tp")
int book(struct receipt *receipt)
{
	struct owner owner = receipt->owner;
	struct account none = {}, *account;
	struct session session = {};
	__u32 name = owner.uid, slot = 0;
	struct account *total;

	/* An initializer would be a constant in `.rodata`, whose BTF has no variable then: 5.10
	   refuses that. */
	session.number = 1;
	account = bpf_map_lookup_elem(&accounts, &owner);
	if (!account) {
		if (bpf_map_update_elem(&accounts, &owner, &none, BPF_ANY))
			return 1;
		account = bpf_map_lookup_elem(&accounts, &owner);
		if (!account)
			return 1;
	}
	account->packets += 1;
	account->bytes += receipt->bytes;
	total = bpf_map_lookup_elem(&totals, &slot);
	if (total)
		total->packets += 1;
	bpf_map_lookup_elem(&sessions, &session);
	bpf_map_lookup_elem(&names, &name);
	bpf_map_push_elem(&closed, account, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
