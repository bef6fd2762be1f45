// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/*
 * Per-connection accounting at the earliest point a packet is seen (XDP).
 *
 * Way of a packet: Ethernet -> IPv4 -> protocol counters -> block list -> TCP or UDP -> connection.
 * IPv6 packets are counted by protocol only, since `struct flow_key` holds IPv4 addresses.
 *
 * Two switches exist for the demonstrations in `variants/`:
 *   FLOW_SWAPPED            swaps two members of `struct flow_stats` that have the same size
 *   FLOW_CONNS_MAX_ENTRIES  capacity of `conns`
 *
 * Needs Linux 5.8 (ring buffer).
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#ifndef FLOW_CONNS_MAX_ENTRIES
#define FLOW_CONNS_MAX_ENTRIES 65536
#endif

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define PROTO_TCP 6
#define PROTO_UDP 17
#define TCP_FLAG_SYN 0x02
#define EEXIST 17

/*
 * Packet headers, spelled out byte by byte. The headers in <linux/ip.h> choose their bit-field
 * order by the host that compiles, which is wrong for an object of the other byte order.
 */
struct eth_header {
	__u8 dst[6];
	__u8 src[6];
	__be16 ethertype;
};

struct ipv4_header {
	__u8 version_and_words; /* header length in 32-bit words in the low four bits */
	__u8 tos;
	__be16 total_size;
	__be16 id;
	__be16 fragment; /* offset of this fragment in the low 13 bits */
	__u8 ttl;
	__u8 protocol;
	__be16 checksum;
	__be32 saddr;
	__be32 daddr;
};

struct ipv6_header {
	__be32 version_and_flow;
	__be16 payload_size;
	__u8 next_header;
	__u8 hop_limit;
	__u8 saddr[16];
	__u8 daddr[16];
};

/* TCP and UDP both start like this. */
struct ports {
	__be16 source;
	__be16 dest;
};

struct tcp_header {
	struct ports ports;
	__be32 seq;
	__be32 ack;
	__u8 words;
	__u8 flags;
	__be16 window;
};

/*
 * Key of `conns`: 13 bytes of members and 3 of tail padding. A hash map compares all 16, so
 * whoever builds a key has to zero the padding as well.
 */
struct flow_key {
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	__u8 proto;
};

struct flow_stats {
#ifdef FLOW_SWAPPED
	__u64 bytes;
	__u64 packets;
#else
	__u64 packets;
	__u64 bytes;
#endif
	__u64 first_seen_ns;
	__u64 last_seen_ns;
};

struct counters {
	__u64 packets;
	__u64 bytes;
};

struct block_rule {
	__u64 until_ns; /* monotonic time at which the rule ends, 0 = never */
	__u64 hits;
	__u32 rule_id;
	bool report; /* send an event for every packet dropped */
};

enum event_kind {
	EVENT_SYN = 1,       /* first packet of a TCP connection */
	EVENT_MIDSTREAM = 2, /* TCP connection that was open before we looked */
	EVENT_DATAGRAM = 3,  /* first UDP datagram between two ports */
	EVENT_BLOCKED = 4,   /* packet dropped by a rule of `blocked` */
};

struct event {
	__u64 timestamp_ns;
	struct flow_key key;
	enum event_kind kind;
	__u32 ifindex;
	__u32 packet_bytes;
};

/* A ring buffer does not name the type of its records; this keeps the type in the BTF. */
const struct event *unused_event __attribute__((unused));

/* Set before load. */
const volatile __u32 target_port;         /* only this TCP or UDP port, 0 = all */
const volatile __u8 report_kinds = 0xff;  /* bit `kind`: events of this kind are sent */
const volatile bool count_udp = true;     /* keep UDP in `conns` too */

/* What was lost. */
__u64 dropped_events; /* the ring buffer was full */
__u64 full_inserts;   /* `conns` was full */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FLOW_CONNS_MAX_ENTRIES);
	__type(key, struct flow_key);
	__type(value, struct flow_stats);
} conns SEC(".maps");

/* Index: IP protocol number. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct counters);
} proto_stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* Source addresses whose packets are dropped. Pinned, so that rules outlive the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, __be32);
	__type(value, struct block_rule);
} blocked SEC(".maps");

static __always_inline void report(struct xdp_md *ctx, const struct flow_key *key,
				   enum event_kind kind, __u32 packet_bytes)
{
	struct event *event;

	if (!(report_kinds & (1 << kind)))
		return;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&dropped_events, 1);
		return;
	}
	/* Reserved memory holds old records: clear the padding too. */
	__builtin_memset(event, 0, sizeof(*event));
	event->timestamp_ns = bpf_ktime_get_ns();
	event->key = *key;
	event->kind = kind;
	event->ifindex = ctx->ingress_ifindex;
	event->packet_bytes = packet_bytes;
	bpf_ringbuf_submit(event, 0);
}

static __always_inline void count_protocol(__u32 protocol, __u32 packet_bytes)
{
	struct counters *counters = bpf_map_lookup_elem(&proto_stats, &protocol);

	if (counters) {
		counters->packets++;
		counters->bytes += packet_bytes;
	}
}

static __always_inline bool is_blocked(struct xdp_md *ctx, const struct flow_key *key,
				       __u32 packet_bytes)
{
	struct block_rule *rule = bpf_map_lookup_elem(&blocked, &key->saddr);

	if (!rule || (rule->until_ns && rule->until_ns <= bpf_ktime_get_ns()))
		return false;
	__sync_fetch_and_add(&rule->hits, 1);
	if (rule->report)
		report(ctx, key, EVENT_BLOCKED, packet_bytes);
	return true;
}

static __always_inline void count_packet(struct flow_stats *stats, __u32 packet_bytes)
{
	__sync_fetch_and_add(&stats->packets, 1);
	__sync_fetch_and_add(&stats->bytes, packet_bytes);
	stats->last_seen_ns = bpf_ktime_get_ns();
}

static __always_inline void count_connection(struct xdp_md *ctx, const struct flow_key *key,
					     enum event_kind kind, __u32 packet_bytes)
{
	struct flow_stats *stats = bpf_map_lookup_elem(&conns, key);
	struct flow_stats first = {};
	long err;

	if (stats) {
		count_packet(stats, packet_bytes);
		return;
	}
	first.packets = 1;
	first.bytes = packet_bytes;
	first.first_seen_ns = bpf_ktime_get_ns();
	first.last_seen_ns = first.first_seen_ns;
	err = bpf_map_update_elem(&conns, key, &first, BPF_NOEXIST);
	if (!err) {
		report(ctx, key, kind, packet_bytes);
		return;
	}
	/* Another CPU may have inserted the same connection in between. */
	if (err == -EEXIST) {
		stats = bpf_map_lookup_elem(&conns, key);
		if (stats)
			count_packet(stats, packet_bytes);
		return;
	}
	__sync_fetch_and_add(&full_inserts, 1);
}

SEC("xdp")
int handle_syn(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	__u32 packet_bytes = data_end - data;
	struct eth_header *eth = data;
	struct ipv6_header *ip6;
	struct ipv4_header *ip;
	struct ports *ports;
	enum event_kind kind;
	struct flow_key key;
	__u32 header_bytes;

	if ((void *)(eth + 1) > data_end)
		return XDP_PASS;

	if (eth->ethertype == bpf_htons(ETHERTYPE_IPV6)) {
		ip6 = (void *)(eth + 1);
		if ((void *)(ip6 + 1) <= data_end)
			count_protocol(ip6->next_header, packet_bytes);
		return XDP_PASS;
	}
	if (eth->ethertype != bpf_htons(ETHERTYPE_IPV4))
		return XDP_PASS;

	ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > data_end)
		return XDP_PASS;
	header_bytes = (ip->version_and_words & 0x0f) * 4;
	if (header_bytes < sizeof(*ip))
		return XDP_PASS;
	count_protocol(ip->protocol, packet_bytes);

	/* The whole key, padding included: see `struct flow_key`. */
	__builtin_memset(&key, 0, sizeof(key));
	key.saddr = ip->saddr;
	key.daddr = ip->daddr;
	key.proto = ip->protocol;

	/* Only the first fragment carries ports. */
	ports = (void *)ip + header_bytes;
	if (!(ip->fragment & bpf_htons(0x1fff)) && (void *)(ports + 1) <= data_end &&
	    (ip->protocol == PROTO_TCP || ip->protocol == PROTO_UDP)) {
		key.sport = ports->source;
		key.dport = ports->dest;
	}

	if (is_blocked(ctx, &key, packet_bytes))
		return XDP_DROP;

	if (!key.sport && !key.dport)
		return XDP_PASS;
	if (target_port && key.sport != bpf_htons(target_port) &&
	    key.dport != bpf_htons(target_port))
		return XDP_PASS;

	if (key.proto == PROTO_TCP) {
		struct tcp_header *tcp = (void *)ports;

		if ((void *)(tcp + 1) > data_end)
			return XDP_PASS;
		kind = tcp->flags & TCP_FLAG_SYN ? EVENT_SYN : EVENT_MIDSTREAM;
	} else if (count_udp) {
		kind = EVENT_DATAGRAM;
	} else {
		return XDP_PASS;
	}
	count_connection(ctx, &key, kind, packet_bytes);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
