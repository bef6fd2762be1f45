//! Pinned maps of an earlier version: what becomes of them.
//!
//! 1. When a pin does not match, the caller's [`Plan`] for the map decides: refuse, leave
//!    the entries behind, or copy them, converted where their layout changed.
//! 2. libbpf creates the new map and loads the programs; the old map stays where it is.
//! 3. The entries are copied into the new map.
//! 4. `swap` puts the new map in the old one's place.
//!
//! A process that dies on the way leaves the old map pinned up to the last step, and the
//! new one, complete, from there on.

use std::ffi::{CStr, CString};
use std::fmt;
use std::os::fd::AsFd;

use super::load::{Loading, Pin, duplicate};
use super::migrate::{Entries, Migration, can_be_copied};
use super::open::OpenMap;
use super::swap::{Swaps, as_path};
use crate::error::{Difference, Error, Result};
use crate::gate::shape::Capacity;
use crate::gate::{self, Origin, Proof, Wanted};
use crate::info::MapInfo;
use crate::map::Map;

/// What becomes of a pinned map that does not match the bindings when an object is
/// loaded. See [`OpenMap::on_mismatch`].
///
/// ```no_run
/// # use mapgen_runtime::object::{OpenMap, Upgrade};
/// # fn example<Blocked, Names>(blocked: &mut OpenMap<'_, Blocked>, names: &mut OpenMap<'_, Names>) {
/// // `open.maps().blocked` and `open.maps().names`.
/// blocked.on_mismatch(Upgrade::Replace);
/// names.on_mismatch(Upgrade::Grow);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Upgrade {
    /// `load` fails with [`Error::Mismatch`], and the pin stays as it is.
    #[default]
    Refuse,
    /// A new map takes its place, empty.
    Replace,
    /// Where the capacity is all that differs, a new map takes its place, with its
    /// entries; else as [`Refuse`](Self::Refuse).
    Grow,
}

/// What the caller wants for one map.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) upgrade: Upgrade,
    pub(super) migrations: Vec<Migration>,
}

impl Plan {
    /// Whether a mismatch is more than an error.
    pub(super) fn is_any(&self) -> bool {
        self.upgrade != Upgrade::Refuse || !self.migrations.is_empty()
    }

    /// Whether entries of the same layout are copied when these are the differences.
    pub(super) fn grows(&self, differences: &[Difference]) -> bool {
        let asked = self.upgrade == Upgrade::Grow || !self.migrations.is_empty();
        let only = differences
            .iter()
            .all(|d| matches!(d, Difference::Capacity { .. } | Difference::Keeps { .. }));
        asked && only
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self
            .migrations
            .iter()
            .map(|migration| migration.from.object);
        f.debug_struct("Plan")
            .field("upgrade", &self.upgrade)
            .field("migrations", &from.collect::<Vec<_>>())
            .finish()
    }
}

impl<B> OpenMap<'_, B> {
    /// What becomes of a pinned map that does not match. Without this, it is refused.
    ///
    /// The new map takes the old one's place in one step, when it and every program are
    /// loaded: a load that fails, or a process that dies, leaves the old map pinned.
    /// Programs that run already go on with the old map, which lives as long as they do.
    pub fn on_mismatch(&mut self, upgrade: Upgrade) {
        self.plan.upgrade = upgrade;
    }
}

/// A pinned map of an earlier version.
pub(super) struct Outdated {
    index: usize,
    path: CString,
    map: Map,
    entries: Entries,
}

impl Loading {
    /// What the caller wants of a pin that does not match.
    pub(super) fn plan(&self, index: usize) -> Option<usize> {
        let (position, _) = self.binding(index)?;
        self.plans[position].is_any().then_some(position)
    }

    /// A pin that does not match, and what is to become of it.
    pub(super) fn outdate(&mut self, index: usize, path: &CStr) -> Result<Pin> {
        let file = as_path(path);
        self.locks.take(file, &self.view().maps()[index].name())?;
        // Whoever had the lock may have done it.
        let mut mismatch = match self.adopt(index, path) {
            Err(Error::Mismatch(mismatch)) => mismatch,
            other => return other,
        };
        let (Some((position, spec)), Some(fd)) = (self.binding(index), self.pinned(index, path)?)
        else {
            return Err(mismatch.into());
        };
        // Capacity apart, which says nothing of what the entries are.
        let accept = self.accept;
        let admit = |spec| {
            let mut wanted = Wanted::bound(spec);
            wanted.capacity = Capacity::at_least(0);
            gate::admit(fd.as_fd(), &wanted, accept, Origin::Pinned(file), None)
        };
        let plan = &mut self.plans[position];
        if plan.grows(&mismatch.differences) {
            let (info, proof) = admit(spec)?;
            if !can_be_copied(info.kind()) {
                return Err(mismatch.into());
            }
            let map = Map::from_parts(fd, spec, info, proof);
            self.outdated(index, path, map, Entries::Same);
            return Ok(Pin::Outdated);
        }
        for which in 0..plan.migrations.len() {
            let from = plan.migrations[which].from;
            match admit(from) {
                Ok((info, proof)) => {
                    let migration = plan.migrations.swap_remove(which);
                    let map = Map::from_parts(fd, from, info, proof);
                    self.outdated(index, path, map, Entries::Converted(migration));
                    return Ok(Pin::Outdated);
                }
                Err(Error::Mismatch(other)) => {
                    mismatch.differences.push(Difference::Also(Box::new(other)));
                }
                Err(other) => return Err(other),
            }
        }
        if plan.upgrade != Upgrade::Replace {
            return Err(mismatch.into());
        }
        // A program is no map's earlier version.
        let Ok(info) = MapInfo::of(fd.as_fd()) else {
            return Err(mismatch.into());
        };
        let map = Map::from_parts(fd, spec, info, Proof::Sizes);
        self.outdated(index, path, map, Entries::Left);
        Ok(Pin::Outdated)
    }

    fn outdated(&mut self, index: usize, path: &CStr, map: Map, entries: Entries) {
        self.outdated.push(Outdated {
            index,
            path: path.to_owned(),
            map,
            entries,
        });
    }

    /// Copies the entries of outdated maps, and pins the new ones in their places.
    pub(super) fn upgrade(&mut self) -> Result<Swaps> {
        let mut swaps = Swaps::default();
        for outdated in std::mem::take(&mut self.outdated) {
            let Outdated {
                index,
                path,
                map,
                mut entries,
            } = outdated;
            let (Some(fd), Some((info, proof)), Some((_, spec))) = (
                self.view().maps()[index].fd(),
                self.admitted[index],
                self.binding(index),
            ) else {
                continue;
            };
            let duplicate = duplicate(fd, spec.name)?;
            let old = map.info().id();
            entries.copy(map, Map::from_parts(duplicate, spec, info, proof))?;
            swaps.prepare(spec.name, fd, &path, old)?;
            self.adopted.push((index, path));
        }
        swaps.exchange()?;
        Ok(swaps)
    }
}
