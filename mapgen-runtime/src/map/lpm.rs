//! Longest prefix match: [`LpmTrie`].

use bytemuck::{Pod, bytes_of, bytes_of_mut};

use crate::error::{Error, Result};
use crate::map::Map;
use crate::map::batches::Mode;
use crate::map::elements::Elements;
use crate::map::iter::{Iter, Keys, Values};
use crate::spec::MapKind;
use crate::sys;

/// How many bytes the length of the prefix has, at the start of a key: `prefixlen` of
/// `struct bpf_lpm_trie_key_u8`.
const LENGTH: usize = size_of::<u32>();

/// A table of prefixes, in which the longest one that matches is found:
/// `BPF_MAP_TYPE_LPM_TRIE`.
///
/// A key begins with the length of its prefix in bits, `__u32 prefixlen`; what follows is
/// compared bit by bit from the first byte on, so numbers in it have to be in network
/// order. [`prefix`](Self::prefix) makes a key.
///
/// There is no look-up of an exact prefix in the kernel, and so no `contains_key` or
/// `remove` here; and before 6.13 it inserts whatever `try_insert` and `replace` would
/// ask for.
///
/// ```no_run
/// # use mapgen_runtime::{Be, CLayout, LpmTrie, Result};
/// # use std::net::Ipv4Addr;
/// /// In C: `struct route { __u32 prefixlen; __be32 addr; };`
/// #[derive(Clone, Copy, CLayout)]
/// #[repr(C)]
/// struct Route {
///     prefixlen: u32,
///     addr: Be<u32>,
/// }
///
/// # fn example(routes: &LpmTrie<Route, u32>) -> Result<()> {
/// routes.insert(&routes.prefix(8, [10, 0, 0, 0])?, &1)?;
/// routes.insert(&Route { prefixlen: 16, addr: Be::from(0x0a01_0000) }, &2)?;
///
/// let address = Ipv4Addr::new(10, 1, 2, 3);
/// let gateway = routes.get(&routes.prefix(32, address.octets())?)?;
/// assert_eq!(gateway, Some(2));
/// # Ok(())
/// # }
/// ```
pub struct LpmTrie<K, V>(Elements<K, V>);

impl<K: Pod, V: Pod> LpmTrie<K, V> {
    /// The longest prefix that a key can have, in bits.
    pub fn prefix_bits(&self) -> u32 {
        // `trie_alloc` takes keys of 5 to 260 bytes.
        (size_of::<K>().saturating_sub(LENGTH) * 8) as u32
    }

    /// A key: the first `length` bits of `data`, the others zero.
    ///
    /// `data` is what follows `prefixlen` in the key; another number of bytes does not
    /// compile.
    ///
    /// # Errors
    /// [`Error::PrefixTooLong`].
    ///
    /// ```compile_fail
    /// # use mapgen_runtime::{CLayout, LpmTrie, Result};
    /// # #[derive(Clone, Copy, CLayout)]
    /// # #[repr(C)]
    /// # struct Route { prefixlen: u32, addr: [u8; 4] }
    /// # fn example(routes: &LpmTrie<Route, u32>) -> Result<()> {
    /// routes.prefix(64, [0; 16])?; // IPv6, where keys are IPv4
    /// # Ok(())
    /// # }
    /// # fn main() { drop(example as fn(&LpmTrie<Route, u32>) -> Result<()>); }
    /// ```
    pub fn prefix<const N: usize>(&self, length: u32, mut data: [u8; N]) -> Result<K> {
        const {
            assert!(
                size_of::<K>() == LENGTH + N,
                "a key has `prefixlen` of 4 bytes, and then as many bytes as `data`"
            );
        }
        self.check(length)?;
        for (at, byte) in data.iter_mut().enumerate() {
            let kept = (length as usize).saturating_sub(at * 8).min(8) as u32;
            *byte &= !0xff_u8.checked_shr(kept).unwrap_or(0);
        }
        let mut key = K::zeroed();
        let (to_length, to_data) = bytes_of_mut(&mut key).split_at_mut(LENGTH);
        to_length.copy_from_slice(&length.to_ne_bytes());
        to_data.copy_from_slice(&data);
        Ok(key)
    }

    /// The value of the longest prefix in the map that the key's prefix begins with,
    /// `None` when there is none. A key of full length looks up an address.
    ///
    /// # Errors
    /// [`Error::PrefixTooLong`], [`Error::Access`] when the descriptor is write-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.checked(key)?.get("get", key)
    }

    /// As [`get`](Self::get), into a value that is there already; `false`, and the value
    /// as it was, when no prefix matches.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    #[inline]
    pub fn get_into(&self, key: &K, value: &mut V) -> Result<bool> {
        self.checked(key)?.get_into("get", key, value)
    }

    /// Inserts a prefix, or replaces its value. Bits behind the prefix do not count.
    ///
    /// # Errors
    /// [`Error::PrefixTooLong`], [`Error::Full`] when there are as many prefixes as the
    /// capacity (before 6.13 also where it is there and would only be replaced),
    /// [`Error::Access`] when the map is frozen or the descriptor read-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn insert(&self, key: &K, value: &V) -> Result<()> {
        self.checked(key)?.update("insert", key, value, sys::ANY)
    }

    /// Deletes exactly this prefix: whether it was there.
    ///
    /// # Errors
    /// [`Error::PrefixTooLong`], [`Error::Access`] when the map is frozen or the
    /// descriptor read-only, else [`Error::Os`].
    #[inline]
    pub fn delete(&self, key: &K) -> Result<bool> {
        self.checked(key)?.delete("delete", key)
    }

    /// All prefixes with their values: longer ones before those that they are part of.
    ///
    /// The kernel finds the values by longest match here too: a prefix that is deleted
    /// meanwhile may be seen with the value of the one above it. Otherwise as
    /// [`HashMap::iter`](crate::HashMap::iter).
    ///
    /// # Errors
    /// Each item may be one, and is then the last: [`Error::Interrupted`] when the map
    /// changed so fast that the walk was given up, [`Error::Access`], [`Error::Os`].
    #[must_use = "iterators are lazy"]
    pub fn iter(&self) -> Iter<K, V> {
        Iter::new(self.0.batches(Mode::Read, "iter", None))
    }

    /// As [`iter`](Self::iter), asking for `entries` in each call at first.
    #[doc(hidden)]
    #[must_use = "iterators are lazy"]
    pub fn iter_with_batch(&self, entries: usize) -> Iter<K, V> {
        Iter::new(self.0.batches(Mode::Read, "iter", Some(entries)))
    }

    /// All prefixes: as [`iter`](Self::iter).
    #[must_use = "iterators are lazy"]
    pub fn keys(&self) -> Keys<K, V> {
        Keys::new(self.0.batches(Mode::Read, "keys", None))
    }

    /// All values: as [`iter`](Self::iter).
    #[must_use = "iterators are lazy"]
    pub fn values(&self) -> Values<K, V> {
        Values::new(self.0.batches(Mode::Read, "values", None))
    }

    /// Keeps the prefixes for which `keep` says so, and deletes the others.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter) and [`delete`](Self::delete).
    pub fn retain(&self, keep: impl FnMut(&K, &V) -> bool) -> Result<()> {
        self.0.retain("retain", keep)
    }

    /// Deletes all prefixes. Those that are inserted meanwhile may be deleted or stay.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter) and [`delete`](Self::delete).
    pub fn clear(&self) -> Result<()> {
        self.0.retain("clear", |_, _| false)
    }

    /// Inserts or replaces many prefixes, some thousands in each system call.
    ///
    /// # Errors
    /// As for [`insert`](Self::insert). Prefixes before the one that failed are in the
    /// map, those after it are not.
    pub fn extend(&self, entries: impl IntoIterator<Item = (K, V)>) -> Result<()> {
        let mut too_long = Ok(());
        let checked = entries.into_iter().map_while(|(key, value)| {
            too_long = self.checked(&key).map(drop);
            too_long.is_ok().then_some((key, value))
        });
        self.0.extend("extend", checked)?;
        too_long
    }

    /// How many prefixes there are, by walking over them.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter).
    pub fn len(&self) -> Result<usize> {
        self.0.len()
    }

    /// Whether there is no prefix. One system call.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.0.next_key("is_empty", None)?.is_none())
    }

    #[inline]
    fn checked(&self, key: &K) -> Result<&Elements<K, V>> {
        let length = bytes_of(key).first_chunk().copied();
        self.check(length.map_or(0, u32::from_ne_bytes))?;
        Ok(&self.0)
    }

    #[inline]
    fn check(&self, length: u32) -> Result<()> {
        let bits = self.prefix_bits();
        if length <= bits {
            return Ok(());
        }
        Err(Error::PrefixTooLong {
            map: self.label(),
            length,
            bits,
        })
    }
}

handles!(LpmTrie<K: Pod, V: Pod>, K => V, |map| Elements::on(map, &[MapKind::LpmTrie]));
derefs!(LpmTrie<K, V> to Map);
