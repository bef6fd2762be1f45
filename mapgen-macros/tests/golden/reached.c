/* What bindings must have, and beside it what an object knows and no map holds. */
#include "common.h"

struct key { __u32 a; };
struct part { __u16 a; };
enum kind { KIND_A };
struct behind { __u32 a; };
struct value {
	struct part parts[2];
	enum kind kind;
	struct behind *pointer;
	union { __u32 word; struct { __u16 half; } halves; };
};
struct inner_value { __u64 a; };
struct global_value { __u32 a; };
struct record { struct in_record { __u8 a; } part; };
struct record *unused_record __attribute__((unused));
struct other_record { __u32 a; };
struct other_record *unused_other_record __attribute__((unused));
struct argument { __u32 a; };
enum unused_numbers { NUMBER = 1 };
enum unused_numbers *unused_numbers __attribute__((unused));

struct definition {
	__uint(type, 1);
	__uint(max_entries, 8);
	__type(key, struct key);
	__type(value, struct value);
};
struct definition tagged SEC(".maps");
typedef struct {
	__uint(type, 2);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} definition_t;
definition_t typed SEC(".maps");

struct inner_definition {
	__uint(type, 1);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct inner_value);
} inner SEC(".maps");
struct {
	__uint(type, 12);
	__uint(max_entries, 8);
	__type(key, __u32);
	struct inner_definition *values[];
} outer SEC(".maps");

struct {
	__uint(type, 27);
	__uint(max_entries, 4096);
} records SEC(".maps");

struct global_value global;

static __attribute__((noinline)) int called(struct argument *argument)
{
	return argument ? argument->a : 0;
}

SEC("xdp") int program(struct argument *argument)
{
	return called(argument) + global.a;
}

char LICENSE[] SEC("license") = "GPL";
