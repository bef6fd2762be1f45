//! Sockets to redirect to or to choose from: [`SockMap`], [`SockHash`],
//! [`ReusePortSockArray`].

use std::os::fd::{AsFd, AsRawFd};

use bytemuck::Pod;

use crate::error::{Error, Result};
use crate::map::Map;
use crate::map::batches::Mode;
use crate::map::elements::Elements;
use crate::map::iter::{Iter, next_keys};
use crate::spec::MapKind;
use crate::sys;

/// Sockets by a key. The kernel takes a descriptor, in 4 bytes or in 8, whichever the map
/// declares, and gives the socket's cookie, if there is room for its 8.
enum Sockets<K> {
    Narrow(Elements<K, u32>),
    Wide(Elements<K, u64>),
}

impl<K: Pod> Sockets<K> {
    fn on(map: Map, kind: MapKind) -> Result<Self> {
        if map.info().value_size() as usize == size_of::<u64>() {
            Elements::on(map, &[kind]).map(Self::Wide)
        } else {
            Elements::on(map, &[kind]).map(Self::Narrow)
        }
    }

    #[inline]
    fn update(&self, op: &'static str, key: &K, socket: impl AsFd, flags: u64) -> Result<()> {
        let number = socket.as_fd().as_raw_fd().unsigned_abs();
        match self {
            Self::Narrow(sockets) => sockets.update(op, key, &number, flags),
            Self::Wide(sockets) => sockets.update(op, key, &number.into(), flags),
        }
    }

    fn cookies(&self, op: &'static str) -> Result<&Elements<K, u64>> {
        match self {
            Self::Wide(sockets) => Ok(sockets),
            Self::Narrow(map) => Err(Error::Access {
                op,
                map: map.label(),
                why: "a cookie has 8 bytes, the map's values 4 (declare `__type(value, __u64)`)",
            }),
        }
    }

    #[inline]
    fn delete(&self, key: &K) -> Result<bool> {
        let deleted = match self {
            Self::Narrow(sockets) => sockets.try_delete(key),
            Self::Wide(sockets) => sockets.try_delete(key),
        };
        match deleted {
            Ok(()) => Ok(true),
            // An empty slot is `EINVAL` to `__sock_map_delete` (net/core/sock_map.c).
            Err(libc::ENOENT) => Ok(false),
            Err(libc::EINVAL) if self.info().kind() == MapKind::SockMap => Ok(false),
            Err(errno) => Err(self.refused_write("delete", errno)),
        }
    }

    fn next_key(&self, op: &'static str, key: Option<&K>) -> Result<Option<K>> {
        match self {
            Self::Narrow(sockets) => sockets.next_key(op, key),
            Self::Wide(sockets) => sockets.next_key(op, key),
        }
    }
}

impl<K> Clone for Sockets<K> {
    fn clone(&self) -> Self {
        match self {
            Self::Narrow(sockets) => Self::Narrow(sockets.clone()),
            Self::Wide(sockets) => Self::Wide(sockets.clone()),
        }
    }
}

impl<K> std::ops::Deref for Sockets<K> {
    type Target = Map;

    fn deref(&self) -> &Map {
        match self {
            Self::Narrow(sockets) => sockets,
            Self::Wide(sockets) => sockets,
        }
    }
}

macro_rules! array {
    (
        $(#[$doc:meta])*
        $name:ident: $kind:ident;
        $(#[$errors:meta])*
        set
    ) => {
        $(#[$doc])*
        pub struct $name(Sockets<u32>);

        impl $name {
            /// Puts a socket in a slot, in place of what is there.
            ///
            /// # Errors
            /// [`Error::OutOfRange`], [`Error::Access`] when the map is frozen or its
            /// descriptor read-only, else [`Error::Os`]: `EBADF` or `ENOTSOCK` when it is no
            $(#[$errors])*
            #[inline]
            pub fn set(&self, index: u32, socket: impl AsFd) -> Result<()> {
                self.in_range(index)?;
                self.0.update("set", &index, socket, sys::ANY)
            }

            /// The cookie of the socket in a slot (`SO_COOKIE`), `None` where there is none.
            ///
            /// # Errors
            /// [`Error::OutOfRange`], [`Error::Access`] when the map's values have 4 bytes,
            /// which is no room for a cookie, or the descriptor is write-only, else
            /// [`Error::Os`].
            #[inline]
            pub fn get(&self, index: u32) -> Result<Option<u64>> {
                self.in_range(index)?;
                self.0.cookies("get")?.get("get", &index)
            }

            /// Takes the socket of a slot out: whether there was one.
            ///
            /// # Errors
            /// [`Error::OutOfRange`], [`Error::Access`] when the map is frozen or its
            /// descriptor read-only, else [`Error::Os`].
            #[inline]
            pub fn delete(&self, index: u32) -> Result<bool> {
                self.in_range(index)?;
                self.0.delete(&index)
            }

            /// The slots that are not empty, and the cookies of the sockets in them.
            ///
            /// # Errors
            /// As for [`get`](Self::get), as may be each item, which is then the last.
            pub fn iter(&self) -> Result<Iter<u32, u64>> {
                let cookies = self.0.cookies("iter")?;
                Ok(Iter::new(cookies.batches(Mode::Read, "iter", None)))
            }
        }

        handles!($name<>, u32 => u64, |map| Sockets::on(map, MapKind::$kind));
        derefs!($name<> to Map);
    };
}

array! {
    /// Sockets by index, for `bpf_sk_redirect_map` and the like: `BPF_MAP_TYPE_SOCKMAP`.
    ///
    /// A socket leaves when it is closed.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, SockMap};
    /// # fn example(peers: &SockMap, stream: std::net::TcpStream) -> Result<()> {
    /// peers.set(0, &stream)?;
    /// assert!(peers.delete(0)?);
    /// # Ok(())
    /// # }
    /// ```
    SockMap: SockMap;
    /// socket, `EOPNOTSUPP` when it is not in a state to be redirected to (TCP:
    /// established).
    set
}

array! {
    /// Sockets for `bpf_sk_select_reuseport` to choose from:
    /// `BPF_MAP_TYPE_REUSEPORT_SOCKARRAY`.
    ///
    /// A socket leaves when it is closed.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Result, ReusePortSockArray};
    /// # fn example(workers: &ReusePortSockArray, socket: std::net::UdpSocket) -> Result<()> {
    /// workers.set(0, &socket)?; // bound, with SO_REUSEPORT
    /// # Ok(())
    /// # }
    /// ```
    ReusePortSockArray: ReusePortSockArray;
    /// socket, `EINVAL` when it is not bound (TCP: not listening) or has not
    /// `SO_REUSEPORT`, `EBUSY` when it is in a slot already.
    set
}

/// Sockets by a key, for `bpf_sk_redirect_hash` and the like: `BPF_MAP_TYPE_SOCKHASH`.
///
/// A socket leaves when it is closed.
///
/// ```no_run
/// # use mapgen_runtime::{Result, SockHash};
/// # fn example(peers: &SockHash<[u8; 6]>, stream: std::net::TcpStream) -> Result<()> {
/// peers.insert(&[10, 0, 0, 1, 0x1f, 0x90], &stream)?;
/// # Ok(())
/// # }
/// ```
pub struct SockHash<K>(Sockets<K>);

impl<K: Pod> SockHash<K> {
    /// Inserts a socket, or replaces the one of its key.
    ///
    /// # Errors
    /// [`Error::Full`] when there are as many sockets as the capacity, [`Error::Access`]
    /// when the map is frozen or its descriptor read-only, else [`Error::Os`]: `EBADF` or
    /// `ENOTSOCK` when it is no socket, `EOPNOTSUPP` when it is not in a state to be
    /// redirected to (TCP: established).
    #[inline]
    pub fn insert(&self, key: &K, socket: impl AsFd) -> Result<()> {
        self.0.update("insert", key, socket, sys::ANY)
    }

    /// Inserts a socket whose key is not there yet, in one step.
    ///
    /// # Errors
    /// [`Error::Exists`] when the key is there, else as for [`insert`](Self::insert).
    #[inline]
    pub fn try_insert(&self, key: &K, socket: impl AsFd) -> Result<()> {
        self.0.update("try_insert", key, socket, sys::NOEXIST)
    }

    /// Replaces the socket of a key that is there, in one step.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the key is not there, else as for
    /// [`insert`](Self::insert).
    #[inline]
    pub fn replace(&self, key: &K, socket: impl AsFd) -> Result<()> {
        self.0.update("replace", key, socket, sys::EXIST)
    }

    /// The cookie of a key's socket (`SO_COOKIE`), `None` when it is not there.
    ///
    /// # Errors
    /// [`Error::Access`] when the map's values have 4 bytes, which is no room for a cookie,
    /// or the descriptor is write-only, else [`Error::Os`].
    #[inline]
    pub fn get(&self, key: &K) -> Result<Option<u64>> {
        self.0.cookies("get")?.get("get", key)
    }

    /// Takes the socket of a key out: whether it was there.
    ///
    /// # Errors
    /// [`Error::Access`] when the map is frozen or its descriptor read-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn delete(&self, key: &K) -> Result<bool> {
        self.0.delete(key)
    }

    /// All keys, in no order, one system call each. A key may be seen twice when others are
    /// deleted meanwhile.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: [`Error::Interrupted`] when the map
    /// changed so fast that the walk was given up, [`Error::Access`], [`Error::Os`].
    pub fn keys(&self) -> impl Iterator<Item = Result<K>> + use<K> {
        let sockets = self.0.clone();
        let map: Map = Map::clone(self);
        next_keys(map, "keys", move |key| sockets.next_key("keys", key))
    }
}

handles!(SockHash<K: Pod>, K => u64, |map| Sockets::on(map, MapKind::SockHash));
derefs!(SockHash<K> to Map);
