//! Maps, made and filled by bpf(2) itself.

use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use mapgen_test_support::{raw_bpf, raw_bpf_fd, skipped};

const MAP_CREATE: i64 = 0;
const MAP_UPDATE_ELEM: i64 = 2;
const OBJ_PIN: i64 = 6;
const MAP_GET_FD_BY_ID: i64 = 14;
const OBJ_GET_INFO_BY_FD: i64 = 15;
const MAP_UPDATE_BATCH: i64 = 26;

const HASH: u32 = 1;
const LPM_TRIE: u32 = 11;
const RINGBUF: u32 = 27;
const NO_PREALLOC: u32 = 1;

/// A map of 4-byte keys (8 for a trie) and 8-byte values, or a ring buffer.
pub(crate) struct Map {
    pub(crate) fd: OwnedFd,
    pub(crate) id: u32,
}

/// A hash; `None` where none may be created, after saying so.
pub(crate) fn hash(name: &str, max_entries: u32) -> Option<Map> {
    create(name, HASH, [4, 8], max_entries, 0)
}

/// A trie, whose entries the kernel does not count.
pub(crate) fn trie(name: &str, max_entries: u32) -> Option<Map> {
    create(name, LPM_TRIE, [8, 8], max_entries, NO_PREALLOC)
}

/// A ring buffer of so many bytes.
pub(crate) fn ring(name: &str, bytes: u32) -> Option<Map> {
    create(name, RINGBUF, [0, 0], bytes, 0)
}

fn create(name: &str, kind: u32, sizes: [u32; 2], max_entries: u32, flags: u32) -> Option<Map> {
    let mut attr = [0_u32; 11];
    attr[..5].copy_from_slice(&[kind, sizes[0], sizes[1], max_entries, flags]);
    let mut text = [0; 16];
    text[..name.len()].copy_from_slice(name.as_bytes());
    for (word, bytes) in attr[7..].iter_mut().zip(text.chunks_exact(4)) {
        *word = u32::from_ne_bytes(bytes.try_into().expect("4 bytes"));
    }
    match raw_bpf_fd(MAP_CREATE, &mut attr) {
        Ok(fd) => Some(Map { id: id(&fd), fd }),
        Err(libc::EPERM) => {
            skipped("CAP_BPF");
            None
        }
        Err(errno) => panic!("errno {errno}"),
    }
}

fn id(fd: &OwnedFd) -> u32 {
    let mut info = [0_u32; 2];
    let length_and_fd = u64::from(fd.as_raw_fd().unsigned_abs()) | 8 << 32;
    raw_bpf(
        OBJ_GET_INFO_BY_FD,
        &mut [native(length_and_fd), info.as_mut_ptr() as u64],
    )
    .expect("its info");
    info[1]
}

/// Two words of 32 bits, the lower one first in memory.
fn native(both: u64) -> u64 {
    if cfg!(target_endian = "little") {
        both
    } else {
        both.rotate_left(32)
    }
}

impl Map {
    /// Inserts entries with these keys.
    pub(crate) fn insert(&self, keys: std::ops::Range<u32>) {
        for key in keys {
            // Of a trie, the prefix comes first.
            let key = [[32, key.to_be()], [key, 0]][usize::from(!self.is_trie())];
            let value = 0_u64;
            raw_bpf(
                MAP_UPDATE_ELEM,
                &mut [
                    native(self.number()),
                    key.as_ptr() as u64,
                    (&raw const value) as u64,
                    0,
                ],
            )
            .expect("room");
        }
    }

    /// Inserts so many entries at once.
    pub(crate) fn insert_batch(&self, count: u32) {
        let keys: Vec<u32> = (0..count).collect();
        let values = vec![0_u64; count as usize];
        let count_and_fd = u64::from(count) | self.number() << 32;
        let attr = &mut [
            0,
            0,
            keys.as_ptr() as u64,
            values.as_ptr() as u64,
            native(count_and_fd),
            0,
            0,
        ];
        raw_bpf(MAP_UPDATE_BATCH, attr).expect("room");
    }

    pub(crate) fn pin(&self, path: &std::path::Path) {
        let path = mapgen_test_support::c_path(path);
        raw_bpf(OBJ_PIN, &mut [path.as_ptr() as u64, native(self.number())]).expect("a pin");
    }

    fn number(&self) -> u64 {
        self.fd.as_raw_fd().unsigned_abs().into()
    }

    fn is_trie(&self) -> bool {
        let mut info = [0_u32; 2];
        let attr = &mut [native(self.number() | 8 << 32), info.as_mut_ptr() as u64];
        raw_bpf(OBJ_GET_INFO_BY_FD, attr).expect("its info");
        info[0] == LPM_TRIE
    }
}

/// Waits until the kernel has freed a map, which it does by and by.
pub(crate) fn wait_until_gone(id: u32) {
    let begin = Instant::now();
    while raw_bpf_fd(MAP_GET_FD_BY_ID, &mut [u64::from(id)]).is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(20), "map {id} stays");
        std::thread::sleep(Duration::from_millis(5));
    }
}
