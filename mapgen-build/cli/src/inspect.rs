//! `mapgen inspect` and `mapgen schema`: what an object declares.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mapgen_build::{Error, Options};
use mapgen_schema::Schema;

use crate::{Failure, Status, input, json, say, text, workers};

pub(crate) fn inspect(objects: &[PathBuf], as_json: bool, cpus: u32) -> Result<Status, Failure> {
    let mut schemas = Vec::new();
    let mut unreadable = false;
    let read = |_, object: &PathBuf| input::read(object, &Options::default());
    for result in workers::each(objects, read) {
        match result {
            Ok(object) => schemas.push(object.schema),
            Err(error) => {
                unreadable = true;
                say(&error.to_string());
            }
        }
    }
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    if as_json {
        let mut values: Vec<_> = schemas
            .iter()
            .map(|schema| json::schema(schema, cpus))
            .collect();
        if objects.len() > 1 {
            write_json(&mut out, &values.into())?;
        } else if let Some(value) = values.pop() {
            write_json(&mut out, &value)?;
        }
    } else {
        for (index, schema) in schemas.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            out.write_all(text::schema(schema, cpus).as_bytes())?;
        }
    }
    out.flush()?;
    if unreadable {
        return Ok(Status::Unreadable);
    }
    Ok(report_limits(&schemas))
}

/// What is in an object can be shown though no kernel takes it.
fn report_limits(schemas: &[Schema]) -> Status {
    let mut status = Status::Holds;
    for schema in schemas {
        if let Err(error) = mapgen_build::check(schema) {
            say(&error.to_string());
            status = Status::Mismatch;
        }
    }
    status
}

pub(crate) fn write_json(out: &mut impl Write, value: &serde_json::Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

pub(crate) fn schema(object: &Path, output: &Path) -> Result<Status, Failure> {
    let mut schema = input::read(object, &Options::default())?.schema;
    mapgen_build::check(&schema)?;
    // The file goes to machines that do not have the object.
    schema.path = None;
    fs::write(output, mapgen_schema::text::write(&schema)).map_err(|source| Error::Write {
        path: output.to_owned(),
        source,
    })?;
    Ok(Status::Holds)
}
