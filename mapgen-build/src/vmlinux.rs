//! `vmlinux.h`: the types of a kernel as C, from its BTF.

use std::fs;
use std::path::Path;

use mapgen_schema::codes;

use crate::btf::Btf;
use crate::elf;
use crate::error::{Error, Finding};
use crate::header;

/// Where the running kernel keeps its BTF.
pub(crate) const KERNEL_BTF: &str = "/sys/kernel/btf/vmlinux";

/// What `bpftool btf dump … format c` puts before the types: members are read through
/// CO-RE relocations, so that a program runs on other kernels.
const HEAD: &str = "\
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

#ifndef __ksym
#define __ksym __attribute__((section(\".ksyms\")))
#endif

#ifndef __weak
#define __weak __attribute__((weak))
#endif

";
const TAIL: &str = "
#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
";

/// The header for a file: BTF as the kernel shows it, or an ELF file with a `.BTF`
/// section.
pub(crate) fn header(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|source| {
        Error::Usage(codes::kernel_types, format!(
            "cannot read `{}` for `vmlinux.h` ({source}): give a file with the BTF of a kernel to \
             `vmlinux_h_from`, or include a `vmlinux.h` of your own",
            path.display()
        ))
    })?;
    let file = path.display().to_string();
    let section = if bytes.starts_with(b"\x7fELF") {
        elf::section_of(&bytes, ".BTF").ok_or_else(|| Error::NoBtf {
            object: file.clone(),
        })?
    } else {
        &bytes
    };
    let types = Btf::read(section)
        .and_then(|btf| header::write(&btf))
        .map_err(|finding: Finding| finding.into_error(&file))?;
    Ok(format!("{HEAD}{types}{TAIL}"))
}
