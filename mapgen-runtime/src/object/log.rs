//! What libbpf says while it works.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use libbpf_rs::{PrintCallback, PrintLevel};

thread_local! {
    /// Warnings of this thread, while it listens.
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Who listened before us. Held for as long as we listen: libbpf has one listener for
/// the whole process.
static BEFORE: Mutex<Option<(PrintLevel, PrintCallback)>> = Mutex::new(None);

/// One at a time.
static LISTENING: Mutex<()> = Mutex::new(());

fn listen(level: PrintLevel, message: String) {
    HEARD.with_borrow_mut(|heard| {
        if level == PrintLevel::Warn {
            if let Some(heard) = heard {
                heard.push_str(&message);
            }
        }
    });
    let before = *BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at_most, callback)) = before {
        if level <= at_most {
            callback(level, message);
        }
    }
}

/// Does something with libbpf, and returns the warnings that it gave on the way. Whoever
/// listens with `libbpf_rs::set_print` still hears them.
pub(super) fn heard<T>(work: impl FnOnce() -> T) -> (T, String) {
    let _one = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
    let before = libbpf_rs::get_print();
    *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = before;
    let level = before.map_or(PrintLevel::Warn, |(level, _)| level);
    libbpf_rs::set_print(Some((level, listen)));
    HEARD.set(Some(String::new()));
    let _stop = Stop { before };
    let done = work();
    (done, HEARD.take().unwrap_or_default())
}

struct Stop {
    before: Option<(PrintLevel, PrintCallback)>,
}

impl Drop for Stop {
    fn drop(&mut self) {
        HEARD.set(None);
        // Whoever began to listen meanwhile stays.
        let ours = libbpf_rs::get_print()
            .is_some_and(|(_, now)| std::ptr::fn_addr_eq(now, listen as PrintCallback));
        if ours {
            libbpf_rs::set_print(self.before);
        }
    }
}

/// The last lines, where libbpf and the verifier say what was wrong.
pub(super) fn end(heard: &str) -> String {
    const LINES: usize = 30;
    let lines: Vec<&str> = heard.trim_end().lines().collect();
    let from = lines.len().saturating_sub(LINES);
    lines[from..]
        .iter()
        .map(|line| line.strip_prefix("libbpf: ").unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}
