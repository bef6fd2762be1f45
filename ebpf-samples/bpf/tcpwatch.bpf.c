// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/*
 * Life of TCP connections: who opened them, how long they lived, how often they retransmitted.
 *
 * Both programs are BTF-typed tracepoints, so that no event format has to be copied here and
 * attaching needs no tracefs. They use the arguments that Linux 5.10 to 6.18 have in common.
 *
 * Needs Linux 5.6 (`sk_protocol` a plain member) with its BTF.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#define FAMILY_IPV4 2
#define FAMILY_IPV6 10
#define PROTO_TCP 6

/* The parts of kernel types that are read here; the loader fits the offsets to the kernel. */
struct in6_addr {
	__u8 bytes[16]; /* named otherwise in the kernel, so only ever read as a whole */
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
} __attribute__((preserve_access_index));

struct sock {
	struct sock_common __sk_common;
	__u16 sk_protocol;
} __attribute__((preserve_access_index));

struct tcp_sock {
	__u32 srtt_us; /* smoothed round trip time, in eighths of a microsecond */
} __attribute__((preserve_access_index));

/* States of a TCP socket, numbered as in the kernel. */
enum conn_state {
	CONN_ESTABLISHED = 1,
	CONN_SYN_SENT = 2,
	CONN_SYN_RECV = 3,
	CONN_FIN_WAIT1 = 4,
	CONN_FIN_WAIT2 = 5,
	CONN_TIME_WAIT = 6,
	CONN_CLOSE = 7,
	CONN_CLOSE_WAIT = 8,
	CONN_LAST_ACK = 9,
	CONN_LISTEN = 10,
	CONN_CLOSING = 11,
	CONN_NEW_SYN_RECV = 12,
};

union address {
	__be32 v4;
	__u8 v6[16];
};

struct open_conn {
	__u64 opened_ns;
	__u64 established_ns; /* 0 = not yet */
	union address local;
	union address remote;
	__u16 local_port;   /* host byte order, as the kernel keeps it */
	__be16 remote_port; /* network byte order, as the kernel keeps it */
	__u32 pid;          /* of the process that called connect(), 0 for accepted connections */
	char comm[16];
	enum conn_state state;
	__u32 active : 1; /* opened from this side */
	__u32 ipv6 : 1;
	__u32 retransmits : 14; /* stays at its largest value */
};

/* Slot n counts values from 2^n up to 2^(n+1); slot 0 takes 0 as well, slot 31 all that is larger. */
struct hist {
	__u64 count;
	__u64 sum;
	__u32 slots[32];
};

enum total {
	TOTAL_OPENED,
	TOTAL_ACCEPTED,
	TOTAL_CLOSED,
	TOTAL_FAILED, /* closed before established */
	TOTAL_RETRANSMITS,
	TOTAL_COUNT,
};

const enum total *unused_total __attribute__((unused));

/* May be changed while the programs run. */
__u32 min_lifetime_ms = 0;      /* shorter connections stay out of `lifetime_hist` */
__u32 max_retransmits = 0x3fff; /* where the count of one connection stops */

/* What was lost. */
__u64 failed_inserts;

/* Connections that are open now, by the address of their socket. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct open_conn);
} open_conns SEC(".maps");

/* Round trip times in microseconds, taken when a connection closes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hist);
} rtt_hist SEC(".maps");

/* Lifetimes in milliseconds; index: slot as in `struct hist`. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u64);
} lifetime_hist SEC(".maps");

/* Index: `enum total`. User space maps it into its memory. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, TOTAL_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} totals SEC(".maps");

static __always_inline void add_total(enum total which)
{
	__u32 index = which;
	__u64 *total = bpf_map_lookup_elem(&totals, &index);

	if (total)
		__sync_fetch_and_add(total, 1);
}

static __always_inline __u32 slot_of(__u64 value)
{
	__u32 slot = 0;

	if (value >> 32)
		return 31;
	if (value >> 16) {
		value >>= 16;
		slot += 16;
	}
	if (value >> 8) {
		value >>= 8;
		slot += 8;
	}
	if (value >> 4) {
		value >>= 4;
		slot += 4;
	}
	if (value >> 2) {
		value >>= 2;
		slot += 2;
	}
	return slot + (value >> 1);
}

static __always_inline void add_rtt(const struct sock *sk)
{
	__u32 rtt_us = BPF_CORE_READ((const struct tcp_sock *)sk, srtt_us) >> 3;
	__u32 zero = 0;
	struct hist *hist = bpf_map_lookup_elem(&rtt_hist, &zero);

	/* 0: no answer was ever measured. */
	if (!hist || !rtt_us)
		return;
	__sync_fetch_and_add(&hist->count, 1);
	__sync_fetch_and_add(&hist->sum, rtt_us);
	__sync_fetch_and_add(&hist->slots[slot_of(rtt_us) & 31], 1);
}

static __always_inline void add_lifetime(__u64 lifetime_ms)
{
	__u32 slot = slot_of(lifetime_ms);
	__u64 *count = bpf_map_lookup_elem(&lifetime_hist, &slot);

	if (count && lifetime_ms >= min_lifetime_ms)
		__sync_fetch_and_add(count, 1);
}

static __always_inline void read_endpoints(struct open_conn *conn, const struct sock *sk)
{
	conn->local_port = sk->__sk_common.skc_num;
	conn->remote_port = sk->__sk_common.skc_dport;
	/* A kernel without IPv6 has no such members. */
	if (sk->__sk_common.skc_family == FAMILY_IPV6 &&
	    bpf_core_field_exists(sk->__sk_common.skc_v6_daddr)) {
		conn->ipv6 = 1;
		BPF_CORE_READ_INTO(&conn->local.v6, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO(&conn->remote.v6, sk, __sk_common.skc_v6_daddr);
	} else {
		conn->local.v4 = sk->__sk_common.skc_rcv_saddr;
		conn->remote.v4 = sk->__sk_common.skc_daddr;
	}
}

static __always_inline void open_connection(const struct sock *sk, enum conn_state state)
{
	struct open_conn conn;
	__u64 id = (__u64)sk;

	__builtin_memset(&conn, 0, sizeof(conn));
	conn.opened_ns = bpf_ktime_get_ns();
	conn.state = state;
	if (state == CONN_SYN_SENT) {
		/* connect() runs in the process itself; accepted connections appear in softirq. */
		conn.active = 1;
		conn.pid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(conn.comm, sizeof(conn.comm));
		add_total(TOTAL_OPENED);
	} else {
		conn.established_ns = conn.opened_ns;
		add_total(TOTAL_ACCEPTED);
	}
	read_endpoints(&conn, sk);
	if (bpf_map_update_elem(&open_conns, &id, &conn, BPF_ANY))
		__sync_fetch_and_add(&failed_inserts, 1);
}

static __always_inline void close_connection(const struct sock *sk, const struct open_conn *conn)
{
	__u64 id = (__u64)sk;

	if (conn->established_ns) {
		add_rtt(sk);
		add_lifetime((bpf_ktime_get_ns() - conn->established_ns) / 1000000);
		add_total(TOTAL_CLOSED);
	} else {
		add_total(TOTAL_FAILED);
	}
	bpf_map_delete_elem(&open_conns, &id);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(handle_state, const struct sock *sk, int old_state, int new_state)
{
	struct open_conn *conn;
	__u64 id = (__u64)sk;

	if (sk->sk_protocol != PROTO_TCP)
		return 0;
	if (new_state == CONN_SYN_SENT) {
		open_connection(sk, CONN_SYN_SENT);
		return 0;
	}
	conn = bpf_map_lookup_elem(&open_conns, &id);
	if (!conn) {
		if (old_state == CONN_SYN_RECV && new_state == CONN_ESTABLISHED)
			open_connection(sk, CONN_ESTABLISHED);
		return 0;
	}
	if (new_state == CONN_CLOSE) {
		close_connection(sk, conn);
		return 0;
	}
	conn->state = new_state;
	if (new_state == CONN_ESTABLISHED) {
		conn->established_ns = bpf_ktime_get_ns();
		/* Routing and port choice happen after SYN_SENT is set. */
		read_endpoints(conn, sk);
	}
	return 0;
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(handle_retransmit, const struct sock *sk)
{
	struct open_conn *conn;
	__u64 id = (__u64)sk;

	add_total(TOTAL_RETRANSMITS);
	conn = bpf_map_lookup_elem(&open_conns, &id);
	/* The kernel holds the lock of this socket here, so nobody else writes these bits. */
	if (conn && conn->retransmits < max_retransmits && conn->retransmits < 0x3fff)
		conn->retransmits++;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
