//! What generated code calls. Not for people, and not stable.

pub use crate::__handle as handle;
pub use crate::__object as object;
pub use crate::gate::Accept;
pub use crate::layout::{self, check};
pub use crate::map::{Binding, Handle, Map};
pub use crate::place::{load, store};
pub use crate::spec::MapSpec;
pub use bytemuck;
#[cfg(feature = "libbpf")]
pub use libbpf_rs;

use std::os::fd::AsFd;
use std::path::Path;

use crate::error::Result;
use crate::gate::Origin;
use crate::testing::Kernel;

fn bind<B: Binding>(map: Map) -> Result<B> {
    Ok(B::from_handle(<B::Handle as Handle>::from_map(map)?))
}

/// Opens a pinned map as `B`.
pub fn from_pinned<B: Binding>(path: impl AsRef<Path>, accept: Accept) -> Result<B> {
    bind(Map::pinned(path.as_ref(), B::SPEC, accept)?)
}

/// Opens a map by id as `B`.
pub fn from_id<B: Binding>(id: u32, accept: Accept) -> Result<B> {
    bind(Map::by_id(id, B::SPEC, accept)?)
}

/// Opens a map by descriptor as `B`.
pub fn from_fd<B: Binding>(fd: impl AsFd, accept: Accept) -> Result<B> {
    bind(Map::by_fd(fd.as_fd(), B::SPEC, accept, Origin::Fd)?)
}

/// Creates the map of `B`.
pub fn create<B: Binding>(change: impl FnOnce(&mut MapSpec)) -> Result<B> {
    bind(Map::create(B::SPEC, change)?)
}

/// Creates the map of `B` in a kernel in memory of its own.
pub fn simulated<B: Binding>() -> Result<B> {
    Kernel::new().load()
}

/// Opens a map of a loaded object as `B`.
#[cfg(feature = "libbpf")]
pub fn from_object<B: Binding>(object: &libbpf_rs::Object, accept: Accept) -> Result<B> {
    use libbpf_rs::MapCore;

    use crate::error::{Difference, Error, Mismatch};

    let Some(map) = object.maps().find(|map| map.name() == B::SPEC.name) else {
        return Err(Error::Mismatch(Mismatch {
            object: B::SPEC.object,
            map: B::SPEC.name.into(),
            found_in: Origin::Object(B::SPEC.object).to_string(),
            differences: vec![Difference::Missing],
        }));
    };
    bind(Map::of_object(map.as_fd(), object, B::SPEC, accept)?)
}

/// Opens a map of libbpf-rs as `B`.
#[cfg(feature = "libbpf")]
pub fn from_map<B: Binding>(map: &impl libbpf_rs::MapCore, accept: Accept) -> Result<B> {
    bind(Map::by_fd(map.as_fd(), B::SPEC, accept, Origin::Fd)?)
}

/// Everything of a generated handle but its struct and its constants:
/// `handle!(Conns => HashMap<FlowKey, FlowStats>)`.
///
/// It stands here, not in the macro crate, so that this crate's features decide which
/// constructors there are.
#[doc(hidden)]
#[macro_export]
macro_rules! __handle {
    ($name:ident => $handle:ty) => {
        impl ::core::ops::Deref for $name {
            type Target = $handle;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl $crate::Binding for $name {
            type Handle = $handle;
            const SPEC: &'static $crate::MapSpec = &Self::SPEC;

            fn from_handle(handle: $handle) -> Self {
                Self(handle)
            }

            fn as_handle(&self) -> &$handle {
                &self.0
            }
        }

        impl ::std::os::fd::AsFd for $name {
            fn as_fd(&self) -> ::std::os::fd::BorrowedFd<'_> {
                ::std::os::fd::AsFd::as_fd(&self.0)
            }
        }

        impl $name {
            /// Opens the map pinned at `path`, through the load gate.
            ///
            /// # Errors
            /// `Mismatch` when it is not the map that this was built for, `Permission`
            /// when the kernel does not show its BTF, `Os` when there is no pin.
            pub fn from_pinned(
                path: impl ::core::convert::AsRef<::std::path::Path>,
            ) -> $crate::Result<Self> {
                $crate::__private::from_pinned(
                    path,
                    <$crate::Accept as ::core::default::Default>::default(),
                )
            }

            /// As `from_pinned`, accepting less than a comparison of every member.
            ///
            /// # Errors
            /// As `from_pinned`.
            pub fn from_pinned_with(
                path: impl ::core::convert::AsRef<::std::path::Path>,
                accept: $crate::Accept,
            ) -> $crate::Result<Self> {
                $crate::__private::from_pinned(path, accept)
            }

            /// Opens the map with this id, through the load gate; needs CAP_SYS_ADMIN.
            ///
            /// # Errors
            /// `Mismatch` when it is not the map that this was built for, `Permission`
            /// without the capability, `Os` when there is no such map.
            pub fn from_id(id: ::core::primitive::u32) -> $crate::Result<Self> {
                $crate::__private::from_id(
                    id,
                    <$crate::Accept as ::core::default::Default>::default(),
                )
            }

            /// As `from_id`, accepting less than a comparison of every member.
            ///
            /// # Errors
            /// As `from_id`.
            pub fn from_id_with(
                id: ::core::primitive::u32,
                accept: $crate::Accept,
            ) -> $crate::Result<Self> {
                $crate::__private::from_id(id, accept)
            }

            /// Opens the map behind a descriptor, through the load gate. The descriptor
            /// is duplicated.
            ///
            /// # Errors
            /// `Mismatch` when it is not the map that this was built for, `Permission`
            /// when the kernel does not show its BTF, `Os` when it is no map.
            pub fn from_fd(fd: impl ::std::os::fd::AsFd) -> $crate::Result<Self> {
                $crate::__private::from_fd(
                    fd,
                    <$crate::Accept as ::core::default::Default>::default(),
                )
            }

            /// As `from_fd`, accepting less than a comparison of every member.
            ///
            /// # Errors
            /// As `from_fd`.
            pub fn from_fd_with(
                fd: impl ::std::os::fd::AsFd,
                accept: $crate::Accept,
            ) -> $crate::Result<Self> {
                $crate::__private::from_fd(fd, accept)
            }

            /// Creates the map in a kernel in memory, for tests without privileges: see
            /// `mapgen_runtime::testing`.
            ///
            /// # Errors
            /// `NoCapacity` when the object leaves `max_entries` to run time.
            pub fn simulated() -> $crate::Result<Self> {
                $crate::__private::simulated()
            }

            /// Creates the map as the object declares it, with its BTF.
            ///
            /// # Errors
            /// `Permission` without CAP_BPF, `Unsupported` when the kernel does not
            /// have this kind of map, `NoCapacity` when the object leaves `max_entries`
            /// to run time.
            pub fn create() -> $crate::Result<Self> {
                $crate::__private::create(|_| {})
            }

            /// Creates the map from its spec after `change` had its say, as with
            /// `create_with(|spec| spec.max_entries = 1 << 20)`. The new map passes the
            /// load gate like any other.
            ///
            /// # Errors
            /// As `create`, and `Mismatch` when the change is one that the bindings do
            /// not allow.
            pub fn create_with(
                change: impl ::core::ops::FnOnce(&mut $crate::MapSpec),
            ) -> $crate::Result<Self> {
                $crate::__private::create(change)
            }
        }

        $crate::__handle_libbpf!($name);
        $crate::__handle_aya!($name);
    };
}

/// The conversion from maps of aya.
#[cfg(feature = "aya")]
#[doc(hidden)]
#[macro_export]
macro_rules! __handle_aya {
    ($name:ident) => {
        /// Opens a map that aya loaded, through the load gate. The descriptor is
        /// duplicated.
        impl ::core::convert::TryFrom<&$crate::aya::Map> for $name {
            type Error = $crate::Error;

            fn try_from(map: &$crate::aya::Map) -> $crate::Result<Self> {
                Self::from_fd($crate::aya::fd(map))
            }
        }
    };
}

/// Nothing: this build has no aya.
#[cfg(not(feature = "aya"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __handle_aya {
    ($name:ident) => {};
}

/// The constructors that take objects of libbpf-rs.
#[cfg(feature = "libbpf")]
#[doc(hidden)]
#[macro_export]
macro_rules! __handle_libbpf {
    ($name:ident) => {
        impl $name {
            /// Opens this map of a loaded object, through the load gate.
            ///
            /// # Errors
            /// `Mismatch` when it is not there, or not the map that this was built for.
            pub fn from_object(
                object: &$crate::__private::libbpf_rs::Object,
            ) -> $crate::Result<Self> {
                $crate::__private::from_object(
                    object,
                    <$crate::Accept as ::core::default::Default>::default(),
                )
            }

            /// As `from_object`, accepting less than a comparison of every member.
            ///
            /// # Errors
            /// As `from_object`.
            pub fn from_object_with(
                object: &$crate::__private::libbpf_rs::Object,
                accept: $crate::Accept,
            ) -> $crate::Result<Self> {
                $crate::__private::from_object(object, accept)
            }

            /// Opens a map of libbpf-rs (of a skeleton, say), through the load gate. The
            /// descriptor is duplicated.
            ///
            /// # Errors
            /// `Mismatch` when it is not the map that this was built for, `Permission`
            /// when the kernel does not show its BTF.
            pub fn from_map(
                map: &impl $crate::__private::libbpf_rs::MapCore,
            ) -> $crate::Result<Self> {
                $crate::__private::from_map(
                    map,
                    <$crate::Accept as ::core::default::Default>::default(),
                )
            }

            /// As `from_map`, accepting less than a comparison of every member.
            ///
            /// # Errors
            /// As `from_map`.
            pub fn from_map_with(
                map: &impl $crate::__private::libbpf_rs::MapCore,
                accept: $crate::Accept,
            ) -> $crate::Result<Self> {
                $crate::__private::from_map(map, accept)
            }
        }
    };
}

/// Nothing: this build has no libbpf-rs.
#[cfg(not(feature = "libbpf"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __handle_libbpf {
    ($name:ident) => {};
}
