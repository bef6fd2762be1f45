//! The floor: `bpf(2)` as a program of this one purpose would call it, and nothing else.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};

pub(crate) const LOOKUP: i32 = 1;
pub(crate) const UPDATE: i32 = 2;
pub(crate) const DELETE: i32 = 3;
const PROG_LOAD: i32 = 5;
const OBJ_GET: i32 = 7;
const PROG_TEST_RUN: i32 = 10;
const OBJ_GET_INFO_BY_FD: i32 = 15;
pub(crate) const LOOKUP_AND_DELETE: i32 = 21;
const LOOKUP_BATCH: i32 = 24;

/// The attributes of the commands on one element.
#[repr(C)]
struct Element {
    fd: u32,
    unused: u32,
    key: *const u8,
    value: *mut u8,
    flags: u64,
}

/// A command: what the system call answers.
#[inline]
fn bpf<A>(command: i32, attributes: &mut A) -> i64 {
    // SAFETY: the attributes are those of the command; their addresses are the caller's.
    unsafe {
        libc::syscall(
            libc::SYS_bpf,
            command,
            std::ptr::from_mut(attributes),
            size_of::<A>(),
        )
    }
}

/// A command on one element: whether it succeeded.
#[inline]
pub(crate) fn element<K, V>(fd: i32, command: i32, key: &K, value: *mut V) -> bool {
    let mut attributes = Element {
        fd: fd as u32,
        unused: 0,
        key: std::ptr::from_ref(key).cast(),
        value: value.cast(),
        flags: 0,
    };
    bpf(command, &mut attributes) == 0
}

/// The value of a key.
#[inline]
pub(crate) fn get<K, V>(fd: i32, command: i32, key: &K) -> Option<V> {
    let mut value = MaybeUninit::<V>::uninit();
    // SAFETY: the kernel has written all of it, and any bytes are one: callers ask for
    // integers and arrays of them.
    element(fd, command, key, value.as_mut_ptr()).then(|| unsafe { value.assume_init() })
}

/// The buffers of a walk in batches.
pub(crate) struct Batches {
    keys: Vec<u32>,
    values: Vec<u64>,
}

#[repr(C)]
struct BatchAttributes {
    in_batch: *const u64,
    out_batch: *mut u64,
    keys: *mut u32,
    values: *mut u64,
    count: u32,
    fd: u32,
    element_flags: u64,
    flags: u64,
}

impl Batches {
    pub(crate) fn new(room: usize) -> Self {
        Self {
            keys: vec![0; room],
            values: vec![0; room],
        }
    }

    /// Shows every entry of a map from `u32` to `u64`: how many there are.
    #[inline]
    pub(crate) fn walk(&mut self, fd: i32, mut show: impl FnMut(u32, u64)) -> usize {
        let mut all = 0;
        self.batches(fd, |keys, values| {
            for (key, value) in keys.iter().zip(values) {
                show(*key, *value);
            }
            all += keys.len();
        });
        all
    }

    /// How many entries a map from `u32` to `u64` has.
    pub(crate) fn count(&mut self, fd: i32) -> usize {
        let mut all = 0;
        self.batches(fd, |keys, _| all += keys.len());
        all
    }

    #[inline]
    fn batches(&mut self, fd: i32, mut show: impl FnMut(&[u32], &[u64])) {
        let (mut last, mut next) = (0u64, 0u64);
        let mut first = true;
        loop {
            let mut attributes = BatchAttributes {
                in_batch: if first {
                    std::ptr::null()
                } else {
                    &raw const last
                },
                out_batch: &raw mut next,
                keys: self.keys.as_mut_ptr(),
                values: self.values.as_mut_ptr(),
                count: self.keys.len() as u32,
                fd: fd as u32,
                element_flags: 0,
                flags: 0,
            };
            let status = bpf(LOOKUP_BATCH, &mut attributes);
            let count = attributes.count as usize;
            show(&self.keys[..count], &self.values[..count]);
            if status != 0 {
                return;
            }
            (first, last) = (false, next);
        }
    }
}

#[repr(C)]
struct ObjectAttributes {
    path: *const libc::c_char,
    fd: u32,
    flags: u32,
}

#[repr(C)]
struct InfoAttributes {
    fd: u32,
    size: u32,
    info: *mut u8,
}

/// Opens a pin, asks for the info and closes it again: the id.
pub(crate) fn open(path: &std::ffi::CStr) -> u32 {
    let mut attributes = ObjectAttributes {
        path: path.as_ptr(),
        fd: 0,
        flags: 0,
    };
    let fd = bpf(OBJ_GET, &mut attributes);
    assert!(fd >= 0, "the pin opens");
    // `struct bpf_map_info` up to `map_extra`.
    let mut info = [0u32; 22];
    let mut attributes = InfoAttributes {
        fd: fd as u32,
        size: size_of_val(&info) as u32,
        info: info.as_mut_ptr().cast(),
    };
    assert_eq!(bpf(OBJ_GET_INFO_BY_FD, &mut attributes), 0);
    // SAFETY: the descriptor is ours.
    unsafe { libc::close(fd as i32) };
    info[1]
}

/// A program that adds up the counts that the kernel keeps of a map's entries.
pub(crate) struct Counter(i32);

impl Counter {
    /// Loads it; `None` where the kernel does not count. `function` is the id of
    /// `bpf_map_sum_elem_count` in the kernel's BTF.
    pub(crate) fn load(map: impl AsFd, function: u32) -> Option<Self> {
        const SYSCALL: u32 = 31;
        const SLEEPABLE: u32 = 1 << 4;
        let map = map.as_fd().as_raw_fd() as u64;
        let code: [u64; 7] = [
            0x16bf,               // r6 = r1
            0x1118 | (map << 32), // r1 = map
            0,
            0x2085 | (u64::from(function) << 32), // call function
            0x067b,                               // *(u64 *)r6 = r0
            0x00b7,                               // r0 = 0
            0x0095,                               // exit
        ];
        #[repr(C)]
        struct Load {
            kind: u32,
            count: u32,
            code: *const u64,
            license: *const libc::c_char,
            log: [u32; 4],
            version: u32,
            flags: u32,
        }
        let fd = bpf(
            PROG_LOAD,
            &mut Load {
                kind: SYSCALL,
                count: code.len() as u32,
                code: code.as_ptr(),
                license: c"GPL".as_ptr(),
                log: [0; 4],
                version: 0,
                flags: SLEEPABLE,
            },
        );
        (fd >= 0).then_some(Self(fd as i32))
    }

    /// Runs it.
    #[inline]
    pub(crate) fn count(&self) -> u64 {
        let mut count = 0u64;
        // `bpf_attr.test`: `prog_fd` first, `ctx_size_in` at 40, `ctx_in` at 48.
        let mut attributes = [
            self.0 as u64,
            0,
            0,
            0,
            0,
            8,
            std::ptr::from_mut(&mut count) as u64,
            0,
        ];
        assert_eq!(bpf(PROG_TEST_RUN, &mut attributes), 0);
        std::hint::black_box(count)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // SAFETY: the descriptor is ours.
        unsafe { libc::close(self.0) };
    }
}
