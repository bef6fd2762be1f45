//! Reads the objects that this crate binds. One that is refused is written down rather
//! than failing the others.

fn main() {
    println!("cargo::rerun-if-changed=list");
    let mut refused = String::new();
    for object in include_str!("list").lines() {
        // Trees may be empty, end in a flexible array, and be large keys.
        let builder = ["flexible", "key_size", "value_size"]
            .into_iter()
            .fold(mapgen_build::Builder::object(object), |builder, policy| {
                builder.warn(policy)
            });
        if let Err(error) = builder.generate() {
            let name = object.rsplit('/').next().unwrap_or_default();
            let name = name.split('.').next().unwrap_or_default();
            let reason = error.to_string().replace('\n', " ");
            refused.push_str(&format!("{name}\t{reason}\n"));
        }
    }
    std::fs::write("refused", refused).expect("a file beside the manifest");
}
