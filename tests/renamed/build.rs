//! The schemas that this crate binds.

use mapgen_build::{Builder, Error};

fn main() -> Result<(), Error> {
    Builder::schema("../../mapgen-macros/tests/golden/maps.schema").generate()?;
    Builder::schema("../schemas/declared.schema").generate()
}
