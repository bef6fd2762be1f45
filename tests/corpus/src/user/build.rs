//! Reads the objects of the corpus that this crate binds. One that is refused is written
//! down rather than failing the others.

fn main() {
    let mut refused = String::new();
    for (number, object) in include_str!("objects").lines().enumerate() {
        if let Err(error) = mapgen_build::Builder::object(object).generate() {
            let reason = error.to_string().replace('\n', " ");
            refused.push_str(&format!("{number}\t{reason}\n"));
        }
    }
    println!("cargo::rerun-if-changed=objects");
    std::fs::write("refused", refused).expect("a file beside the manifest");
}
