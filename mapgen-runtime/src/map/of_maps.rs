//! Maps of maps: [`ArrayOfMaps`], [`HashOfMaps`].

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::os::fd::{AsFd, AsRawFd};

use bytemuck::Pod;

use crate::error::{Difference, Error, Mismatch, Result};
use crate::gate::shape::{self, Capacity, Shape};
use crate::gate::{self, Accept};
use crate::map::batches::Mode;
use crate::map::elements::Elements;
use crate::map::iter::{Iter, Keys};
use crate::map::{Binding, Handle, Map};
use crate::spec::MapKind;
use crate::sys::{self, Errno};

/// How often a slot is read again whose map vanished between reading its id and opening it.
const RETRIES: u32 = 100;

/// Maps by a key. The kernel takes descriptors and gives ids (`map_fd_sys_lookup_elem`),
/// 4 bytes each.
struct OfMaps<K, M> {
    ids: Elements<K, u32>,
    inner: PhantomData<fn() -> M>,
}

impl<K: Pod, M: Binding> OfMaps<K, M> {
    /// Puts the types on a map of maps, whose declared inner map has to be that of `M`.
    fn on(map: Map, kind: MapKind) -> Result<Self> {
        let ids = Elements::on(map, &[kind])?;
        let differences = match ids.spec().inner {
            Some(declared) => gate::inner(declared, M::SPEC, Capacity::at_least(0)),
            None => vec![Difference::Missing],
        };
        if !differences.is_empty() {
            let found_in = format!("as `{}` binds it", M::SPEC.name);
            return Err(mismatch(&ids, found_in, differences));
        }
        Ok(Self {
            ids,
            inner: PhantomData,
        })
    }

    fn get(&self, key: &K, accept: Accept) -> Result<Option<M>> {
        for _ in 0..RETRIES {
            let Some(id) = self.ids.get("get", key)? else {
                return Ok(None);
            };
            if let Some(map) = open(id, accept)? {
                return Ok(Some(map));
            }
        }
        Err(Error::Interrupted {
            map: self.ids.label(),
            op: "get",
        })
    }

    fn update(&self, op: &'static str, key: &K, inner: &M, flags: u64) -> Result<()> {
        let inner = inner.as_handle().as_map();
        let fd = inner.as_fd().as_raw_fd().unsigned_abs();
        self.ids
            .try_update(key, &fd, flags)
            .map_err(|errno| self.refused(op, inner, errno))
    }

    /// `bpf_map_meta_equal` (kernel/bpf/map_in_map.c) says `EINVAL`, and no more.
    fn refused(&self, op: &'static str, inner: &Map, errno: Errno) -> Error {
        let (libc::EINVAL, Some(declared)) = (errno, self.ids.spec().inner) else {
            return self.ids.refused_write(op, errno);
        };
        let (declared, found) = (Shape::from(declared), Shape::from(inner.info()));
        let mut differences = shape::differences(&declared, Capacity::at_least(0), &found);
        // `array_map_meta_equal`: programs have the bound of an index inlined.
        if found.kind == MapKind::Array
            && found.map_flags & sys::F_INNER_MAP == 0
            && found.max_entries != declared.max_entries
        {
            differences.push(Difference::Number {
                what: "max_entries",
                expected: declared.max_entries.into(),
                found: found.max_entries.into(),
            });
        }
        if differences.is_empty() {
            return self.ids.os(op, errno);
        }
        let found_in = format!("map id {}, put in", inner.info().id());
        mismatch(&self.ids, found_in, differences)
    }

    fn iter(&self) -> Inners<K, M> {
        Inners {
            ids: Iter::new(self.ids.batches(Mode::Read, "iter", None)),
            inner: PhantomData,
        }
    }
}

/// Opens an inner map, `None` when it is gone.
fn open<M: Binding>(id: u32, accept: Accept) -> Result<Option<M>> {
    let map = match Map::by_id(id, M::SPEC, accept) {
        Err(Error::Os {
            errno: libc::ENOENT,
            ..
        }) => return Ok(None),
        other => other?,
    };
    let handle = <M::Handle as Handle>::from_map(map)?;
    Ok(Some(M::from_handle(handle)))
}

fn mismatch(outer: &Map, found_in: String, differences: Vec<Difference>) -> Error {
    let inner = |difference| Difference::Inner(Box::new(difference));
    Error::Mismatch(Mismatch {
        object: outer.spec().object,
        map: outer.label(),
        found_in,
        differences: differences.into_iter().map(inner).collect(),
    })
}

impl<K, M> Clone for OfMaps<K, M> {
    fn clone(&self) -> Self {
        Self {
            ids: self.ids.clone(),
            inner: PhantomData,
        }
    }
}

impl<K, M> Deref for OfMaps<K, M> {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.ids
    }
}

/// An array of maps: `BPF_MAP_TYPE_ARRAY_OF_MAPS`.
///
/// `M` is the handle of its inner maps, which `#[ebpf_map]` generates from the inner map
/// that the object declares: for a map `outer`, `OuterInner`. A map goes in only if it is
/// like that one; the kernel compares kind, sizes and flags (and the capacity of arrays),
/// the gate that `M` came through its members.
///
/// The kernel tells of a map in a slot only its id, so that [`get`](Self::get) opens it by
/// that, through the gate: this needs CAP_SYS_ADMIN. [`id`](Self::id) does not.
///
/// ```no_run
/// # use mapgen_runtime::{ArrayOfMaps, Binding, Result};
/// # fn example<PerTenant: Binding>(
/// #     tenants: &ArrayOfMaps<PerTenant>,
/// #     create: fn() -> Result<PerTenant>,
/// # ) -> Result<()> {
/// let conns = create()?; // what `flow::TenantsInner::create` does
/// tenants.set(3, &conns)?;
/// assert!(tenants.get(3)?.is_some());
/// assert!(tenants.delete(3)?);
/// # Ok(())
/// # }
/// ```
pub struct ArrayOfMaps<M>(OfMaps<u32, M>);

impl<M: Binding> ArrayOfMaps<M> {
    /// The map at an index, `None` where there is none.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Mismatch`] when what is there is not what `M` was
    /// built for, [`Error::Permission`] without CAP_SYS_ADMIN, [`Error::Interrupted`] when
    /// the map there changed too often, [`Error::Access`], else [`Error::Os`].
    pub fn get(&self, index: u32) -> Result<Option<M>> {
        self.get_with(index, Accept::default())
    }

    /// As [`get`](Self::get), accepting less than a comparison of every member.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn get_with(&self, index: u32, accept: Accept) -> Result<Option<M>> {
        self.in_range(index)?;
        self.0.get(&index, accept)
    }

    /// The id of the map at an index, `None` where there is none.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the descriptor is write-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn id(&self, index: u32) -> Result<Option<u32>> {
        self.in_range(index)?;
        self.0.ids.get("id", &index)
    }

    /// Puts a map at an index. The kernel keeps it for as long as it is there.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Mismatch`] when it is not like the inner map that
    /// is declared, [`Error::Access`] when the map of maps is frozen or its descriptor
    /// read-only, else [`Error::Os`].
    #[inline]
    pub fn set(&self, index: u32, inner: &M) -> Result<()> {
        self.in_range(index)?;
        self.0.update("set", &index, inner, sys::ANY)
    }

    /// Takes the map at an index out: whether there was one.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Access`] when the map of maps is frozen or its
    /// descriptor read-only, else [`Error::Os`].
    #[inline]
    pub fn delete(&self, index: u32) -> Result<bool> {
        self.in_range(index)?;
        self.0.ids.delete("delete", &index)
    }

    /// All maps with their indices. What goes away meanwhile is passed over.
    ///
    /// # Errors
    /// Each item may be one: as for [`get`](Self::get).
    #[must_use = "iterators are lazy"]
    pub fn iter(&self) -> Inners<u32, M> {
        self.0.iter()
    }

    /// The indices of all maps, and their ids.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: as for [`id`](Self::id).
    #[must_use = "iterators are lazy"]
    pub fn ids(&self) -> Iter<u32, u32> {
        Iter::new(self.0.ids.batches(Mode::Read, "ids", None))
    }
}

handles!(ArrayOfMaps<M: Binding>, u32 => M, |map| OfMaps::on(map, MapKind::ArrayOfMaps));
derefs!(ArrayOfMaps<M> to Map);

/// A hash of maps: `BPF_MAP_TYPE_HASH_OF_MAPS`.
///
/// `M` is the handle of its inner maps: see [`ArrayOfMaps`].
///
/// ```no_run
/// # use mapgen_runtime::{Binding, HashOfMaps, Result};
/// # fn example<PerTenant: Binding>(
/// #     tenants: &HashOfMaps<u64, PerTenant>,
/// #     create: fn() -> Result<PerTenant>,
/// # ) -> Result<()> {
/// let conns = create()?; // what `flow::TenantsInner::create` does
/// tenants.insert(&0xcafe, &conns)?;
/// for entry in tenants.iter() {
///     let (tenant, _conns) = entry?;
///     println!("{tenant:x}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct HashOfMaps<K, M>(OfMaps<K, M>);

impl<K: Pod, M: Binding> HashOfMaps<K, M> {
    /// The map of a key, `None` when it is not there.
    ///
    /// # Errors
    /// As for [`ArrayOfMaps::get`].
    pub fn get(&self, key: &K) -> Result<Option<M>> {
        self.0.get(key, Accept::default())
    }

    /// As [`get`](Self::get), accepting less than a comparison of every member.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn get_with(&self, key: &K, accept: Accept) -> Result<Option<M>> {
        self.0.get(key, accept)
    }

    /// The id of a key's map, `None` when it is not there.
    ///
    /// # Errors
    /// [`Error::Access`] when the descriptor is write-only, else [`Error::Os`].
    #[inline]
    pub fn id(&self, key: &K) -> Result<Option<u32>> {
        self.0.ids.get("id", key)
    }

    /// Whether a key is there.
    ///
    /// # Errors
    /// As for [`id`](Self::id).
    #[inline]
    pub fn contains_key(&self, key: &K) -> Result<bool> {
        Ok(self.id(key)?.is_some())
    }

    /// Inserts a map, or replaces the one of its key. The kernel keeps it for as long as
    /// it is there.
    ///
    /// # Errors
    /// [`Error::Full`] when there are as many maps as the capacity, else as for
    /// [`ArrayOfMaps::set`].
    #[inline]
    pub fn insert(&self, key: &K, inner: &M) -> Result<()> {
        self.0.update("insert", key, inner, sys::ANY)
    }

    /// Inserts a map whose key is not there yet, in one step.
    ///
    /// # Errors
    /// [`Error::Exists`] when the key is there, else as for [`insert`](Self::insert).
    #[inline]
    pub fn try_insert(&self, key: &K, inner: &M) -> Result<()> {
        self.0.update("try_insert", key, inner, sys::NOEXIST)
    }

    /// Replaces the map of a key that is there, in one step.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the key is not there, else as for
    /// [`insert`](Self::insert).
    #[inline]
    pub fn replace(&self, key: &K, inner: &M) -> Result<()> {
        self.0.update("replace", key, inner, sys::EXIST)
    }

    /// Takes the map of a key out: whether it was there.
    ///
    /// # Errors
    /// [`Error::Access`] when the map of maps is frozen or its descriptor read-only, else
    /// [`Error::Os`].
    #[inline]
    pub fn delete(&self, key: &K) -> Result<bool> {
        self.0.ids.delete("delete", key)
    }

    /// Takes all maps out.
    ///
    /// # Errors
    /// As for [`delete`](Self::delete), and [`Error::Interrupted`] when the map changed so
    /// fast that the walk was given up.
    pub fn clear(&self) -> Result<()> {
        self.0.ids.retain("clear", |_, _| false)
    }

    /// All maps with their keys, in no order. What goes away meanwhile is passed over.
    ///
    /// # Errors
    /// Each item may be one: as for [`get`](Self::get).
    #[must_use = "iterators are lazy"]
    pub fn iter(&self) -> Inners<K, M> {
        self.0.iter()
    }

    /// The keys of all maps, and their ids.
    ///
    /// # Errors
    /// Each item may be one, and is then the last: as for [`id`](Self::id).
    #[must_use = "iterators are lazy"]
    pub fn ids(&self) -> Iter<K, u32> {
        Iter::new(self.0.ids.batches(Mode::Read, "ids", None))
    }

    /// The keys of all maps: as [`ids`](Self::ids).
    #[must_use = "iterators are lazy"]
    pub fn keys(&self) -> Keys<K, u32> {
        Keys::new(self.0.ids.batches(Mode::Read, "keys", None))
    }

    /// How many maps there are, by walking over them.
    ///
    /// # Errors
    /// As for [`ids`](Self::ids).
    pub fn len(&self) -> Result<usize> {
        self.0.ids.len()
    }

    /// Whether there is no map. One system call.
    ///
    /// # Errors
    /// As for [`id`](Self::id).
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.0.ids.next_key("is_empty", None)?.is_none())
    }
}

handles!(HashOfMaps<K: Pod, M: Binding>, K => M, |map| OfMaps::on(map, MapKind::HashOfMaps));
derefs!(HashOfMaps<K, M> to Map);

/// The maps of a map of maps: see [`ArrayOfMaps::iter`].
pub struct Inners<K, M> {
    ids: Iter<K, u32>,
    inner: PhantomData<fn() -> M>,
}

impl<K: Pod, M: Binding> Iterator for Inners<K, M> {
    type Item = Result<(K, M)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (key, id) = match self.ids.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(Err(error)),
            };
            match open(id, Accept::default()) {
                Ok(Some(map)) => return Some(Ok((key, map))),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<K: Pod, M: Binding> std::iter::FusedIterator for Inners<K, M> {}

impl<K, M> fmt::Debug for Inners<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inners").finish_non_exhaustive()
    }
}
