//! A well-formed object around a `.BTF` section, so that what is changed in there reaches
//! the readers of maps, sections and programs.

/// Where a section's bytes lie and what it is.
struct Section {
    name: &'static str,
    /// `SHT_*`.
    kind: u32,
    /// `SHF_*`.
    flags: u64,
    offset: usize,
    size: usize,
    link: u32,
    info: u32,
    entry_size: u64,
}

const PROGBITS: u32 = 1;
const SYMTAB: u32 = 2;
const STRTAB: u32 = 3;
const NOBITS: u32 = 8;
const ALLOC: u64 = 2;
const CODE: u64 = 6;

/// The sections that a variable may stand in.
const HOMES: [&str; 4] = [".maps", ".data", ".bss", ".rodata"];
/// Names that become symbols: each gets one in every home, and a function.
const MAX_NAMES: usize = 48;
const ROOM: usize = 1 << 14;

/// An object with this `.BTF` section: as it is where the highest bit of its flags is set,
/// otherwise with a header, string table and ids that are right.
pub fn object_around(section: &[u8]) -> Vec<u8> {
    let big = section.starts_with(&[0xeb, 0x9f]);
    let as_it_is = section.get(3).is_some_and(|flags| flags & 0x80 != 0);
    let (btf, strings) = if as_it_is {
        (section.to_vec(), Vec::new())
    } else {
        repaired(section, big)
    };
    Object { big }.write(&btf, &strings)
}

/// The section with what surrounds its records made right, and its strings.
fn repaired(section: &[u8], big: bool) -> (Vec<u8>, Vec<u8>) {
    let file = Object { big };
    let body = section.get(24..).unwrap_or_default();
    let said = section.get(16..20).map_or(0, |word| file.word(word)) as usize;
    let (types, strings) = body.split_at(said.min(body.len()));
    let mut types = types[..types.len() / 4 * 4].to_vec();
    let mut strings = strings.to_vec();
    strings.insert(0, 0);
    strings.push(0);
    let ids = starts(&file, &mut types);
    for &start in &ids {
        repair_record(
            &file,
            &mut types[start..],
            ids.len() as u32 + 1,
            strings.len() as u32,
        );
    }
    let mut out = if big {
        vec![0xeb, 0x9f]
    } else {
        vec![0x9f, 0xeb]
    };
    out.extend([1, 0]);
    let sizes = (types.len() as u32, strings.len() as u32);
    for word in [24, 0, sizes.0, sizes.0, sizes.1] {
        file.put(&mut out, u64::from(word), 4);
    }
    out.extend(types);
    out.extend(&strings);
    (out, strings)
}

/// Where records start; what is cut off or of no kind is dropped.
fn starts(file: &Object, types: &mut Vec<u8>) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(info) = types.get(at + 4..at + 8) {
        let info = file.word(info);
        let entries = info as usize & 0xffff;
        let size = 12
            + match info >> 24 & 0x1f {
                2 | 7..=12 | 16 | 18 => 0,
                1 | 14 | 17 => 4,
                3 => 12,
                4 | 5 | 15 | 19 => 12 * entries,
                6 | 13 => 8 * entries,
                _ => break,
            };
        if types.len() - at < size {
            break;
        }
        starts.push(at);
        at += size;
    }
    types.truncate(at);
    starts
}

/// Brings names and ids into range.
fn repair_record(file: &Object, record: &mut [u8], ids: u32, strings: u32) {
    let info = file.word(&record[4..8]);
    let entries = info as usize & 0xffff;
    let (names, refs): (Vec<usize>, Vec<usize>) = match info >> 24 & 0x1f {
        2 | 8..=12 | 14 | 17 | 18 => (vec![], vec![8]),
        3 => (vec![], vec![12, 16]),
        4 | 5 => (
            (0..entries).map(|n| 12 + 12 * n).collect(),
            (0..entries).map(|n| 16 + 12 * n).collect(),
        ),
        6 => ((0..entries).map(|n| 12 + 8 * n).collect(), vec![]),
        19 => ((0..entries).map(|n| 12 + 12 * n).collect(), vec![]),
        13 => (
            (0..entries).map(|n| 12 + 8 * n).collect(),
            (0..entries).map(|n| 16 + 8 * n).chain([8]).collect(),
        ),
        15 => (vec![], (0..entries).map(|n| 12 + 12 * n).collect()),
        _ => (vec![], vec![]),
    };
    let mut wrap = |at: usize, limit: u32| {
        let word = file.word(&record[at..at + 4]);
        if word >= limit {
            let mut bytes = Vec::new();
            file.put(&mut bytes, u64::from(word % limit), 4);
            record[at..at + 4].copy_from_slice(&bytes);
        }
    };
    wrap(0, strings);
    names.into_iter().for_each(|at| wrap(at, strings));
    refs.into_iter().for_each(|at| wrap(at, ids));
}

struct Object {
    big: bool,
}

impl Object {
    fn word(&self, bytes: &[u8]) -> u32 {
        let bytes = bytes.try_into().expect("four bytes");
        match self.big {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        }
    }

    fn put(&self, out: &mut Vec<u8>, number: u64, size: usize) {
        match self.big {
            true => out.extend(&number.to_be_bytes()[8 - size..]),
            false => out.extend(&number.to_le_bytes()[..size]),
        }
    }

    fn write(&self, btf: &[u8], strings: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 64];
        let mut sections = vec![Section::new("", 0, 0, 0, 0)];
        // The homes share zeroes, the file stays small.
        let zeroes = out.len();
        out.resize(zeroes + ROOM / 8, 0);
        for name in HOMES {
            let kind = if name == ".bss" { NOBITS } else { PROGBITS };
            sections.push(Section::new(name, kind, ALLOC, zeroes, ROOM / 8));
        }
        let code = out.len();
        for _ in 0..4 {
            self.put(&mut out, if self.big { 0xb7 << 56 } else { 0xb7 }, 8);
            self.put(&mut out, if self.big { 0x95 << 56 } else { 0x95 }, 8);
        }
        let code_size = out.len() - code;
        sections.push(Section::new("xdp", PROGBITS, CODE, code, code_size));
        let at = out.len();
        out.extend(b"GPL\0");
        sections.push(Section::new("license", PROGBITS, ALLOC, at, 4));
        let at = out.len();
        out.extend(btf);
        sections.push(Section::new(".BTF", PROGBITS, 0, at, btf.len()));

        let strtab = out.len();
        out.extend(strings);
        out.push(0);
        sections.push(Section::new(
            ".strtab",
            STRTAB,
            0,
            strtab,
            strings.len() + 1,
        ));
        let strtab_index = sections.len() as u32 - 1;

        out.resize(out.len().next_multiple_of(8), 0);
        let symtab = out.len();
        out.extend([0; 24]);
        let mut at = 0;
        let names = strings.split(|&byte| byte == 0).map(|name| {
            let start = at;
            at += name.len() + 1;
            (start, name)
        });
        let is_name = |(_, name): &(usize, &[u8])| !name.is_empty();
        for (index, (name, _)) in names.filter(is_name).take(MAX_NAMES).enumerate() {
            for home in 1..=HOMES.len() as u64 {
                self.symbol(&mut out, name, 0x11, home, 32 * index as u64, 32);
            }
            // `.kconfig` has no section: its symbols are undefined.
            self.symbol(&mut out, name, 0x10, 0, 0, 0);
        }
        self.symbol(&mut out, 0, 0x12, 1 + HOMES.len() as u64, 0, 16);
        let size = out.len() - symtab;
        sections.push(Section {
            link: strtab_index,
            info: 1,
            entry_size: 24,
            ..Section::new(".symtab", SYMTAB, 0, symtab, size)
        });
        let names_at = out.len();
        let names: Vec<usize> = sections
            .iter()
            .map(|section| {
                let at = out.len() - names_at;
                out.extend(section.name.as_bytes());
                out.push(0);
                at
            })
            .collect();
        let own_name = out.len() - names_at;
        out.extend(b".shstrtab\0");
        let size = out.len() - names_at;
        sections.push(Section::new(".shstrtab", STRTAB, 0, names_at, size));
        out.resize(out.len().next_multiple_of(8), 0);
        let table = out.len();
        for (section, name) in sections.iter().zip(names.into_iter().chain([own_name])) {
            self.header(&mut out, section, name);
        }
        let header = self.file_header(table, sections.len());
        out[..64].copy_from_slice(&header);
        out
    }

    fn symbol(&self, out: &mut Vec<u8>, name: usize, info: u8, home: u64, at: u64, size: u64) {
        self.put(out, name as u64, 4);
        out.extend([info, 0]);
        self.put(out, home, 2);
        self.put(out, at, 8);
        self.put(out, size, 8);
    }

    fn header(&self, out: &mut Vec<u8>, section: &Section, name: usize) {
        self.put(out, name as u64, 4);
        self.put(out, u64::from(section.kind), 4);
        self.put(out, section.flags, 8);
        self.put(out, 0, 8);
        self.put(out, section.offset as u64, 8);
        self.put(out, section.size as u64, 8);
        self.put(out, u64::from(section.link), 4);
        self.put(out, u64::from(section.info), 4);
        self.put(out, 1, 8);
        self.put(out, section.entry_size, 8);
    }

    fn file_header(&self, table: usize, sections: usize) -> Vec<u8> {
        let mut out = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        if self.big {
            out[5] = 2;
        }
        self.put(&mut out, 1, 2);
        self.put(&mut out, 247, 2);
        self.put(&mut out, 1, 4);
        self.put(&mut out, 0, 8);
        self.put(&mut out, 0, 8);
        self.put(&mut out, table as u64, 8);
        self.put(&mut out, 0, 4);
        for half in [64, 0, 0, 64, sections, sections - 1] {
            self.put(&mut out, half as u64, 2);
        }
        out
    }
}

impl Section {
    fn new(name: &'static str, kind: u32, flags: u64, offset: usize, size: usize) -> Self {
        Self {
            name,
            kind,
            flags,
            offset,
            size,
            link: 0,
            info: 0,
            entry_size: 0,
        }
    }
}
