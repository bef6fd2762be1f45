//! Entries of an earlier version's map, copied into the new one.

use bytemuck::Pod;

use super::open::OpenMap;
use crate::error::{Difference, Error, Result};
use crate::gate::members::{self, Types};
use crate::gate::shape;
use crate::map::{Binding, Handle, Map, RawMap};
use crate::spec::{MapKind, MapSpec};

/// The type of a binding's keys.
type Key<B> = <<B as Binding>::Handle as Handle>::Key;
/// The type of a binding's values.
type Value<B> = <<B as Binding>::Handle as Handle>::Value;

/// The bytes of a new entry, `None` to leave it out, from those of an old one.
type Convert = dyn FnMut(&[u8], &[u8]) -> Option<Entry> + Send + Sync;
/// The bytes of a key and of its value.
type Entry = (Vec<u8>, Vec<u8>);

/// From one layout to the map's own.
pub(super) struct Migration {
    pub(super) from: &'static MapSpec,
    convert: Box<Convert>,
}

/// How the entries of an old map get into the new one.
pub(super) enum Entries {
    /// Not at all.
    Left,
    /// Byte for byte.
    Same,
    /// Converted.
    Converted(Migration),
}

impl Entries {
    /// Copies the entries of one map into another.
    pub(super) fn copy(&mut self, old: Map, new: Map) -> Result<()> {
        match self {
            Self::Left => Ok(()),
            Self::Same => copy(old, new, |key, value| Some((key.to_vec(), value.to_vec()))),
            Self::Converted(migration) => copy(old, new, &mut migration.convert),
        }
    }
}

fn copy(old: Map, new: Map, mut convert: impl FnMut(&[u8], &[u8]) -> Option<Entry>) -> Result<()> {
    let kind = new.info().kind();
    let (old, new) = (RawMap::from_map(old)?, RawMap::from_map(new)?);
    let mut copied: u32 = 0;
    for entry in old.iter() {
        let (key, value) = entry?;
        let Some((key, value)) = convert(&key, &value) else {
            continue;
        };
        if is_indexed(kind) {
            in_range(&new, &key)?;
        }
        match new.try_insert(&key, &value) {
            Ok(()) => copied = copied.saturating_add(1),
            // A walk may see an entry twice while others are deleted.
            Err(Error::Exists { .. }) => new.insert(&key, &value)?,
            Err(other) => return Err(other),
        }
    }
    if keeps_the_youngest(kind) {
        all_there(&new, copied)?;
    }
    Ok(())
}

fn in_range(new: &RawMap, key: &[u8]) -> Result<()> {
    let index = u32::from_ne_bytes(key.try_into().unwrap_or_default());
    if index < new.capacity() {
        return Ok(());
    }
    Err(Error::OutOfRange {
        map: new.label(),
        index,
        capacity: new.capacity(),
    })
}

/// A map that makes room by forgetting entries has kept all that were copied.
fn all_there(new: &RawMap, copied: u32) -> Result<()> {
    let mut kept: u32 = 0;
    for key in new.keys() {
        key?;
        kept = kept.saturating_add(1);
    }
    if kept >= copied {
        return Ok(());
    }
    Err(Error::Full {
        map: new.label(),
        capacity: new.capacity(),
        entries: Some(kept),
    })
}

fn keeps_the_youngest(kind: MapKind) -> bool {
    matches!(kind, MapKind::LruHash | MapKind::LruPerCpuHash)
}

fn is_indexed(kind: MapKind) -> bool {
    matches!(kind, MapKind::Array | MapKind::PerCpuArray)
}

fn is_per_cpu(kind: MapKind) -> bool {
    matches!(
        kind,
        MapKind::PerCpuHash | MapKind::LruPerCpuHash | MapKind::PerCpuArray
    )
}

/// Whether a map of this kind is entries that can be read, and written elsewhere.
pub(super) fn can_be_copied(kind: MapKind) -> bool {
    is_indexed(kind)
        || is_per_cpu(kind)
        || keeps_the_youngest(kind)
        || matches!(kind, MapKind::Hash | MapKind::LpmTrie)
}

impl<B: Binding> OpenMap<'_, B> {
    /// Copies the entries of a pinned map that an older version left, whose bindings are
    /// `Old`, each value converted.
    ///
    /// The old object's bindings are made as any other: `build.rs` reads it beside the new
    /// one (`Builder::objects`, or `Builder::schema` where only its schema was kept), and
    /// `#[ebpf_map(object = "flow_v1")] mod v1 {}` binds it.
    ///
    /// ```no_run
    /// # use mapgen_runtime::object::OpenMap;
    /// # use mapgen_runtime::{Binding, HashMap, Result};
    /// # fn example<Conns, V1>(conns: &mut OpenMap<'_, Conns>) -> Result<()>
    /// # where
    /// #     Conns: Binding<Handle = HashMap<u32, u64>>,
    /// #     V1: Binding<Handle = HashMap<u32, u32>>,
    /// # {
    /// // `open.maps().conns.migrate::<v1::Conns>(..)`: packets had 32 bits in version 1.
    /// conns.migrate::<V1>(|packets| u64::from(*packets))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A pin that matches is reused as ever, and one that is too small but else matches
    /// is copied as it is. Several migrations may stand side by side: the one whose old
    /// bindings the pinned map matches, capacity apart, is taken; where none does, `load`
    /// says what differs from each. The values of per-CPU maps are converted CPU by CPU.
    /// For what happens on the way see [`on_mismatch`](Self::on_mismatch).
    ///
    /// What programs or other processes write into the old map while it is copied may be
    /// missing in the new one, and what they write later certainly is: detach them
    /// first where that matters. Of two processes that upgrade at a time one waits for
    /// the other.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when the keys of the two versions differ
    /// ([`migrate_entries`](Self::migrate_entries) converts them too), [`Error::Object`]
    /// for kinds of maps whose entries cannot be copied. At load: [`Error::Full`] when
    /// the entries do not fit the new map, [`Error::OutOfRange`] for an array,
    /// [`Error::Busy`] when another upgrade took longer than a minute. Nothing has changed
    /// then.
    pub fn migrate<Old: Binding>(
        &mut self,
        mut convert: impl FnMut(&Value<Old>) -> Value<B> + Send + Sync + 'static,
    ) -> Result<()>
    where
        Value<Old>: Pod,
        Value<B>: Pod,
    {
        let (old, new) = (Old::SPEC, self.spec());
        copied(old, new)?;
        let differences = keys(old, new);
        if !differences.is_empty() {
            return Err(super::open::mismatch(self.object, new.name, differences));
        }
        let (from, to) = (stride(old), stride(new));
        self.push(old, move |key, value| {
            let mut out = Vec::with_capacity(value.len() / from.max(1) * to);
            for slot in value.chunks(from.max(1)) {
                let end = out.len() + to;
                let converted = convert(&bytemuck::pod_read_unaligned(
                    &slot[..size_of::<Value<Old>>()],
                ));
                out.extend_from_slice(bytemuck::bytes_of(&converted));
                out.resize(end, 0);
            }
            Some((key.to_vec(), out))
        });
        Ok(())
    }

    /// As [`migrate`](Self::migrate), for keys that changed too, or to leave entries
    /// behind.
    ///
    /// ```no_run
    /// # use mapgen_runtime::object::OpenMap;
    /// # use mapgen_runtime::{Binding, HashMap, Result};
    /// # fn example<Conns, V1>(conns: &mut OpenMap<'_, Conns>) -> Result<()>
    /// # where
    /// #     Conns: Binding<Handle = HashMap<u64, u64>>,
    /// #     V1: Binding<Handle = HashMap<u32, u64>>,
    /// # {
    /// conns.migrate_entries::<V1>(|key, packets| {
    ///     let live = *packets > 0;
    ///     live.then_some((u64::from(*key), *packets))
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`migrate`](Self::migrate); [`Error::Object`] for per-CPU maps, whose
    /// entries have a value for each CPU.
    pub fn migrate_entries<Old: Binding>(
        &mut self,
        mut convert: impl FnMut(&Key<Old>, &Value<Old>) -> Option<(Key<B>, Value<B>)>
        + Send
        + Sync
        + 'static,
    ) -> Result<()>
    where
        Key<Old>: Pod,
        Value<Old>: Pod,
        Key<B>: Pod,
        Value<B>: Pod,
    {
        let (old, new) = (Old::SPEC, self.spec());
        copied(old, new)?;
        if is_per_cpu(new.kind) {
            return Err(refused(
                new,
                "the entries of per-CPU maps: `migrate` converts their values",
            ));
        }
        self.push(old, move |key, value| {
            let (key, value) = convert(
                &bytemuck::pod_read_unaligned(key),
                &bytemuck::pod_read_unaligned(value),
            )?;
            let bytes = (
                bytemuck::bytes_of(&key).to_vec(),
                bytemuck::bytes_of(&value).to_vec(),
            );
            Some(bytes)
        });
        Ok(())
    }

    fn push(
        &mut self,
        from: &'static MapSpec,
        convert: impl FnMut(&[u8], &[u8]) -> Option<Entry> + Send + Sync + 'static,
    ) {
        self.plan.migrations.push(Migration {
            from,
            convert: Box::new(convert),
        });
    }
}

/// How many bytes a value has, as the kernel copies it: those of one CPU.
fn stride(spec: &MapSpec) -> usize {
    let size = spec.value_size as usize;
    if is_per_cpu(spec.kind) {
        size.next_multiple_of(8)
    } else {
        size
    }
}

/// Whether entries of the one can be entries of the other.
fn copied(old: &'static MapSpec, new: &'static MapSpec) -> Result<()> {
    for spec in [old, new] {
        if !can_be_copied(spec.kind) {
            let why = format!(
                "a map of type `{}`: `on_mismatch(Upgrade::Replace)` starts with an empty one",
                spec.kind
            );
            return Err(refused(new, &why));
        }
    }
    if is_per_cpu(old.kind) != is_per_cpu(new.kind) {
        return Err(refused(new, "between a per-CPU map and one that is not"));
    }
    Ok(())
}

fn refused(spec: &'static MapSpec, why: &str) -> Error {
    Error::Object {
        op: "migrate",
        name: spec.name.into(),
        message: format!("it cannot copy {why}"),
    }
}

/// How the keys of two versions differ.
fn keys(old: &MapSpec, new: &MapSpec) -> Vec<Difference> {
    if old.key_size != new.key_size {
        return vec![Difference::Number {
            what: "key_size",
            expected: new.key_size.into(),
            found: old.key_size.into(),
        }];
    }
    let key = |spec| Types {
        value: 0,
        ..Types::of(spec)
    };
    let (old_key, new_key) = (key(old), key(new));
    let compared = [old.kind, new.kind].into_iter().all(shape::keeps_btf);
    if compared && old_key.any() && new_key.any() {
        members::differences(new_key, old_key)
    } else {
        Vec::new()
    }
}
