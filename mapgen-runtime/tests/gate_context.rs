//! Programs that run with a typed context, on the running kernel.

#![cfg(feature = "libbpf")]

#[macro_use]
mod gates;

use gates::compile;
use mapgen_runtime::bytemuck::Zeroable;
use mapgen_runtime::{CLayout, Error};

mod calls {
    pub(crate) const SOURCE: &str = r#"
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))

struct call {
	u64 dividend;
	u32 divisor;
	u32 quotient;
	u32 remainder;
	u32 calls;
};

struct {
	int (*type)[2];
	int (*max_entries)[1];
	u32 *key;
	u64 *value;
} unused SEC(".maps");

SEC("syscall") int divide(struct call *call)
{
	call->calls += 1;
	if (!call->divisor)
		return -22;
	call->quotient = call->dividend / call->divisor;
	call->remainder = call->dividend % call->divisor;
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
"#;

    use super::gates::CONNS;
    use mapgen_runtime::{MapKind, MapSpec};

    binding!(
        Unused,
        MapSpec {
            object: "calls",
            name: "unused",
            kind: MapKind::Array,
            key_size: 4,
            value_size: 8,
            max_entries: 1,
            min_entries: 1,
            btf: &[],
            ..CONNS
        }
    );

    #[derive(Clone, Debug)]
    pub(crate) struct Maps {
        #[expect(dead_code, reason = "an object has maps")]
        pub(crate) unused: Unused,
    }

    mapgen_runtime::__private::object! {
        object: "calls", bytes: none,
        maps: { unused: Unused = "unused" }, sections: {}, programs: { divide = "divide" },
    }
}

/// `struct call`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, CLayout)]
#[repr(C)]
struct Call {
    dividend: u64,
    divisor: u32,
    quotient: u32,
    remainder: u32,
    calls: u32,
}

fn loaded() -> Option<calls::Loaded> {
    if !gates::kernel() {
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let object = compile(dir.path(), "calls", calls::SOURCE, &[])?;
    let loaded = calls::open_file(object).unwrap().load();
    if mapgen_test_support::kernel_release() >= (5, 14) {
        return Some(loaded.unwrap());
    }
    let what = "programs of type `syscall` (program `divide`)";
    assert_eq!(
        loaded.unwrap_err(),
        Error::Unsupported {
            what: what.into(),
            since: "5.14"
        }
    );
    mapgen_test_support::unsupported(what, (5, 14));
    None
}

#[test]
fn what_a_program_writes_into_its_context_is_in_the_callers_value() {
    let Some(loaded) = loaded() else { return };
    let divide = loaded.programs().divide;
    let mut call = Call {
        dividend: 10_000_000_019,
        divisor: 1_000_000,
        ..Call::zeroed()
    };
    assert_eq!(divide.test_run_with(&mut call), Ok(1));
    let expected = Call {
        quotient: 10_000,
        remainder: 19,
        calls: 1,
        ..call
    };
    assert_eq!(call, expected);
    // It goes back in as it came out.
    call.divisor = 0;
    let answer = divide.test_run_with(&mut call).unwrap();
    assert_eq!(answer as i32, -libc::EINVAL);
    assert_eq!((call.calls, call.quotient), (2, 10_000));
}

#[test]
fn a_context_that_is_shorter_than_the_program_reads_is_refused() {
    let Some(loaded) = loaded() else { return };
    let mut short = [7_u32; 4];
    let error = loaded.programs().divide.test_run_with(&mut short);
    let Err(Error::Object { op, name, message }) = error else {
        panic!("{error:?}");
    };
    assert_eq!((op, &*name), ("test run", "divide"));
    assert!(message.contains("Invalid argument"), "{message}");
    assert_eq!(short, [7; 4]);
}
