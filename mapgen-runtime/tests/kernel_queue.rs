//! Queues and stacks on the running kernel.

mod support;

use mapgen_runtime::{Error, MapKind, Queue, Stack};
use support::{all_say, bind, freeze, needs_kernel, read_only, spec, write_only};

bind!(Waiting = Queue<[u8; 3]>, spec("waiting", MapKind::Queue, 0, 3, 4));
bind!(Free = Stack<u64>, spec("free", MapKind::Stack, 0, 8, 4));

fn full(map: &'static str) -> Error {
    Error::Full {
        map: map.into(),
        capacity: 4,
        entries: Some(4),
    }
}

#[test]
fn a_queue_gives_first_what_came_first() {
    needs_kernel!();
    let map = Waiting::create().unwrap();
    assert_eq!(map.capacity(), 4);
    assert!(map.is_empty().unwrap());
    assert_eq!((map.pop().unwrap(), map.peek().unwrap()), (None, None));
    for n in 1..=4 {
        map.push(&[n; 3]).unwrap();
    }
    assert!(!map.is_empty().unwrap());
    assert_eq!(map.push(&[5; 3]).unwrap_err(), full("waiting"));
    assert_eq!(map.peek().unwrap(), Some([1; 3]));
    map.push_overwrite(&[5; 3]).unwrap();
    for n in 2..=5 {
        assert_eq!(map.peek().unwrap(), Some([n; 3]));
        assert_eq!(map.pop().unwrap(), Some([n; 3]));
    }
    assert_eq!(map.pop().unwrap(), None);
    map.push_overwrite(&[6; 3]).unwrap();
    assert_eq!(map.pop().unwrap(), Some([6; 3]));
}

#[test]
fn a_stack_gives_first_what_came_last() {
    needs_kernel!();
    let map = Free::create().unwrap();
    assert_eq!((map.pop().unwrap(), map.peek().unwrap()), (None, None));
    for n in 1..=4 {
        map.push(&n).unwrap();
    }
    assert_eq!(map.push(&5).unwrap_err(), full("free"));
    map.push_overwrite(&5).unwrap();
    for n in [5, 4, 3, 2] {
        assert_eq!(map.peek().unwrap(), Some(n));
        assert_eq!(map.pop().unwrap(), Some(n));
    }
    assert!(map.is_empty().unwrap());
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let map = Free::create().unwrap();
    map.push(&1).unwrap();
    let readable = Free::from_fd(read_only(map.info().id())).unwrap();
    assert_eq!(readable.peek().unwrap(), Some(1));
    all_say(
        "its descriptor is read-only",
        [
            readable.push(&1),
            readable.push_overwrite(&1),
            readable.pop().map(drop),
        ],
    );
    let writable = Free::from_fd(write_only(map.info().id())).unwrap();
    writable.push(&2).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.peek().map(drop),
            writable.is_empty().map(drop),
            writable.pop().map(drop),
        ],
    );
    freeze(&map);
    all_say("the map is frozen", [map.push(&1), map.pop().map(drop)]);
}

#[test]
fn a_stack_is_no_queue() {
    needs_kernel!();
    bind!(Wrong = Queue<u64>, spec("free", MapKind::Queue, 0, 8, 4));
    let error = Wrong::from_fd(Free::create().unwrap()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("its kind is `stack`, expected `queue`"),
        "{error}"
    );
}
