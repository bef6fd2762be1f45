//! BTF for kernels that do not know all of its kinds.

use super::{Btf, Malformed, kind};

/// The one member type of the unions that stand for 64-bit enumerations.
const PLACEHOLDER: &str = "enum64_placeholder";

impl Btf<'_> {
    /// The same types in kinds that Linux 5.2 knows, as libbpf writes them
    /// (`bpf_object__sanitize_btf`), which the gates know too: a float becomes a struct without
    /// members (before 5.13), a 64-bit enumeration a union of placeholders (before 6.0), a type
    /// tag `const` (before 5.17), a declaration tag an integer (before 5.16). `None` where there
    /// is none of these.
    pub(crate) fn for_old_kernels(&self) -> Result<Option<Vec<u8>>, Malformed> {
        const TOO_LARGE: Malformed = Malformed("it is too large");
        let number = |len: usize| u32::try_from(len).map_err(|_| TOO_LARGE);
        let placeholder = number(self.starts.len())?;
        let name = number(self.strings.len())?;
        let mut types = self.types.to_vec();
        let mut changed = false;
        for &start in self.starts.iter().skip(1) {
            let start = start as usize;
            let ty = self.read(start)?;
            let mut put = |index: usize, value: u32| self.put(&mut types, start, index, value);
            match ty.kind {
                kind::FLOAT => put(1, kind::STRUCT << 24),
                kind::ENUM64 => {
                    put(1, kind::UNION << 24 | ty.vlen);
                    for member in 0..ty.vlen as usize {
                        // The name stays; the halves of the number become a type and a place.
                        put(3 + 3 * member + 1, placeholder);
                        put(3 + 3 * member + 2, 0);
                    }
                }
                kind::TYPE_TAG => {
                    put(0, 0);
                    put(1, kind::CONST << 24);
                }
                kind::DECL_TAG => {
                    // A tag's text is no name; its size was another type's id.
                    for (index, value) in [name, kind::INT << 24, 1, 8].into_iter().enumerate() {
                        put(index, value);
                    }
                }
                _ => continue,
            }
            changed = true;
        }
        if !changed {
            return Ok(None);
        }
        let at = types.len();
        types.resize(at + 16, 0);
        for (index, value) in [name, kind::INT << 24, 1, 8].into_iter().enumerate() {
            self.put(&mut types, at, index, value);
        }
        let mut strings = self.strings.to_vec();
        strings.extend(PLACEHOLDER.bytes().chain([0]));

        let mut out = match self.big_endian {
            true => super::MAGIC.to_be_bytes(),
            false => super::MAGIC.to_le_bytes(),
        }
        .to_vec();
        out.extend([1, 0]);
        let len = number(types.len())?;
        out.resize(24, 0);
        for (index, value) in [24, 0, len, len, number(strings.len())?]
            .into_iter()
            .enumerate()
        {
            self.put(&mut out, 4, index, value);
        }
        out.extend(types);
        out.extend(strings);
        Ok(Some(out))
    }

    /// Writes a word that is there.
    fn put(&self, bytes: &mut [u8], start: usize, index: usize, value: u32) {
        let value = match self.big_endian {
            true => value.to_be_bytes(),
            false => value.to_le_bytes(),
        };
        let at = start + 4 * index;
        if let Some(word) = bytes.get_mut(at..at + 4) {
            word.copy_from_slice(&value);
        }
    }
}
