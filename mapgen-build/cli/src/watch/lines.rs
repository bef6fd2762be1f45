//! The table for a file or a pipe: nothing is cut, and nothing moves.

use std::io::{self, Write};
use std::time::SystemTime;

use mapgen_runtime::Unit;
use serde_json::{Value, json};

use super::rows::{Row, State};
use super::table::{self, Widths};
use super::view::View;

/// The version of the output; it changes when a field would have to be renamed.
const FORMAT: u32 = 1;

/// One table.
pub(super) fn table(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let shown = View::default().shown(rows);
    let widths = Widths::unlimited(&shown);
    let lines = shown
        .iter()
        .map(|row| table::line(row, &widths, false, false));
    for mut line in std::iter::once(table::head(&widths, None)).chain(lines) {
        // Behind the last column there is nothing to line up with.
        if let Some((_, text)) = line.0.last_mut() {
            text.truncate(text.trim_end().len());
        }
        writeln!(out, "{}", line.render(usize::MAX, true).trim_end())?;
    }
    out.flush()
}

/// One line of JSON: a moment and every map.
pub(super) fn json(rows: &[Row], error: Option<&str>, out: &mut impl Write) -> io::Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let look = json!({
        "format": FORMAT,
        "time": now.map_or(0.0, |since| (since.as_secs_f64() * 1000.0).round() / 1000.0),
        "maps": rows.iter().map(map).collect::<Vec<_>>(),
        "error": error,
    });
    writeln!(out, "{look}")?;
    out.flush()
}

fn map(row: &Row) -> Value {
    json!({
        "name": row.name,
        "object": (!row.object.is_empty()).then_some(&row.object),
        "id": row.id,
        "type": row.kind,
        "unit": match row.unit {
            Unit::Bytes => "bytes",
            _ => "entries",
        },
        "used": row.used,
        "capacity": row.capacity,
        "pressure": row.pressure,
        "min_entries": row.min_entries,
        "memory_bytes": row.memory,
        "rate": row.rate,
        "state": match row.state {
            State::Fine => "ok",
            State::BelowMinimum => "below_minimum",
            state => state.as_str(),
        },
        "error": row.error,
    })
}
