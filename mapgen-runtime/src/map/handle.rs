//! What the handles of all kinds of maps share: [`Handle`], [`Binding`], and the macros
//! that write what is the same in each.

use std::ops::Deref;

use crate::error::Result;
use crate::map::Map;
use crate::spec::MapSpec;

/// What the handles of all kinds of maps share.
///
/// ```
/// use mapgen_runtime::Handle;
///
/// /// How large a map is, whatever its kind.
/// fn capacity(handle: &impl Handle) -> u32 {
///     handle.as_map().capacity()
/// }
/// ```
pub trait Handle: Clone + Deref {
    /// The type of keys.
    type Key;
    /// The type of values, or of records.
    type Value;

    /// The map.
    fn as_map(&self) -> &Map;

    /// Puts the types on a map.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when the map's kind or sizes are not those of the types.
    #[doc(hidden)]
    fn from_map(map: Map) -> Result<Self>;
}

/// A type that `#[ebpf_map]` generated for a map.
///
/// ```
/// use mapgen_runtime::Binding;
///
/// /// The C name of a generated handle's map.
/// fn name<B: Binding>() -> &'static str {
///     B::SPEC.name
/// }
/// ```
pub trait Binding: Clone {
    /// The handle that it derefs to.
    type Handle: Handle;
    /// What the build knew of the map.
    const SPEC: &'static MapSpec;

    /// Puts the binding on a handle.
    #[doc(hidden)]
    fn from_handle(handle: Self::Handle) -> Self;

    /// The handle.
    fn as_handle(&self) -> &Self::Handle;
}

/// A handle that derefs to `$target`: it clones, prints as its map and lends its
/// descriptor.
macro_rules! derefs {
    ($name:ident<$($type:ident),*> to $target:ty) => {
        impl<$($type),*> Clone for $name<$($type),*> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        impl<$($type),*> std::ops::Deref for $name<$($type),*> {
            type Target = $target;

            #[inline]
            fn deref(&self) -> &$target {
                &self.0
            }
        }

        impl<$($type),*> std::fmt::Debug for $name<$($type),*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let map: &$crate::map::Map = self;
                map.fmt(f)
            }
        }

        impl<$($type),*> std::os::fd::AsFd for $name<$($type),*> {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                let map: &$crate::map::Map = self;
                map.as_fd()
            }
        }
    };
}

/// The [`Handle`] of some kinds of map, from the type that it derefs to.
macro_rules! handles {
    ($name:ident<$($type:ident: $bound:path),*>, $key:ty => $value:ty, |$map:ident| $on:expr) => {
        impl<$($type: $bound),*> $crate::map::Handle for $name<$($type),*> {
            type Key = $key;
            type Value = $value;

            fn as_map(&self) -> &$crate::map::Map {
                self
            }

            fn from_map($map: $crate::map::Map) -> $crate::error::Result<Self> {
                $on.map(Self)
            }
        }
    };
}
