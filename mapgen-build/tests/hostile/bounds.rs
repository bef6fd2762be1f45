//! How much time and memory reading an object takes, and that it stays within bounds.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use mapgen_build::{Options, read_bytes};
use mapgen_schema::names::TypeNames;
use mapgen_schema::{Schema, TypeId, ctext, hash, text};

/// In the test profile, which is an order of magnitude slower than what is shipped.
const TIME: Duration = Duration::from_secs(5);
/// Beside a multiple of the object's own size.
const MEMORY: usize = 64 << 20;

struct Counting;

thread_local! {
    /// Bytes that this thread holds, and the most that it held.
    static HELD: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

fn held(change: impl FnOnce(usize) -> usize) {
    // A thread that ends frees after its variables are gone.
    HELD.try_with(|held| {
        let (now, most) = held.get();
        let now = change(now);
        held.set((now, most.max(now)));
    })
    .ok();
}

// SAFETY: every call goes to the system's allocator as it is; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        held(|now| now + layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        held(|now| now.saturating_sub(layout.size()));
        // SAFETY: `at` came from `System` with this layout.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The time that this thread has run, whatever else the machine does.
fn thread_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is writable for the call.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(status, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Runs something whose input has this many bytes.
#[track_caller]
pub(crate) fn bounded<T>(input: usize, run: impl FnOnce() -> T) -> T {
    let (before, _) = HELD.get();
    HELD.set((before, before));
    let start = thread_time();
    let result = run();
    let time = thread_time() - start;
    let memory = HELD.get().1 - before;
    assert!(time < TIME, "{time:?} for an object of {input} bytes");
    let limit = MEMORY + 64 * input;
    assert!(
        memory < limit,
        "{memory} bytes of memory for an object of {input} bytes"
    );
    result
}

/// Reads an object within bounds, and asks its schema what the macro asks.
#[track_caller]
pub(crate) fn read(object: &[u8]) -> Result<Schema, String> {
    bounded(object.len(), || {
        let schema = read_bytes(object, "hostile.bpf.o", &Options::default())
            .map_err(|error| error.to_string())?;
        mapgen_build::check(&schema).ok();
        look_up(&schema);
        let text = text::write(&schema);
        assert_eq!(text::read(&text).as_ref(), Ok(&schema));
        Ok(schema)
    })
}

/// What the macro and the command line ask of every schema.
pub(crate) fn look_up(schema: &Schema) {
    TypeNames::new(schema, &[]);
    for map in &schema.maps {
        hash::layout(schema, map);
    }
    for index in 0..schema.types.len().min(1000) {
        ctext::name(schema, TypeId(index as u32));
        schema.has_padding(TypeId(index as u32));
    }
}

/// The error of an object; it names the object.
#[track_caller]
pub(crate) fn error(object: &[u8]) -> String {
    let error = read(object).expect_err("an error");
    assert!(error.contains("`hostile.bpf.o`"), "{error}");
    error
}
