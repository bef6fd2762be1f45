//! Hash maps: [`HashMap`], [`LruHashMap`].

use bytemuck::Pod;

use crate::error::{Error, Result};
use crate::map::Map;
use crate::map::batches::{Batches, Mode};
use crate::map::elements::Elements;
use crate::map::iter::{Drain, Iter, Keys, Values};
use crate::map::stored::Stored;
use crate::spec::MapKind;
use crate::sys;

/// A hash map: `BPF_MAP_TYPE_HASH`, and what the other hashes deref to.
///
/// Methods have the names of [`std::collections::HashMap`]. They take `&self`: programs
/// and other processes change the map at the same time anyhow, and each call is one
/// system call that the kernel makes atomic for one entry. Point operations
/// allocate nothing.
///
/// `V` is a plain value here, and [`PerCpu`](crate::PerCpu) values under a
/// [`PerCpuHashMap`](crate::PerCpuHashMap).
///
/// ```no_run
/// # use mapgen_runtime::{HashMap, Result};
/// # fn example(conns: &HashMap<u32, u64>) -> Result<()> {
/// conns.insert(&1, &100)?;
/// assert_eq!(conns.get(&1)?, Some(100));
/// assert_eq!(conns.remove(&1)?, Some(100));
/// assert_eq!(conns.get(&1)?, None);
/// for entry in conns.iter() {
///     let (key, value) = entry?;
///     println!("{key}: {value}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct HashMap<K, V>(Elements<K, V>);

impl<K: Pod, V: Stored> HashMap<K, V> {
    /// Puts the types on a map of one of `kinds`.
    pub(crate) fn on(map: Map, kinds: &[MapKind]) -> Result<Self> {
        Elements::on(map, kinds).map(Self)
    }

    /// The value of a key, `None` when it is not there.
    ///
    /// The kernel compares every byte of a key, padding included: a key that a program
    /// stored with other bytes in its padding is found only with that padding, which a
    /// key that was read keeps.
    ///
    /// # Errors
    /// [`Error::Access`] when the descriptor is write-only, else [`Error::Os`].
    #[inline]
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.0.get("get", key)
    }

    /// As [`get`](Self::get), into a value that is there already: for large values and
    /// per-CPU values, of which none is made anew. `false`, and the value as it was, when
    /// the key is not there.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{HashMap, Result};
    /// # fn example(tables: &HashMap<u32, [u64; 512]>) -> Result<()> {
    /// let mut table = [0; 512];
    /// if tables.get_into(&1, &mut table)? {
    ///     println!("{}", table[0]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn get_into(&self, key: &K, value: &mut V) -> Result<bool> {
        self.0.get_into("get", key, value)
    }

    /// Whether a key is there.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    #[inline]
    pub fn contains_key(&self, key: &K) -> Result<bool> {
        self.0.contains("get", key)
    }

    /// Inserts an entry, or replaces its value.
    ///
    /// # Errors
    /// [`Error::Full`] when the map holds as many entries as it can,
    /// [`Error::Access`] when it is frozen or the descriptor read-only, else
    /// [`Error::Os`]. A map without preallocation (`BPF_F_NO_PREALLOC`) lacks memory now
    /// and then: that is tried again for some milliseconds before it is an error.
    #[inline]
    pub fn insert(&self, key: &K, value: &V) -> Result<()> {
        self.0.update("insert", key, value, sys::ANY)
    }

    /// Inserts an entry whose key is not there yet, in one step.
    ///
    /// # Errors
    /// [`Error::Exists`] when the key is there, else as for [`insert`](Self::insert).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{Error, HashMap, Result};
    /// # fn example(owners: &HashMap<u32, u64>) -> Result<()> {
    /// match owners.try_insert(&80, &1) {
    ///     Ok(()) => println!("port 80 is ours"),
    ///     Err(Error::Exists { .. }) => println!("port 80 is taken"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn try_insert(&self, key: &K, value: &V) -> Result<()> {
        self.0.update("try_insert", key, value, sys::NOEXIST)
    }

    /// Replaces the value of a key that is there, in one step.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the key is not there, else as for
    /// [`insert`](Self::insert).
    #[inline]
    pub fn replace(&self, key: &K, value: &V) -> Result<()> {
        self.0.update("replace", key, value, sys::EXIST)
    }

    /// Deletes an entry: whether it was there.
    ///
    /// # Errors
    /// [`Error::Access`] when the map is frozen or the descriptor read-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn delete(&self, key: &K) -> Result<bool> {
        self.0.delete("delete", key)
    }

    /// Deletes an entry: the value that it had.
    ///
    /// One call, so that no update between reading and deleting is lost. Kernels before
    /// 5.14 do not have it for hashes: there it is a look-up and a deletion, and what a
    /// program writes between the two goes unseen.
    ///
    /// # Errors
    /// As for [`delete`](Self::delete).
    #[inline]
    pub fn remove(&self, key: &K) -> Result<Option<V>> {
        self.0.take("remove", key)
    }

    /// Reads a value, changes it and writes it back: whether the key was there.
    ///
    /// **Not atomic.** What a program, or another thread, writes between the two system
    /// calls is overwritten; an entry that is deleted meanwhile stays deleted
    /// (`false`). Where programs count, let them count.
    ///
    /// # Errors
    /// As for [`get`](Self::get) and [`replace`](Self::replace).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{HashMap, Result};
    /// # fn example(limits: &HashMap<u32, u64>) -> Result<()> {
    /// limits.modify(&1, |limit| *limit *= 2)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn modify(&self, key: &K, change: impl FnOnce(&mut V)) -> Result<bool> {
        let Some(mut value) = self.get(key)? else {
            return Ok(false);
        };
        change(&mut value);
        match self.0.update("modify", key, &value, sys::EXIST) {
            Ok(()) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// All entries, in no order.
    ///
    /// Reads in batches: some system calls and two allocations in all, none per entry
    /// (but one for each [`PerCpu`](crate::PerCpu): see
    /// [`PerCpuHashMap::for_each`](crate::PerCpuHashMap::for_each)).
    ///
    /// Entries that are there throughout are all seen, however large the map and
    /// whatever is inserted and deleted at the same time; what comes or goes meanwhile
    /// may be seen or not. An entry may be seen twice when kernels without batches (before
    /// 5.6) have to start over because the key they stood at was deleted.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: [`Error::Interrupted`] when the map
    /// changed so fast that the walk was given up, [`Error::Access`], [`Error::Os`].
    #[must_use = "iterators are lazy"]
    pub fn iter(&self) -> Iter<K, V> {
        Iter::new(self.batches(Mode::Read, "iter", None))
    }

    /// As [`iter`](Self::iter), asking for `entries` in each call at first.
    #[doc(hidden)]
    #[must_use = "iterators are lazy"]
    pub fn iter_with_batch(&self, entries: usize) -> Iter<K, V> {
        Iter::new(self.batches(Mode::Read, "iter", Some(entries)))
    }

    /// All keys, in no order: as [`iter`](Self::iter).
    #[must_use = "iterators are lazy"]
    pub fn keys(&self) -> Keys<K, V> {
        Keys::new(self.batches(Mode::Read, "keys", None))
    }

    /// All values, in no order: as [`iter`](Self::iter).
    #[must_use = "iterators are lazy"]
    pub fn values(&self) -> Values<K, V> {
        Values::new(self.batches(Mode::Read, "values", None))
    }

    /// Takes all entries out of the map, in no order.
    ///
    /// Reading and deleting are one step for each entry, so that no update is lost in
    /// between (but see [`remove`](Self::remove) for old kernels). Entries are taken a
    /// batch at a time. As with [`std::collections::HashMap::drain`], dropping the
    /// iterator early takes the rest out as well.
    ///
    /// Entries that are inserted meanwhile may be taken or stay.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter) and [`delete`](Self::delete).
    #[must_use = "dropped at once, it clears the map and hides what went wrong: see `clear`"]
    pub fn drain(&self) -> Drain<K, V> {
        Drain::new(self.batches(Mode::Take, "drain", None))
    }

    /// As [`drain`](Self::drain), asking for `entries` in each call at first.
    #[doc(hidden)]
    #[must_use = "dropped at once, it clears the map and hides what went wrong: see `clear`"]
    pub fn drain_with_batch(&self, entries: usize) -> Drain<K, V> {
        Drain::new(self.batches(Mode::Take, "drain", Some(entries)))
    }

    /// Keeps the entries for which `keep` says so, and deletes the others.
    ///
    /// An entry that changes after `keep` saw it is deleted all the same. On kernels
    /// without batches (before 5.6), `keep` may see an entry twice.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter) and [`delete`](Self::delete).
    ///
    /// ```no_run
    /// # use mapgen_runtime::{HashMap, Result};
    /// # fn example(last_seen: &HashMap<u32, u64>, now: u64) -> Result<()> {
    /// last_seen.retain(|_, seen| now - seen < 60_000_000_000)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn retain(&self, keep: impl FnMut(&K, &V) -> bool) -> Result<()> {
        self.0.retain("retain", keep)
    }

    /// Deletes all entries.
    ///
    /// Entries that are inserted meanwhile may be deleted or stay.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter) and [`delete`](Self::delete).
    pub fn clear(&self) -> Result<()> {
        self.0.drain("clear")
    }

    /// Inserts or replaces many entries, some thousands in each system call.
    ///
    /// # Errors
    /// As for [`insert`](Self::insert). Entries before the one that failed are in the
    /// map, those after it are not.
    ///
    /// ```no_run
    /// # use mapgen_runtime::{HashMap, Result};
    /// # fn example(allowed: &HashMap<u32, u8>) -> Result<()> {
    /// allowed.extend((0..1000).map(|port| (port, 1)))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn extend(&self, entries: impl IntoIterator<Item = (K, V)>) -> Result<()> {
        self.0.extend("extend", entries)
    }

    /// How many entries there are.
    ///
    /// Of a map with room for more than some thousands, the kernel's own count where it
    /// keeps one (6.6): the first call loads a program of a few instructions, which asks
    /// for it and goes with the last clone of the handle; each further call is one system
    /// call, however many entries there are. Without CAP_BPF, on older kernels and for
    /// small maps, by walking over the entries.
    ///
    /// # Errors
    /// As for [`iter`](Self::iter).
    pub fn len(&self) -> Result<usize> {
        self.0.len()
    }

    /// As [`len`](Self::len) on kernels that keep no count.
    #[doc(hidden)]
    pub fn len_by_walking(&self) -> Result<usize> {
        self.0.len_by_walking()
    }

    /// Whether there is no entry. One system call.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.0.next_key("is_empty", None)?.is_none())
    }

    pub(crate) fn elements(&self) -> &Elements<K, V> {
        &self.0
    }

    pub(crate) fn batches(&self, mode: Mode, op: &'static str, room: Option<usize>) -> Batches {
        self.0.batches(mode, op, room)
    }
}

handles!(HashMap<K: Pod, V: Pod>, K => V, |map| Elements::on(map, &[MapKind::Hash]));
derefs!(HashMap<K, V> to Map);

/// A hash map that evicts what was not used for long: `BPF_MAP_TYPE_LRU_HASH`.
///
/// It derefs to [`HashMap`] and has its methods. What differs: an insert into a full map
/// makes room rather than fail, so entries vanish, the first of them somewhat below the
/// capacity (the kernel keeps free entries per CPU); reads from user space do not count
/// as use.
///
/// ```no_run
/// # use mapgen_runtime::{LruHashMap, Result};
/// # fn example(recent: &LruHashMap<u32, u64>) -> Result<()> {
/// for key in 0..2 * recent.capacity() {
///     recent.insert(&key, &0)?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct LruHashMap<K, V>(HashMap<K, V>);

handles!(LruHashMap<K: Pod, V: Pod>, K => V, |map| HashMap::on(map, &[MapKind::LruHash]));
derefs!(LruHashMap<K, V> to HashMap<K, V>);
