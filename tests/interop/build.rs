//! The skeleton of libbpf-cargo and the schema of mapgen, of one object.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let order = match std::env::var("CARGO_CFG_TARGET_ENDIAN")?.as_str() {
        "big" => "eb",
        _ => "el",
    };
    let object = format!("../../ebpf-samples/objects/{order}/flow.bpf.o");
    let skeleton = Path::new(&std::env::var("OUT_DIR")?).join("flow.skel.rs");
    libbpf_cargo::SkeletonBuilder::new()
        .obj(&object)
        .generate(skeleton)?;
    mapgen_build::Builder::object(object)
        // Its programs clear the key before they set its members.
        .lint("key_padding", mapgen_build::Level::Allow)
        .generate()?;
    Ok(())
}
