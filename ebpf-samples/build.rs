//! Reads the committed objects of this machine's byte order.

use std::path::PathBuf;

use mapgen_build::Level;

fn main() -> Result<(), mapgen_build::Error> {
    let order = if cfg!(target_endian = "big") {
        "eb"
    } else {
        "el"
    };
    let objects = PathBuf::from("objects").join(order);
    // The demo builds against objects in which something changed.
    println!("cargo::rerun-if-env-changed=MAPGEN_SAMPLE_FLOW");
    let flow = std::env::var_os("MAPGEN_SAMPLE_FLOW")
        .map_or_else(|| objects.join("flow.bpf.o"), PathBuf::from);

    mapgen_build::Builder::object(flow)
        .name("flow")
        // Its programs clear the key before they set its members.
        .lint("key_padding", Level::Allow)
        .generate()?;
    mapgen_build::Builder::object(objects.join("tcpwatch.bpf.o"))
        // An index, which no map mentions.
        .types(["enum total"])
        .generate()?;
    mapgen_build::Builder::object(objects.join("kinds.bpf.o"))
        // User space alone uses some.
        .lint("unused_map", Level::Allow)
        .generate()?;
    mapgen_build::Builder::object(objects.join("layouts.bpf.o"))
        // One of every member there is.
        .lint("kernel_pointer", Level::Allow)
        .generate()?;
    mapgen_build::Builder::object(objects.join("records.bpf.o")).generate()
}
