// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/*
 * A map of every kind, and programs that use them from the kernel's side.
 *
 * Needs Linux 6.2, which has the last of the kinds (cgroup storage by cgroup).
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Headers before 6.2 lack both. */
#define BPF_MAP_TYPE_CGRP_STORAGE 32
static void *(*const cgrp_storage_get)(void *map, void *cgroup, void *value, __u64 flags) =
	(void *)210;

/* --- values and keys ------------------------------------------------------------------- */

struct route {
	__u32 prefixlen;
	__be32 addr;
};

struct hop {
	__u32 gateway;
	__u16 metric;
	bool up;
};

#define WORDS 500

/* A program and user space write it, each in one piece. */
struct guarded {
	struct bpf_spin_lock lock;
	__u32 round;
	__u64 words[WORDS];
};

struct usage {
	__u64 calls;
	__u64 last;
};

/* --- maps ------------------------------------------------------------------------------ */

#define KEYED(name, kind, entries, flags, k, v) \
	struct {                                 \
		__uint(type, BPF_MAP_TYPE_##kind); \
		__uint(max_entries, entries);    \
		__uint(map_flags, flags);        \
		__type(key, k);                  \
		__type(value, v);                \
	} name SEC(".maps")

KEYED(k_hash, HASH, 64, 0, __u32, struct guarded);
KEYED(k_array, ARRAY, 4, 0, __u32, struct guarded);
KEYED(k_lru_hash, LRU_HASH, 1024, 0, __u32, struct usage);
KEYED(k_percpu_hash, PERCPU_HASH, 64, 0, __u32, struct usage);
KEYED(k_lru_percpu_hash, LRU_PERCPU_HASH, 1024, 0, __u32, struct usage);
KEYED(k_percpu_array, PERCPU_ARRAY, 4, 0, __u32, struct usage);
KEYED(k_lpm_trie, LPM_TRIE, 64, BPF_F_NO_PREALLOC, struct route, struct hop);
KEYED(k_task_storage, TASK_STORAGE, 0, BPF_F_NO_PREALLOC, int, struct usage);
KEYED(k_inode_storage, INODE_STORAGE, 0, BPF_F_NO_PREALLOC, int, struct usage);
KEYED(k_sk_storage, SK_STORAGE, 0, BPF_F_NO_PREALLOC, int, struct usage);
KEYED(k_cgrp_storage, CGRP_STORAGE, 0, BPF_F_NO_PREALLOC, int, struct usage);
KEYED(k_cgroup_storage, CGROUP_STORAGE, 0, 0, struct bpf_cgroup_storage_key, struct usage);
KEYED(k_percpu_cgroup_storage, PERCPU_CGROUP_STORAGE, 0, 0, __u64, struct usage);
KEYED(k_prog_array, PROG_ARRAY, 4, 0, __u32, __u32);
KEYED(k_perf_event_array, PERF_EVENT_ARRAY, 0, 0, __u32, __u32);
KEYED(k_cgroup_array, CGROUP_ARRAY, 2, 0, __u32, __u32);
KEYED(k_xskmap, XSKMAP, 4, 0, __u32, __u32);
KEYED(k_devmap, DEVMAP, 4, 0, __u32, struct bpf_devmap_val);
KEYED(k_devmap_hash, DEVMAP_HASH, 4, 0, __u32, __u32);
KEYED(k_cpumap, CPUMAP, 4, 0, __u32, struct bpf_cpumap_val);
KEYED(k_sockmap, SOCKMAP, 4, 0, __u32, __u64);
KEYED(k_sockhash, SOCKHASH, 4, 0, struct route, __u64);
KEYED(k_reuseport, REUSEPORT_SOCKARRAY, 4, 0, __u32, __u64);

#define VALUES(name, kind)                         \
	struct {                                   \
		__uint(type, BPF_MAP_TYPE_##kind); \
		__uint(max_entries, 4);            \
		__type(value, struct hop);         \
	} name SEC(".maps")

VALUES(k_queue, QUEUE);
VALUES(k_stack, STACK);

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 1000);
	__uint(map_extra, 3);
	__type(value, __u64);
} k_bloom_filter SEC(".maps");

#define DEPTH 32

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 128);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, DEPTH * sizeof(__u64));
} k_stack_trace SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} k_ringbuf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} k_user_ringbuf SEC(".maps");

struct per_tenant {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct usage);
};

/* Declared by itself as well. */
struct per_tenant tenant_zero SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct per_tenant);
} k_array_of_maps SEC(".maps") = { .values = { [0] = &tenant_zero } };

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, struct route);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(max_entries, 2);
		__type(key, __u32);
		__type(value, struct usage);
	});
} k_hash_of_maps SEC(".maps");

/* --- programs -------------------------------------------------------------------------- */

/* What `step` is asked to do with the maps. */
enum op {
	OP_ROUTE = 1, /* the gateway of a route */
	OP_PUSH, /* into queue, stack and filter */
	OP_POP, /* the gateway that queue and stack give, multiplied */
	OP_SEEN, /* whether the filter has the number */
	OP_USE, /* count in the maps of maps */
	OP_GUARD, /* write a guarded value into hash and array, another each time */
};

struct args {
	enum op op;
	__u32 number;
	struct route route;
};

__u32 guarded; /* how many values were written */
struct args args; /* user space writes it before each run */

static __always_inline void count(struct usage *usage, __u64 last)
{
	if (usage) {
		usage->calls++;
		usage->last = last;
	}
}

static __always_inline int guard(struct guarded *value, __u32 number)
{
	if (!value)
		return 1;
	bpf_spin_lock(&value->lock);
	value->round = number;
	for (int i = 0; i < WORDS; i++)
		value->words[i] = number;
	bpf_spin_unlock(&value->lock);
	return 0;
}

SEC("tc")
int step(struct __sk_buff *skb)
{
	__u32 number = args.number, zero = 0;
	struct route route = args.route;
	struct hop hop = { .gateway = number, .metric = 1, .up = true }, *found;
	__u64 wide = number;
	void *inner;

	switch (args.op) {
	case OP_ROUTE:
		found = bpf_map_lookup_elem(&k_lpm_trie, &route);
		return found ? found->gateway : 0;
	case OP_PUSH:
		if (bpf_map_push_elem(&k_queue, &hop, 0) || bpf_map_push_elem(&k_stack, &hop, 0))
			return 1;
		return bpf_map_push_elem(&k_bloom_filter, &wide, 0);
	case OP_POP:
		if (bpf_map_pop_elem(&k_queue, &hop))
			return 0;
		number = hop.gateway;
		if (bpf_map_pop_elem(&k_stack, &hop))
			return 0;
		return number * hop.gateway;
	case OP_SEEN:
		return bpf_map_peek_elem(&k_bloom_filter, &wide) == 0;
	case OP_USE:
		inner = bpf_map_lookup_elem(&k_array_of_maps, &number);
		if (inner)
			count(bpf_map_lookup_elem(inner, &zero), number);
		inner = bpf_map_lookup_elem(&k_hash_of_maps, &route);
		if (inner)
			count(bpf_map_lookup_elem(inner, &zero), number);
		return 0;
	case OP_GUARD:
		number = guarded++;
		return guard(bpf_map_lookup_elem(&k_hash, &zero), number) +
		       guard(bpf_map_lookup_elem(&k_array, &zero), number);
	}
	return -1;
}

struct cgroup;

struct css_set {
	struct cgroup *dfl_cgrp;
} __attribute__((preserve_access_index));

struct task_struct {
	struct css_set *cgroups;
} __attribute__((preserve_access_index));

__s32 stack_id;
long under_cgroup;
__u64 event_count;

/* Run by hand: what the task that runs it has. */
SEC("raw_tp/sys_enter")
int trace(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 zero = 0;

	stack_id = bpf_get_stackid(ctx, &k_stack_trace, BPF_F_REUSE_STACKID);
	under_cgroup = bpf_current_task_under_cgroup(&k_cgroup_array, 0);
	event_count = bpf_perf_event_read(&k_perf_event_array, BPF_F_CURRENT_CPU);
	count(bpf_task_storage_get(&k_task_storage, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE), 1);
	count(cgrp_storage_get(&k_cgrp_storage, task->cgroups->dfl_cgrp, 0,
			       BPF_LOCAL_STORAGE_GET_F_CREATE), 2);
	count(bpf_map_lookup_elem(&k_percpu_array, &zero), 3);
	return 0;
}

SEC("cgroup_skb/egress")
int egress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	count(bpf_get_local_storage(&k_cgroup_storage, 0), skb->len);
	count(bpf_get_local_storage(&k_percpu_cgroup_storage, 0), skb->len);
	if (sk) {
		sk = bpf_sk_fullsock(sk);
		if (sk)
			count(bpf_sk_storage_get(&k_sk_storage, sk, 0,
						 BPF_SK_STORAGE_GET_F_CREATE), skb->len);
	}
	return 1;
}

/* Jumps, or says where the packet would go by the length of it. */
SEC("xdp")
int redirect(struct xdp_md *ctx)
{
	__u32 length = (__u32)(ctx->data_end - ctx->data);

	bpf_tail_call(ctx, &k_prog_array, length & 3);
	switch (length & 7) {
	case 0:
		return bpf_redirect_map(&k_devmap, 0, XDP_PASS);
	case 1:
		return bpf_redirect_map(&k_devmap_hash, 7, XDP_PASS);
	case 2:
		return bpf_redirect_map(&k_cpumap, 0, XDP_PASS);
	case 3:
		return bpf_redirect_map(&k_xskmap, 0, XDP_PASS);
	}
	return XDP_PASS;
}

SEC("xdp")
int drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("xdp/devmap")
int at_device(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp/cpumap")
int at_cpu(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("sk_skb/stream_verdict")
int verdict(struct __sk_buff *skb)
{
	struct route key = {};

	if (bpf_sk_redirect_map(skb, &k_sockmap, 0, 0) == SK_PASS)
		return SK_PASS;
	return bpf_sk_redirect_hash(skb, &k_sockhash, &key, 0);
}

SEC("sk_reuseport")
int choose(struct sk_reuseport_md *md)
{
	__u32 zero = 0;

	bpf_sk_select_reuseport(md, &k_reuseport, &zero, 0);
	return SK_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
