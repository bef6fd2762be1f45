//! Bytes as the BTF that the kernel keeps with a map: the runtime's own reader.
#![no_main]
#![expect(dead_code, reason = "a part of mapgen-runtime, which uses all of it")]

#[path = "../../../mapgen-runtime/src"]
mod runtime {
    pub(crate) mod btf;
}

use runtime::btf;

libfuzzer_sys::fuzz_target!(|blob: &[u8]| {
    let Ok(btf) = btf::Btf::parse(blob) else {
        return;
    };
    // A record has 12 bytes or more; a few ids stand for all of a large blob.
    for id in (0..=blob.len() as u32 / 12).take(64) {
        for leaf in btf.leaves(id).into_iter().flatten() {
            leaf.to_string();
        }
    }
    if let Ok(Some(old)) = btf.for_old_kernels() {
        let again = btf::Btf::parse(&old).map(|old| old.for_old_kernels());
        assert!(
            matches!(again, Ok(Ok(None))),
            "it is written in kinds that all kernels know"
        );
    }
});
