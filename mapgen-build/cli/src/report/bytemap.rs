//! Cells in rows of eight or sixteen bytes.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::cells::{Cell, Cells, What};
use super::figures;

/// In bytes, as `pahole` counts by default and as x86 and most of Arm have them.
const CACHELINE: u64 = 64;
/// Larger types have rows of sixteen.
const NARROW: u64 = 128;
/// A type that would take more ends with a line that says so.
const MAX_ROWS: usize = 256;
/// More cells are not read out one by one: the table has them.
const SAID: usize = 24;

/// What is said of a cell besides what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Added,
    Removed,
    Changed,
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "≠",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// Draws a type. `what` is its name in the text that stands for the drawing.
pub(super) fn draw(what: &str, cells: &Cells, mark: &dyn Fn(&Cell) -> Option<Mark>) -> Markup {
    let width = if cells.size <= NARROW { 8 } else { 16 };
    let (rows, is_cut) = rows(cells, width * 8);
    html! {
        div.map.narrow[width == 8].wide[width == 16] role="img" aria-label=(said(what, cells, mark)) {
            div.row.head {
                b {}
                div.r { @for byte in 0..width.min(cells.size.max(1)) { i.(span(8)) { (byte) } } }
            }
            @for row in &rows {
                @match row {
                    Row::Bytes { offset, pieces } => {
                        @if *offset > 0 && offset % CACHELINE == 0 {
                            div.line { "cacheline " (offset / CACHELINE) ", from byte " (offset) }
                        }
                        div.row {
                            b { (offset) }
                            div.r { @for piece in pieces { (draw_piece(piece, mark)) } }
                        }
                    }
                    Row::Skip { bytes, cell } => {
                        div.skip { (figures::counted(*bytes, "byte", "bytes")) " more of " code { (cell.name) } }
                    }
                }
            }
            @if is_cut { div.skip { "The table below has the rest." } }
        }
    }
}

enum Row<'a> {
    Bytes {
        offset: u64,
        pieces: Vec<Piece<'a>>,
    },
    /// Whole rows of one cell.
    Skip {
        bytes: u64,
        cell: &'a Cell,
    },
}

/// The part of a cell that is in one row.
struct Piece<'a> {
    cell: &'a Cell,
    bits: u64,
    begins: bool,
    ends: bool,
}

/// Whether there are more than are drawn stands beside the rows.
fn rows(cells: &Cells, width: u64) -> (Vec<Row<'_>>, bool) {
    let mut rows = Vec::new();
    let mut pieces = Vec::new();
    let mut offset = 0;
    for cell in &cells.cells {
        let mut at = cell.at;
        while at < cell.end() {
            if rows.len() >= MAX_ROWS {
                return (rows, true);
            }
            // Of many whole rows the first and the last say all.
            let whole = (cell.end() - at) / width;
            if at % width == 0 && at > cell.at && whole > 2 {
                let skipped = (whole - 1) * width;
                rows.push(Row::Skip {
                    bytes: skipped / 8,
                    cell,
                });
                at += skipped;
            }
            if at % width == 0 {
                offset = at / 8;
            }
            let end = cell.end().min((at / width + 1) * width);
            pieces.push(Piece {
                cell,
                bits: end - at,
                begins: at == cell.at,
                ends: end == cell.end(),
            });
            at = end;
            if at % width == 0 {
                let pieces = std::mem::take(&mut pieces);
                rows.push(Row::Bytes { offset, pieces });
            }
        }
    }
    if !pieces.is_empty() {
        rows.push(Row::Bytes { offset, pieces });
    }
    (rows, false)
}

fn draw_piece(piece: &Piece<'_>, mark: &dyn Fn(&Cell) -> Option<Mark>) -> Markup {
    let cell = piece.cell;
    let mark = mark(cell);
    let kind = match cell.what {
        What::Member => "m",
        What::BitField => "f",
        What::Hole | What::Padding => "h",
        What::Rest | What::Folded => "a",
        What::Union => "u",
    };
    let sign = mark.map_or("", Mark::word);
    let class = format!("{} {kind} {sign}", span(piece.bits));
    let class = match (piece.begins, piece.ends) {
        (true, true) => class,
        (true, false) => class + " begins",
        (false, true) => class + " ends",
        (false, false) => class + " through",
    };
    html! {
        i class=(class.replace("  ", " ").trim_end()) title=(place(cell)) {
            @if piece.begins {
                code { @if let Some(mark) = mark { (mark.sign()) " " } (cell.name) }
                @if piece.bits >= 8 { small { (cell.ctype) } }
            } @else {
                small { "… " (cell.name) }
            }
        }
    }
}

/// The class of a cell that is so many bits wide: the page has no styles of its own on an
/// element, since its policy forbids them.
fn span(bits: u64) -> String {
    format!("s{bits}")
}

/// `saddr: __be32, bytes 0 to 3`.
fn place(cell: &Cell) -> String {
    let mut text = cell.name.clone();
    if cell.what == What::BitField || cell.bits % 8 != 0 {
        let _ = write!(
            text,
            ": {}, byte {}, bit {}",
            figures::counted(cell.bits, "bit", "bits"),
            cell.at / 8,
            cell.at % 8
        );
        return text;
    }
    if !cell.ctype.is_empty() {
        let _ = write!(text, ": {}", cell.ctype);
    }
    let (first, last) = (cell.at / 8, cell.end() / 8 - 1);
    let _ = match first == last {
        true => write!(text, ", byte {first}"),
        false => write!(text, ", bytes {first} to {last}"),
    };
    text
}

/// What the drawing shows, for those who do not see it.
fn said(what: &str, cells: &Cells, mark: &dyn Fn(&Cell) -> Option<Mark>) -> String {
    let mut text = format!(
        "Byte map of {what}, {}: ",
        figures::counted(cells.size, "byte", "bytes")
    );
    for (index, cell) in cells.cells.iter().take(SAID).enumerate() {
        if index > 0 {
            text += "; ";
        }
        text += &place(cell);
        if let Some(mark) = mark(cell) {
            text += ", ";
            text += mark.word();
        }
    }
    match cells.cells.len().checked_sub(SAID) {
        None | Some(0) => text.push('.'),
        Some(more) => {
            let _ = write!(text, "; and {more} more, which the table below lists.");
        }
    }
    text
}

/// The rule of each width in bits; those of whole bytes would do but for bit-fields.
pub(super) fn widths() -> String {
    (1..=128).fold(String::new(), |mut css, bits| {
        let _ = write!(css, ".s{bits}{{grid-column:span {bits}}}");
        css
    })
}
