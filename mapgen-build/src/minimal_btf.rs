//! The BTF of one map: the records that its key and value reach, and no more.
//!
//! A map created or checked from Rust carries this blob to the kernel, so it must be
//! BTF that the kernel loads: ids from 1 without gaps, one string table, the byte order
//! of the object. Pointers are cut to `void *`, or half of vmlinux.h would follow;
//! where a type tag (`kptr`, `uptr`, …) stands behind one, the kernel reads its
//! struct (`btf_get_field_type`), which stays.

use std::collections::HashMap;

use mapgen_schema::MapBtf;

use crate::btf::Btf;
use crate::error::Found;
use crate::raw::{
    CONST, FWD, PTR, RESTRICT, STRUCT, TYPE_TAG, UNION, VAR, VOLATILE, blob, bytes_of,
};

/// The BTF of a map's key and value, each 0 where there is none.
pub(crate) fn of_map(btf: &Btf<'_>, key: u32, value: u32) -> Found<MapBtf> {
    let mut copy = Copy::new(btf);
    let (key, value) = (copy.id_of(key), copy.id_of(value));
    copy.finish(key, value, &HashMap::new())
}

/// The BTF of a data section: its value is the datasec, with the size and the offsets
/// (by the id of the variable) that the linker or libbpf would have filled in.
pub(crate) fn of_section(
    btf: &Btf<'_>,
    datasec: u32,
    size: u32,
    offsets: &HashMap<u32, u32>,
) -> Found<MapBtf> {
    let mut copy = Copy::new(btf);
    copy.section = Some((datasec, size));
    let value = copy.id_of(datasec);
    copy.finish(0, value, offsets)
}

struct Copy<'a, 'data> {
    btf: &'a Btf<'data>,
    /// New ids by old ones.
    ids: HashMap<u32, u32>,
    /// What becomes records 1, 2, ….
    queue: Vec<Source>,
    /// The new id of `void *`.
    void_pointer: Option<u32>,
    section: Option<(u32, u32)>,
    strings: Strings,
}

#[derive(Clone, Copy)]
enum Source {
    Record(u32),
    VoidPointer,
}

impl<'a, 'data> Copy<'a, 'data> {
    fn new(btf: &'a Btf<'data>) -> Self {
        Self {
            btf,
            ids: HashMap::new(),
            queue: Vec::new(),
            void_pointer: None,
            section: None,
            strings: Strings::default(),
        }
    }

    /// The new id of an old one; asks for its record to be copied.
    fn id_of(&mut self, old: u32) -> u32 {
        if old == 0 {
            return 0;
        }
        if let Some(&new) = self.ids.get(&old) {
            return new;
        }
        let record = self.btf.raw.record(old);
        let cut = record.kind() == PTR && self.btf.tag(record.third()).is_none();
        let new = match self.void_pointer {
            Some(new) if cut => new,
            _ => {
                self.queue.push(match cut {
                    true => Source::VoidPointer,
                    false => Source::Record(old),
                });
                // Ids come from a section counted in 32 bits.
                self.queue.len() as u32
            }
        };
        if cut {
            self.void_pointer = Some(new);
        }
        self.ids.insert(old, new);
        new
    }

    fn finish(mut self, key: u32, value: u32, offsets: &HashMap<u32, u32>) -> Found<MapBtf> {
        let mut records = Vec::new();
        let mut next = 0;
        // Decl tags refer to types, not the other way round, and name more types.
        let tags = &self.btf.decl_tags;
        loop {
            while let Some(&source) = self.queue.get(next) {
                next += 1;
                match source {
                    Source::VoidPointer => {
                        for word in [0, PTR << 24, 0] {
                            records.extend(bytes_of(self.btf.raw.endian, word));
                        }
                    }
                    Source::Record(old) => self.copy(old, offsets, &mut records),
                }
            }
            for &tag in tags {
                let target = self.btf.raw.record(tag).third();
                if self.ids.contains_key(&target) {
                    self.id_of(tag);
                    self.follow(tag);
                }
            }
            if next == self.queue.len() {
                break;
            }
        }
        Ok(MapBtf {
            bytes: blob(self.btf.raw.endian, &records, &self.strings.bytes)?,
            key,
            value,
        })
    }

    /// `contains:foo:node` on a list head or tree root: the kernel looks `struct foo` up
    /// by name (`btf_find_graph_root`).
    fn follow(&mut self, tag: u32) {
        let Some(name) = self
            .btf
            .name(tag)
            .strip_prefix("contains:")
            .and_then(|rest| rest.split(':').next())
        else {
            return;
        };
        let found = self
            .btf
            .ids()
            .find(|&id| self.btf.raw.record(id).kind() == STRUCT && self.btf.name(id) == name);
        if let Some(id) = found {
            self.id_of(id);
        }
    }

    fn copy(&mut self, old: u32, offsets: &HashMap<u32, u32>, out: &mut Vec<u8>) {
        let record = self.btf.raw.record(old);
        let endian = self.btf.raw.endian;
        let mut bytes = record.bytes().to_vec();
        let mut put = |at: usize, word: u32| {
            bytes[at..at + 4].copy_from_slice(&bytes_of(endian, word));
        };
        let mut names = Vec::new();
        record.names(&mut |at| names.push(at));
        for at in names {
            let name = self.btf.raw.string(record.word(at)).unwrap_or("");
            put(at, self.strings.offset(name));
        }
        let mut ids = Vec::new();
        record.ids(&mut |at| ids.push(at));
        for at in ids {
            let new = match record.kind() {
                // A tag on something other than a struct: the tag stays, what it
                // stands on does not.
                TYPE_TAG | CONST | VOLATILE | RESTRICT if !self.keeps(old) => 0,
                _ => self.id_of(record.word(at)),
            };
            put(at, new);
        }
        // The kernel knows no extern variables: libbpf allocates those of `.kconfig`.
        if record.kind() == VAR && record.word(12) == 2 {
            put(12, 1);
        }
        if let Some((_, size)) = self.section.filter(|&(datasec, _)| datasec == old) {
            put(8, size);
            let mut vars: Vec<[u32; 3]> = (0..record.vlen())
                .map(|entry| {
                    let at = 12 + entry * 12;
                    let var = record.word(at);
                    let offset = offsets.get(&var).copied();
                    [
                        self.id_of(var),
                        offset.unwrap_or(record.word(at + 4)),
                        record.word(at + 8),
                    ]
                })
                .collect();
            // The kernel wants them in order of offset.
            vars.sort_by_key(|var| var[1]);
            for (entry, var) in vars.iter().enumerate() {
                for (index, &word) in var.iter().enumerate() {
                    put(12 + entry * 12 + index * 4, word);
                }
            }
        }
        out.extend(bytes);
    }

    /// Whether what a modifier stands on is kept: always, but for a type tag on
    /// something that is no struct.
    fn keeps(&self, id: u32) -> bool {
        if self.btf.tag(id).is_none() {
            return true;
        }
        self.btf
            .resolved(id)
            .is_ok_and(|base| matches!(self.btf.raw.kind(base), STRUCT | UNION | FWD))
    }
}

/// A string table, each string once.
struct Strings {
    bytes: Vec<u8>,
    offsets: HashMap<String, u32>,
}

impl Default for Strings {
    fn default() -> Self {
        Self {
            bytes: vec![0],
            offsets: HashMap::from([(String::new(), 0)]),
        }
    }
}

impl Strings {
    fn offset(&mut self, name: &str) -> u32 {
        if let Some(&offset) = self.offsets.get(name) {
            return offset;
        }
        // No longer than the table that it comes from, whose size has 32 bits.
        let offset = self.bytes.len() as u32;
        self.bytes.extend(name.as_bytes());
        self.bytes.push(0);
        self.offsets.insert(name.to_owned(), offset);
        offset
    }
}
