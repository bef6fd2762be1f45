//! Reads the objects of the corpus that this crate binds. One that is refused is written
//! down rather than failing the others.

fn main() {
    let mut refused = String::new();
    for (number, object) in include_str!("objects").lines().enumerate() {
        // One of the self-tests is there to be refused by the kernel for its licence; its
        // maps are as good as any.
        let builder = mapgen_build::Builder::object(object).warn("gpl_only");
        if let Err(error) = builder.generate() {
            let reason = error.to_string().replace('\n', " ");
            refused.push_str(&format!("{number}\t{reason}\n"));
        }
    }
    println!("cargo::rerun-if-changed=objects");
    std::fs::write("refused", refused).expect("a file beside the manifest");
}
