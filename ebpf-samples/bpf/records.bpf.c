// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/*
 * Records in both directions: user space asks for withdrawals, the program answers each, and
 * says on a side channel that it was at work.
 *
 * Way of a request: user ring buffer -> balance -> ring buffer (one of two answers) -> perf event.
 *
 * Needs Linux 6.1 (user ring buffer).
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct request {
	__u32 id;
	__u32 amount;
};

enum answer_kind {
	ANSWER_ACCEPTED = 1,
	ANSWER_REFUSED = 2,
	ANSWER_MALFORMED = 3,
};

/* Both answers begin with what tells them apart. */
struct accepted {
	enum answer_kind kind;
	__u32 id;
	__u64 balance;
};

struct refused {
	enum answer_kind kind; /* ANSWER_REFUSED or ANSWER_MALFORMED */
	__u32 id;
	__u32 missing;
};

/* One for each run of the program. */
struct drained {
	__u64 when_ns;
	__u32 requests;
};

/* Maps of records do not name their types; this keeps them in the BTF. */
const struct request *unused_request __attribute__((unused));
const struct accepted *unused_accepted __attribute__((unused));
const struct refused *unused_refused __attribute__((unused));
const struct drained *unused_drained __attribute__((unused));

__u64 balance = 100;
__u64 dropped_answers; /* the ring buffer was full: the kernel does not count that */

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} requests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} answers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} drains SEC(".maps");

static void refuse(enum answer_kind kind, __u32 id, __u32 missing)
{
	struct refused answer = { .kind = kind, .id = id, .missing = missing };

	if (bpf_ringbuf_output(&answers, &answer, sizeof(answer), 0))
		__sync_fetch_and_add(&dropped_answers, 1);
}

static long withdraw(struct bpf_dynptr *record, void *unused)
{
	struct accepted answer = { .kind = ANSWER_ACCEPTED };
	struct request request;

	if (bpf_dynptr_read(&request, sizeof(request), record, 0, 0)) {
		refuse(ANSWER_MALFORMED, 0, 0);
		return 0;
	}
	if (request.amount > balance) {
		refuse(ANSWER_REFUSED, request.id, request.amount - balance);
		return 0;
	}
	balance -= request.amount;
	answer.id = request.id;
	answer.balance = balance;
	if (bpf_ringbuf_output(&answers, &answer, sizeof(answer), 0))
		__sync_fetch_and_add(&dropped_answers, 1);
	return 0;
}

SEC("raw_tp")
int serve(struct bpf_raw_tracepoint_args *ctx)
{
	struct drained drained = {};
	long count;

	count = bpf_user_ringbuf_drain(&requests, withdraw, NULL, 0);
	if (count < 0)
		return count;
	drained.when_ns = bpf_ktime_get_ns();
	drained.requests = count;
	bpf_perf_event_output(ctx, &drains, BPF_F_CURRENT_CPU, &drained, sizeof(drained));
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
