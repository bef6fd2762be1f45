//! Maps of sockets on the running kernel.

mod support;

use std::collections::BTreeSet;
use std::fs::File;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, FromRawFd};

use mapgen_runtime::{Error, MapKind, ReusePortSockArray, SockHash, SockMap};
use support::{all_say, bind, freeze, needs_kernel, read_only, spec, write_only};

bind!(Peers = SockMap, spec("peers", MapKind::SockMap, 4, 8, 8));
bind!(Narrow = SockMap, spec("narrow", MapKind::SockMap, 4, 4, 8));
bind!(ByName = SockHash<[u8; 6]>, spec("by_name", MapKind::SockHash, 6, 8, 2));
bind!(
    NarrowByName = SockHash<[u8; 6]>,
    spec("narrow_by_name", MapKind::SockHash, 6, 4, 8)
);
bind!(
    Workers = ReusePortSockArray,
    spec("workers", MapKind::ReusePortSockArray, 4, 8, 8)
);

/// Both ends of a connection.
fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (client, listener.accept().unwrap().0)
}

/// What the kernel knows a socket by.
fn cookie(socket: impl AsFd) -> u64 {
    let (mut cookie, mut size) = (0_u64, size_of::<u64>() as libc::socklen_t);
    // SAFETY: `cookie` has room for what `size` says.
    let status = unsafe {
        libc::getsockopt(
            socket.as_fd().as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut size,
        )
    };
    assert_eq!(status, 0);
    cookie
}

#[track_caller]
fn errno(result: mapgen_runtime::Result<()>) -> i32 {
    match result.unwrap_err() {
        Error::Os { errno, .. } => errno,
        other => panic!("{other}"),
    }
}

fn beyond(map: &'static str) -> Error {
    Error::OutOfRange {
        map: map.into(),
        index: 8,
        capacity: 8,
    }
}

fn no_room(op: &'static str, map: &'static str) -> Error {
    Error::Access {
        op,
        map: map.into(),
        why: "a cookie has 8 bytes, the map's values 4 (declare `__type(value, __u64)`)",
    }
}

#[test]
fn a_socket_goes_in_by_descriptor_and_comes_out_by_cookie() {
    needs_kernel!();
    let map = Peers::create().unwrap();
    let (client, server) = connection();
    assert_eq!(map.get(0).unwrap(), None);
    assert!(!map.delete(0).unwrap());
    map.set(0, &client).unwrap();
    map.set(7, &server).unwrap();
    assert_eq!(map.get(0).unwrap(), Some(cookie(&client)));
    let seen: Vec<_> = map.iter().unwrap().map(Result::unwrap).collect();
    assert_eq!(seen, [(0, cookie(&client)), (7, cookie(&server))]);
    map.set(0, &server).unwrap();
    assert_eq!(map.get(0).unwrap(), Some(cookie(&server)));
    assert!(map.delete(0).unwrap());
    assert!(!map.delete(0).unwrap());
    // It leaves when it is closed.
    drop(server);
    assert_eq!(map.get(7).unwrap(), None);
    for result in [
        map.get(8).map(drop),
        map.set(8, &client),
        map.delete(8).map(drop),
    ] {
        assert_eq!(result.unwrap_err(), beyond("peers"));
    }
}

#[test]
fn what_is_no_socket_or_in_no_state_for_it_is_refused() {
    needs_kernel!();
    let map = Peers::create().unwrap();
    let file = File::open("/dev/null").unwrap();
    assert_eq!(errno(map.set(0, &file)), libc::ENOTSOCK);
    // SAFETY: it takes no pointers.
    let fresh = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };
    // SAFETY: the call made this descriptor for us.
    let fresh = unsafe { TcpStream::from_raw_fd(fresh) };
    assert_eq!(errno(map.set(0, &fresh)), libc::EOPNOTSUPP);
}

#[test]
fn without_room_for_a_cookie_a_map_of_sockets_is_not_read() {
    needs_kernel!();
    let (client, _server) = connection();
    let map = Narrow::create().unwrap();
    map.set(0, &client).unwrap();
    assert_eq!(map.get(0).unwrap_err(), no_room("get", "narrow"));
    assert_eq!(map.iter().map(drop).unwrap_err(), no_room("iter", "narrow"));
    assert!(map.delete(0).unwrap());
    assert!(!map.delete(0).unwrap());

    let map = NarrowByName::create().unwrap();
    map.insert(b"client", &client).unwrap();
    assert_eq!(
        map.get(b"client").unwrap_err(),
        no_room("get", "narrow_by_name")
    );
    let keys: Vec<_> = map.keys().map(Result::unwrap).collect();
    assert_eq!(keys, [*b"client"]);
    assert!(map.delete(b"client").unwrap());
    assert!(!map.delete(b"client").unwrap());
}

#[test]
fn a_hash_has_sockets_by_key() {
    needs_kernel!();
    let map = ByName::create().unwrap();
    let (client, server) = connection();
    assert_eq!(map.get(b"client").unwrap(), None);
    assert!(matches!(
        map.replace(b"client", &client),
        Err(Error::NotFound { .. })
    ));
    map.insert(b"client", &client).unwrap();
    map.try_insert(b"server", &server).unwrap();
    assert!(matches!(
        map.try_insert(b"server", &client),
        Err(Error::Exists { .. })
    ));
    assert_eq!(
        map.insert(b"third.", &client).unwrap_err(),
        Error::Full {
            map: "by_name".into(),
            capacity: 2,
            entries: Some(2)
        }
    );
    assert_eq!(map.get(b"client").unwrap(), Some(cookie(&client)));
    map.replace(b"client", &server).unwrap();
    assert_eq!(map.get(b"client").unwrap(), Some(cookie(&server)));
    let keys: BTreeSet<_> = map.keys().map(Result::unwrap).collect();
    assert_eq!(keys, BTreeSet::from([*b"client", *b"server"]));
    assert!(map.delete(b"client").unwrap());
    assert!(!map.delete(b"client").unwrap());
    drop(server);
    assert_eq!(map.get(b"server").unwrap(), None);
    assert_eq!(map.keys().count(), 0);
}

/// A UDP socket that is bound, with `SO_REUSEPORT`.
fn worker() -> UdpSocket {
    // SAFETY: it takes no pointers.
    let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM, 0) };
    // SAFETY: the call made this descriptor for us.
    let socket = unsafe { UdpSocket::from_raw_fd(fd) };
    let one = 1_i32;
    let address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: 0,
        sin_addr: libc::in_addr {
            s_addr: u32::from_ne_bytes([127, 0, 0, 1]),
        },
        sin_zero: [0; 8],
    };
    // SAFETY: both are valid for the sizes that are given.
    let status = unsafe {
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_REUSEPORT,
            (&raw const one).cast(),
            size_of::<i32>() as libc::socklen_t,
        ) | libc::bind(
            fd,
            (&raw const address).cast(),
            size_of_val(&address) as libc::socklen_t,
        )
    };
    assert_eq!(status, 0);
    socket
}

#[test]
fn a_reuseport_array_has_bound_sockets() {
    needs_kernel!();
    let map = Workers::create().unwrap();
    let (first, second) = (worker(), worker());
    assert_eq!(map.get(0).unwrap(), None);
    map.set(0, &first).unwrap();
    map.set(5, &second).unwrap();
    assert_eq!(map.get(0).unwrap(), Some(cookie(&first)));
    assert_eq!(errno(map.set(1, &first)), libc::EBUSY);
    let plain = UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_eq!(errno(map.set(1, &plain)), libc::EINVAL);
    let seen: Vec<_> = map.iter().unwrap().map(Result::unwrap).collect();
    assert_eq!(seen, [(0, cookie(&first)), (5, cookie(&second))]);
    assert!(map.delete(0).unwrap());
    assert!(!map.delete(0).unwrap());
    drop(second);
    assert_eq!(map.get(5).unwrap(), None);
    for result in [
        map.get(8).map(drop),
        map.set(8, &first),
        map.delete(8).map(drop),
    ] {
        assert_eq!(result.unwrap_err(), beyond("workers"));
    }
}

#[test]
fn a_descriptor_that_does_not_allow_it_says_so() {
    needs_kernel!();
    let map = ByName::create().unwrap();
    let (client, _server) = connection();
    let readable = ByName::from_fd(read_only(map.info().id())).unwrap();
    all_say(
        "its descriptor is read-only",
        [
            readable.insert(b"client", &client),
            readable.delete(b"client").map(drop),
        ],
    );
    let writable = ByName::from_fd(write_only(map.info().id())).unwrap();
    writable.insert(b"client", &client).unwrap();
    all_say(
        "its descriptor is write-only",
        [
            writable.get(b"client").map(drop),
            writable.keys().next().unwrap().map(drop),
        ],
    );
    freeze(&map);
    all_say(
        "the map is frozen",
        [
            map.insert(b"client", &client),
            map.delete(b"client").map(drop),
        ],
    );
}
