//! Schemas for the tests: of the samples' objects, of the goldens, and broken ones.

use std::path::Path;

use mapgen_build::{Builder, Level};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The samples' builds say why these are as they are.
    let quiet = |builder: Builder| {
        ["key_padding", "kernel_pointer", "unused_map"]
            .into_iter()
            .fold(builder, |builder, lint| builder.lint(lint, Level::Allow))
    };
    let endian = std::env::var("CARGO_CFG_TARGET_ENDIAN")?;
    if endian == "little" {
        let objects = [
            "flow",
            "flow_swapped",
            "flow_small",
            "kinds",
            "layouts",
            "records",
        ];
        let objects = objects.map(|name| format!("../ebpf-samples/objects/el/{name}.bpf.o"));
        quiet(Builder::objects(objects)).generate()?;
        // It is upgraded on the oldest kernel of the matrix too.
        Builder::object("../ebpf-samples/objects/el/ledger.bpf.o")
            .min_kernel("5.10")
            .generate()?;
        // Version 1 of `ledger`, once as its object and once as the layout lock keeps it.
        Builder::object("../ebpf-samples/objects/el/ledger_v1.bpf.o").generate()?;
        Builder::locked("schemas/mapgen.layout", "ledger", 1)
            .name("ledger_locked")
            .generate()?;
        // Another build of `ledger`, as for another kernel.
        let variant = Path::new(&std::env::var("OUT_DIR")?).join("ledger.v511.bpf.o");
        std::fs::copy("../ebpf-samples/objects/el/ledger.bpf.o", &variant)?;
        Builder::object("../ebpf-samples/objects/el/ledger.bpf.o")
            .variant(variant)
            .variant("../ebpf-samples/objects/eb/ledger.bpf.o")
            .name("ledger_variants")
            .generate()?;
        quiet(Builder::object("../ebpf-samples/objects/el/flow.bpf.o"))
            .name("flow_types")
            .types(["struct event"])
            .generate()?;
        // Its ring buffer is newer; that its programs write to it is not what the tests are about.
        quiet(Builder::object("../ebpf-samples/objects/el/flow.bpf.o"))
            .name("flow_on_5_4")
            .min_kernel("5.4")
            .allow_newer(["ringbuf_reserve", "ringbuf_submit"])
            .generate()?;
        quiet(Builder::schema("../mapgen-macros/tests/golden/maps.schema")).generate()?;
        // `mapgen schema` of the object `ledger_v1`.
        quiet(Builder::schema("schemas/ledger_v1.schema"))
            .name("ledger_v1_schema")
            .generate()?;
        for name in [
            "collide",
            "descriptors",
            "handles_collide",
            "declared",
            "run_time",
            "tagged",
        ] {
            quiet(Builder::schema(format!("schemas/{name}.schema"))).generate()?;
        }
    }
    // What no release of the build crate writes.
    let folder = Path::new(&std::env::var("OUT_DIR")?).join("mapgen");
    std::fs::write(folder.join("older.schema"), "mapgen-schema 0\n")?;
    std::fs::write(folder.join("newer.schema"), "mapgen-schema 99\n")?;
    std::fs::write(folder.join("broken.schema"), "mapgen-schema 1\nnonsense\n")?;
    Ok(())
}
