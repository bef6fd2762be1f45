//! Bindings of a part of the corpus, with libbpf's assertions.
//!
//! Prints a line for each map: what the kernel and the load gate said of it.

#![allow(warnings)]

use std::os::fd::AsFd;

use mapgen_runtime::bytemuck::{self, Pod, Zeroable};

/// The size of what `get` returns.
const fn size_of_member<S, F>(_: fn(&S) -> F) -> usize {
    size_of::<F>()
}

/// Reads a member out of bytes in which only its own bits are set, and out of their
/// complement. `signed`: a bit-field whose sign is extended.
fn read<S: Pod, F: Pod>(
    out: &mut Vec<String>,
    place: &str,
    bit_offset: usize,
    bits: usize,
    signed: bool,
    get: fn(&S) -> F,
) {
    for ones in [true, false] {
        let mut of = S::zeroed();
        let bytes = bytemuck::bytes_of_mut(&mut of);
        for bit in 0..bytes.len() * 8 {
            let own = (bit_offset..bit_offset + bits).contains(&bit);
            if own == ones {
                bytes[bit / 8] |= 1 << (bit % 8);
            }
        }
        let member = get(&of);
        let bytes = bytemuck::bytes_of(&member);
        let right = (0..bytes.len() * 8).all(|bit| {
            let set = bytes[bit / 8] >> (bit % 8) & 1 == 1;
            set == (ones && (bit < bits || signed))
        });
        if !right {
            out.push(format!("{place} reads {bytes:x?} where its bits are {ones}"));
        }
    }
    out.push(String::new());
}

/// Counts what `read` did, and prints what it found wrong.
fn members(out: &mut Vec<String>, object: usize, before: usize) {
    let found = out.split_off(before);
    let (read, wrong): (Vec<_>, Vec<_>) = found.into_iter().partition(String::is_empty);
    out.push(format!("read\t{object}\t{}", read.len()));
    out.extend(wrong.into_iter().map(|wrong| format!("wrong\t{object}\t{wrong}")));
}

/// Creates a map as its spec says, takes it through the load gate twice, and so the map
/// that was made of libbpf's numbers.
macro_rules! map {
    ($out:ident, $object:ident, $handle:path, $map:literal) => {{
        type Handle = $handle;
        let created = Handle::create_with(|spec| {
            // Left to run time by the object.
            if spec.max_entries == 0 {
                spec.max_entries = crate::capacity(spec.kind.number());
            }
            let (key, value) = crate::sizes(spec.kind.number());
            if spec.key_size == 0 {
                spec.key_size = key;
            }
            if spec.value_size == 0 {
                spec.value_size = value;
            }
        });
        let said = match created {
            Err(error) => format!("refused\t{}\t{error}", Handle::KIND.name()),
            Ok(map) => match (
                Handle::from_fd(std::os::fd::AsFd::as_fd(&*map)),
                Handle::from_id(map.info().id()),
            ) {
                (Ok(fd), Ok(id)) if fd.proof() == id.proof() => {
                    format!("created\t{:?}\t", fd.proof())
                }
                (fd, id) => format!("gate\t{:?}\t{:?}", fd.err(), id.err()),
            },
        };
        $out.push(format!("{said}\t{}\t{}", $object, $map).replace('\n', " "));
        if let Some((id, accept)) = crate::id_of($object, $map) {
            let said = match Handle::from_id_with(id, accept) {
                Ok(map) => format!("passed\t{:?}\t", map.proof()),
                Err(error) => format!("gate\t{error}\tof libbpf's map"),
            };
            $out.push(format!("{said}\t{}\t{}", $object, $map).replace('\n', " "));
        }
    }};
}

/// The id of the map that was made of libbpf's numbers, and what is to be accepted of it:
/// `kernel` of the corpus passes a line for each on standard input.
fn id_of(object: usize, map: &str) -> Option<(u32, mapgen_runtime::Accept)> {
    static LINES: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let lines = LINES.get_or_init(|| std::io::read_to_string(std::io::stdin()).expect("text"));
    let wanted = format!("{object}\t{map}\t");
    let line = lines.lines().find_map(|line| line.strip_prefix(&*wanted))?;
    let (id, btf) = line.split_once('\t')?;
    let accept = match btf {
        "btf" => mapgen_runtime::Accept::default(),
        _ => mapgen_runtime::Accept::no_btf(),
    };
    Some((id.parse().ok()?, accept))
}

/// How many entries a map gets whose object leaves them to run time: as `entries` of the
/// corpus has it.
fn capacity(kind: u32) -> u32 {
    match kind {
        // Perf arrays have one for each CPU, storage maps have none.
        4 | 19 | 21 | 24 | 28 | 29 | 32 => 0,
        _ => 4096,
    }
}

/// The sizes of key and value where the object leaves them to run time, which it can do in
/// hashes, arrays and Bloom filters: as `sized` of the corpus has it.
fn sizes(kind: u32) -> (u32, u32) {
    match kind {
        1 | 2 | 5 | 6 | 9 | 10 => (4, 8),
        30 => (0, 8),
        _ => (0, 0),
    }
}

fn main() {
    // Values are read on the stack.
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no panic");
}

fn report(out: Vec<String>) {
    for line in out {
        println!("{line}");
    }
}

