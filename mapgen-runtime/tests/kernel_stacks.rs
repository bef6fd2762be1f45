//! Stack traces on the running kernel.

#[path = "support/programs.rs"]
mod programs;
mod support;

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use mapgen_runtime::{Error, Frame, MapKind, MapSpec, StackTraces};
use programs::{Type, insn, load, load_map};
use support::{
    all_say, bind, freeze, needs_kernel, raw_bpf, read_only, spec, with_flags, write_only,
};

const DEPTH: usize = 64;
const BUILD_ID: u32 = 1 << 5;

bind!(
    Kernel = StackTraces,
    spec("kernel", MapKind::StackTrace, 4, 8 * DEPTH, 16)
);
bind!(
    Files = StackTraces,
    with_flags(
        spec("files", MapKind::StackTrace, 4, 32 * DEPTH, 16),
        BUILD_ID
    )
);

/// A program that stores the stack which it runs on.
struct Tracer(OwnedFd);

impl Tracer {
    /// `return bpf_get_stackid(ctx, &map, flags)`
    fn new(map: impl AsFd, flags: i32) -> Self {
        const GET_STACKID: i32 = 27;
        let mut code = vec![insn(0xbf, 6, 1, 0, 0)];
        code.extend(load_map(map));
        code.extend([
            insn(0xbf, 2, 1, 0, 0),
            insn(0xbf, 1, 6, 0, 0),
            insn(0xb7, 3, 0, 0, flags),
            insn(0x85, 0, 0, 0, GET_STACKID),
            insn(0x95, 0, 0, 0, 0),
        ]);
        Self(load(Type::RawTracepoint, None, &code))
    }

    /// Runs it: the id of the trace.
    fn run(&self) -> u32 {
        const PROG_TEST_RUN: i64 = 10;
        let mut attr = [self.0.as_raw_fd() as u64, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        raw_bpf(PROG_TEST_RUN, &mut attr).unwrap();
        // retval
        let id = (attr[0] >> 32) as i32;
        u32::try_from(id).expect("a trace")
    }
}

const USER_STACK: i32 = 1 << 8;
const REUSE_STACKID: i32 = 1 << 10;

#[test]
fn a_kernel_stack_has_addresses() {
    needs_kernel!();
    let map = Kernel::create().unwrap();
    assert_eq!(map.depth(), DEPTH);
    assert_eq!(map.ids().count(), 0);
    let id = Tracer::new(&map, REUSE_STACKID).run();
    let frames = map.get(id).unwrap().unwrap();
    println!("{frames:x?}");
    assert!(
        (2..DEPTH).contains(&frames.len()),
        "{} frames",
        frames.len()
    );
    // Where the kernel is, on every architecture: the upper half.
    assert!(
        frames
            .iter()
            .all(|frame| matches!(frame, Frame::Address(address) if address >> 63 == 1))
    );
    let ids: Vec<_> = map.ids().map(Result::unwrap).collect();
    assert_eq!(ids, [id]);
    let mut again = vec![Frame::Address(0)];
    assert!(map.get_into(id, &mut again).unwrap());
    assert_eq!(again, frames);
    assert!(map.delete(id).unwrap());
    assert!(!map.delete(id).unwrap());
    assert!(!map.delete(u32::MAX).unwrap());
    assert_eq!(map.get(id).unwrap(), None);
    assert_eq!(map.get(u32::MAX).unwrap(), None);
    assert!(!map.get_into(id, &mut again).unwrap());
    assert_eq!(again, []);
}

#[test]
fn a_user_stack_has_places_in_files() {
    needs_kernel!();
    let map = Files::create().unwrap();
    assert_eq!(map.depth(), DEPTH);
    // The kernel waits neither for the lock of the memory map, which other tests take in
    // their threads, nor for a page of the file: then frames are addresses
    // (`stack_map_get_build_id_offset` in kernel/bpf/stackmap.c).
    let frames = (0..200).find_map(|_| {
        let id = Tracer::new(&map, USER_STACK | REUSE_STACKID).run();
        let frames = map.get(id).unwrap().unwrap();
        // The innermost frame is the system call, in the C library or in this very file.
        let is_file = matches!(frames[0], Frame::File { offset, .. } if offset > 0);
        if !is_file {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        is_file.then_some(frames)
    });
    let frames = frames.expect("a frame in a file");
    println!("{frames:x?}");
    let mapped = build_ids();
    for frame in &frames {
        if let Frame::File { build_id, .. } = frame {
            assert!(mapped.contains(build_id), "{build_id:x?}");
        }
    }
}

/// The build ids of the files that are mapped into this process, by their notes.
fn build_ids() -> Vec<[u8; 20]> {
    use object::Object;
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let files = maps.lines().filter_map(|line| line.split_once('/'));
    files
        .filter_map(|(_, path)| {
            let bytes = std::fs::read(format!("/{path}")).ok()?;
            let file = object::File::parse(&*bytes).ok()?;
            file.build_id().ok()??.try_into().ok()
        })
        .collect()
}

#[test]
fn many_traces_are_listed_and_cleared() {
    needs_kernel!();
    let map = Kernel::create_with(|spec: &mut MapSpec| spec.max_entries = 1024).unwrap();
    let tracer = Tracer::new(&map, REUSE_STACKID);
    // Each depth of calls is another stack, as seen from user space.
    let user = Tracer::new(&map, USER_STACK | REUSE_STACKID);
    let mut expected = vec![tracer.run()];
    fn deeper(depth: u32, run: &dyn Fn() -> u32) -> u32 {
        match depth {
            0 => run(),
            depth => std::hint::black_box(deeper(std::hint::black_box(depth - 1), run)),
        }
    }
    expected.extend((0..4).map(|depth| deeper(depth, &|| user.run())));
    expected.sort_unstable();
    expected.dedup();
    let ids: Vec<_> = map.ids().map(Result::unwrap).collect();
    assert_eq!(ids, expected);
    map.clear().unwrap();
    assert_eq!(map.ids().count(), 0);
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let map = Kernel::create().unwrap();
    let id = Tracer::new(&map, REUSE_STACKID).run();
    let readable = Kernel::from_fd(read_only(map.info().id())).unwrap();
    assert!(readable.get(id).unwrap().is_some());
    all_say(
        "its descriptor is read-only",
        [readable.delete(id).map(drop), readable.clear()],
    );
    let writable = Kernel::from_fd(write_only(map.info().id())).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.get(id).map(drop),
            writable.ids().next().unwrap().map(drop),
        ],
    );
    freeze(&map);
    all_say("the map is frozen", [map.delete(id).map(drop)]);
}

#[test]
fn a_hash_is_no_map_of_stack_traces() {
    needs_kernel!();
    bind!(
        Hash = mapgen_runtime::RawMap,
        spec("kernel", MapKind::Hash, 4, 8, 16)
    );
    let error = Kernel::from_fd(Hash::create().unwrap()).unwrap_err();
    assert!(matches!(error, Error::Mismatch(_)), "{error}");
}
