//! BTF and ELF written by hand, right or wrong.

/// `.BTF` in the making. Ids are those of the records, in order, from 1.
pub(crate) struct Btf {
    types: Vec<u8>,
    strings: Vec<u8>,
    count: u32,
    vars: Vec<u32>,
    /// `int`, the first record.
    pub(crate) int: u32,
}

pub(crate) const CONST: u32 = 10;
pub(crate) const VOLATILE: u32 = 9;
pub(crate) const TYPEDEF: u32 = 8;
pub(crate) const PTR: u32 = 2;
pub(crate) const STRUCT: u32 = 4;
pub(crate) const UNION: u32 = 5;

impl Btf {
    pub(crate) fn new() -> Self {
        let mut btf = Self {
            types: Vec::new(),
            strings: vec![0],
            count: 0,
            vars: Vec::new(),
            int: 1,
        };
        let name = btf.string("int");
        btf.add(&[name, 1 << 24, 4, 1 << 24 | 32]);
        btf
    }

    /// The id that the next record gets.
    pub(crate) fn next(&self) -> u32 {
        self.count + 1
    }

    pub(crate) fn string(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let at = self.strings.len() as u32;
        self.strings.extend(text.as_bytes());
        self.strings.push(0);
        at
    }

    pub(crate) fn add(&mut self, words: &[u32]) -> u32 {
        self.types
            .extend(words.iter().flat_map(|word| word.to_le_bytes()));
        self.count += 1;
        self.count
    }

    /// A pointer, qualifier or typedef.
    pub(crate) fn refer(&mut self, kind: u32, name: &str, to: u32) -> u32 {
        let name = self.string(name);
        self.add(&[name, kind << 24, to])
    }

    pub(crate) fn array(&mut self, element: u32, count: u32) -> u32 {
        self.add(&[0, 3 << 24, 0, element, 1, count])
    }

    /// A struct or union of members with a type and a bit offset, called `a`, `b`, ….
    pub(crate) fn composite(
        &mut self,
        kind: u32,
        name: &str,
        size: u32,
        members: &[(u32, u32)],
    ) -> u32 {
        let name = self.string(name);
        let mut words = vec![name, kind << 24 | members.len() as u32, size];
        for (index, &(ty, offset)) in members.iter().enumerate() {
            let member = self.string(&format!("m{index}"));
            words.extend([member, ty, offset]);
        }
        self.add(&words)
    }

    pub(crate) fn proto(&mut self, returns: u32, parameters: &[u32]) -> u32 {
        let mut words = vec![0, 13 << 24 | parameters.len() as u32, returns];
        words.extend(parameters.iter().flat_map(|&parameter| [0, parameter]));
        self.add(&words)
    }

    /// `struct { __uint(type, ARRAY); __type(key, int); __type(value, ..); } name`.
    pub(crate) fn map(&mut self, name: &str, value: u32) {
        let two = self.array(self.int, 2);
        let members = [
            ("type", self.refer(PTR, "", two)),
            ("key", self.refer(PTR, "", self.int)),
            ("value", self.refer(PTR, "", value)),
        ];
        self.definition(name, &members);
    }

    /// A map of any members.
    pub(crate) fn definition(&mut self, name: &str, members: &[(&str, u32)]) {
        let mut words = vec![
            0,
            STRUCT << 24 | members.len() as u32,
            8 * members.len() as u32,
        ];
        for (index, &(member, ty)) in members.iter().enumerate() {
            let member = self.string(member);
            words.extend([member, ty, 64 * index as u32]);
        }
        let definition = self.add(&words);
        self.variable(name, definition);
    }

    /// A variable of `.maps`.
    pub(crate) fn variable(&mut self, name: &str, ty: u32) {
        let name = self.string(name);
        let var = self.add(&[name, 14 << 24, ty, 1]);
        self.vars.push(var);
    }

    pub(crate) fn section(mut self) -> Vec<u8> {
        if !self.vars.is_empty() {
            let name = self.string(".maps");
            let vars = std::mem::take(&mut self.vars);
            let mut words = vec![name, 15 << 24 | vars.len() as u32, 24 * vars.len() as u32];
            for (index, var) in vars.into_iter().enumerate() {
                words.extend([var, 24 * index as u32, 24]);
            }
            self.add(&words);
        }
        let (types, strings) = (self.types.len() as u32, self.strings.len() as u32);
        let mut out = vec![0x9f, 0xeb, 1, 0];
        for word in [24, 0, types, types, strings] {
            out.extend(word.to_le_bytes());
        }
        out.extend(self.types);
        out.extend(self.strings);
        out
    }

    /// An object with this BTF and room for its maps.
    pub(crate) fn object(self) -> Vec<u8> {
        let room = vec![0; 24 * self.vars.len()];
        let mut elf = Elf::new();
        if !room.is_empty() {
            elf.add(Section::data(".maps", room));
        }
        elf.add(Section::data(".BTF", self.section()));
        elf.write()
    }
}

/// A section with a header that may lie.
#[derive(Clone, Default)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) kind: u32,
    pub(crate) flags: u64,
    pub(crate) data: Vec<u8>,
    /// In place of where `data` is put.
    pub(crate) offset: Option<u64>,
    /// In place of the length of `data`.
    pub(crate) size: Option<u64>,
    pub(crate) link: u32,
    pub(crate) info: u32,
    pub(crate) entry_size: u64,
}

impl Section {
    pub(crate) fn data(name: &'static str, data: Vec<u8>) -> Self {
        Self {
            name,
            kind: 1,
            flags: 2,
            data,
            ..Self::default()
        }
    }

    pub(crate) fn code(name: &'static str, data: Vec<u8>) -> Self {
        Self {
            flags: 6,
            ..Self::data(name, data)
        }
    }
}

/// A little-endian eBPF object.
pub(crate) struct Elf {
    sections: Vec<Section>,
    strings: Vec<u8>,
    symbols: Vec<u8>,
}

impl Elf {
    pub(crate) fn new() -> Self {
        Self {
            sections: vec![Section::default()],
            strings: vec![0],
            symbols: vec![0; 24],
        }
    }

    /// Adds a section and gives its index.
    pub(crate) fn add(&mut self, section: Section) -> u16 {
        self.sections.push(section);
        self.sections.len() as u16 - 1
    }

    pub(crate) fn symbol(&mut self, name: &str, info: u8, section: u16, value: u64, size: u64) {
        self.symbols
            .extend((self.strings.len() as u32).to_le_bytes());
        self.strings.extend(name.as_bytes());
        self.strings.push(0);
        self.symbols.extend([info, 0]);
        self.symbols.extend(section.to_le_bytes());
        self.symbols.extend(value.to_le_bytes());
        self.symbols.extend(size.to_le_bytes());
    }

    /// The place of section headers is the eight bytes at 0x28, their number the two at
    /// 0x3c.
    pub(crate) fn write(mut self) -> Vec<u8> {
        let strings = self.add(Section {
            kind: 3,
            ..Section::data(".strtab", self.strings.clone())
        });
        self.add(Section {
            kind: 2,
            link: u32::from(strings),
            info: 1,
            entry_size: 24,
            ..Section::data(".symtab", self.symbols.clone())
        });
        let mut names = vec![0];
        let mut out = vec![0; 64];
        let mut headers = Vec::new();
        let names_index = self.sections.len();
        self.add(Section {
            kind: 3,
            ..Section::data(".shstrtab", Vec::new())
        });
        for section in &mut self.sections {
            let name = names.len() as u32;
            names.extend(section.name.as_bytes());
            names.push(0);
            if section.name == ".shstrtab" {
                section.data = names.clone();
            }
            let offset = section.offset.unwrap_or(out.len() as u64);
            let size = section.size.unwrap_or(section.data.len() as u64);
            out.extend(&section.data);
            out.resize(out.len().next_multiple_of(8), 0);
            headers.extend(name.to_le_bytes());
            headers.extend(section.kind.to_le_bytes());
            for word in [section.flags, 0, offset, size] {
                headers.extend(word.to_le_bytes());
            }
            headers.extend(section.link.to_le_bytes());
            headers.extend(section.info.to_le_bytes());
            headers.extend(1_u64.to_le_bytes());
            headers.extend(section.entry_size.to_le_bytes());
        }
        let mut header = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        header.extend(1_u16.to_le_bytes());
        header.extend(247_u16.to_le_bytes());
        header.extend(1_u32.to_le_bytes());
        header.extend([0; 16]);
        header.extend((out.len() as u64).to_le_bytes());
        header.extend([0; 4]);
        for half in [64, 0, 0, 64, self.sections.len() as u16, names_index as u16] {
            header.extend(half.to_le_bytes());
        }
        out[..64].copy_from_slice(&header);
        out.extend(headers);
        out
    }
}
