//! Storage of programs that are attached to a cgroup: [`CgroupStorage`],
//! [`PerCpuCgroupStorage`].

use bytemuck::Pod;

use crate::error::Result;
use crate::map::Map;
use crate::map::batches::Mode;
use crate::map::elements::Elements;
use crate::map::iter::{Iter, Keys};
use crate::map::per_cpu::PerCpu;
use crate::map::sums::Sums;
use crate::spec::MapKind;
use crate::sys;
use crate::value::Total;

/// A value for each cgroup that a program was attached to: `BPF_MAP_TYPE_CGROUP_STORAGE`,
/// which the kernel calls deprecated for [`CgrpStorage`](crate::CgrpStorage).
///
/// The key is `struct bpf_cgroup_storage_key` (the id of the cgroup and the attach type), or
/// `__u64`, the id alone. Attaching a program makes an entry, which goes with the cgroup
/// (before 5.9 when the program is detached): nothing else can insert or delete.
///
/// ```no_run
/// # use mapgen_runtime::{CgroupStorage, Result};
/// # fn example(quota: &CgroupStorage<u64, u64>) -> Result<()> {
/// for cgroup in quota.keys() {
///     quota.replace(&cgroup?, &1000)?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct CgroupStorage<K, V>(Elements<K, V>);

/// A value on each possible CPU for each cgroup that a program was attached to:
/// `BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE`, which the kernel calls deprecated.
///
/// Keys and entries are as with [`CgroupStorage`].
///
/// ```no_run
/// # use mapgen_runtime::{PerCpuCgroupStorage, Result};
/// # fn example(packets: &PerCpuCgroupStorage<u64, u64>) -> Result<()> {
/// for entry in packets.sums() {
///     let (cgroup, packets) = entry?;
///     println!("{cgroup}: {packets}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct PerCpuCgroupStorage<K, V>(Elements<K, PerCpu<V>>);

macro_rules! methods {
    ($name:ident of $value:ty: $kind:ident) => {
        impl<K: Pod, V: Pod> $name<K, V> {
            /// The value of a cgroup, `None` where there is none.
            ///
            /// # Errors
            /// [`Error::Access`](crate::Error::Access) when the descriptor is write-only,
            /// else [`Error::Os`](crate::Error::Os).
            #[inline]
            pub fn get(&self, key: &K) -> Result<Option<$value>> {
                self.0.get("get", key)
            }

            /// As [`get`](Self::get), into a value that is there already; `false`, and the
            /// value as it was, where there is none.
            ///
            /// # Errors
            /// As for [`get`](Self::get).
            #[inline]
            pub fn get_into(&self, key: &K, value: &mut $value) -> Result<bool> {
                self.0.get_into("get", key, value)
            }

            /// Replaces the value of a cgroup that has one.
            ///
            /// # Errors
            /// [`Error::NotFound`](crate::Error::NotFound) where there is none,
            /// [`Error::Access`](crate::Error::Access) when the map is frozen or the
            /// descriptor read-only, else [`Error::Os`](crate::Error::Os).
            #[inline]
            pub fn replace(&self, key: &K, value: &$value) -> Result<()> {
                self.0.update("replace", key, value, sys::EXIST)
            }

            /// All cgroups with their values, in no order.
            ///
            /// # Errors
            /// Each item may be one, and is then the last: as for [`get`](Self::get).
            #[must_use = "iterators are lazy"]
            pub fn iter(&self) -> Iter<K, $value> {
                Iter::new(self.0.batches(Mode::Read, "iter", None))
            }

            /// All cgroups: as [`iter`](Self::iter).
            #[must_use = "iterators are lazy"]
            pub fn keys(&self) -> Keys<K, $value> {
                Keys::new(self.0.batches(Mode::Read, "keys", None))
            }

            /// How many cgroups there are, by walking over them.
            ///
            /// # Errors
            /// As for [`iter`](Self::iter).
            pub fn len(&self) -> Result<usize> {
                self.0.len()
            }

            /// Whether there is none. One system call.
            ///
            /// # Errors
            /// As for [`get`](Self::get).
            pub fn is_empty(&self) -> Result<bool> {
                Ok(self.0.next_key("is_empty", None)?.is_none())
            }
        }

        handles!($name<K: Pod, V: Pod>, K => V, |map| Elements::on(map, &[MapKind::$kind]));
        derefs!($name<K, V> to Map);
    };
}

methods!(CgroupStorage of V: CgroupStorage);
methods!(PerCpuCgroupStorage of PerCpu<V>: PerCpuCgroupStorage);

impl<K: Pod, V: Pod> PerCpuCgroupStorage<K, V> {
    /// The values of a cgroup on all CPUs, added up; `None` where there is none.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    #[inline]
    pub fn sum(&self, key: &K) -> Result<Option<V>>
    where
        V: Total,
    {
        self.0.sum("sum", key)
    }

    /// The values of a cgroup on all CPUs, in the order of CPU numbers, folded into one;
    /// `None` where there is none.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    #[inline]
    pub fn fold<A>(&self, key: &K, init: A, f: impl FnMut(A, V) -> A) -> Result<Option<A>> {
        self.0.fold("fold", key, init, f)
    }

    /// All cgroups, in no order, each with its values of all CPUs added up.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter).
    #[must_use = "iterators are lazy"]
    pub fn sums(&self) -> Sums<K, V>
    where
        V: Total,
    {
        Sums::new(self.0.batches(Mode::Read, "sums", None))
    }
}
