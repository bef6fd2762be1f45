//! Kernels and processes that lack commands of `bpf(2)`: a seccomp filter answers for them.

/// From here on, this thread's `bpf(2)` answers `errno` to these commands.
pub(crate) fn refuse(commands: &[u32], errno: i32) {
    let load = |k| libc::sock_filter {
        code: 0x20,
        jt: 0,
        jf: 0,
        k,
    };
    let equal = |k, jt, jf| libc::sock_filter {
        code: 0x15,
        jt,
        jf,
        k,
    };
    let answer = |k| libc::sock_filter {
        code: 0x06,
        jt: 0,
        jf: 0,
        k,
    };
    // `struct seccomp_data`: the number at 0, the first argument at 16.
    let count = commands.len() as u8;
    let mut filter = vec![load(0), equal(libc::SYS_bpf as u32, 0, count + 1), load(16)];
    for (index, &command) in (0..count).zip(commands) {
        filter.push(equal(command, count - index, 0));
    }
    filter.push(answer(libc::SECCOMP_RET_ALLOW));
    filter.push(answer(libc::SECCOMP_RET_ERRNO | errno as u32));
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the filter outlives the call, which copies it.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        assert_eq!(
            libc::prctl(
                libc::PR_SET_SECCOMP,
                libc::SECCOMP_MODE_FILTER,
                &raw const program
            ),
            0
        );
    }
}
