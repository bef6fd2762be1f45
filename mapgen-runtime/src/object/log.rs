//! What libbpf says while it works.
//!
//! libbpf has one print callback for the whole process. While we listen it is ours, and
//! afterwards it is what it was. Whoever listens with `libbpf_rs::set_print` hears
//! everything all the same. Where nobody does, libbpf would print to stderr: what it says
//! of a failure goes into our error instead, and of anything else to stderr, as before.
//! With `LIBBPF_LOG_LEVEL` in the environment, which libbpf's own printing obeys, it
//! prints all the same.

use std::cell::RefCell;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use libbpf_rs::libbpf_sys::{libbpf_print_fn_t, libbpf_set_print};
use libbpf_rs::{PrintCallback, PrintLevel};

thread_local! {
    /// What this thread heard, while it listens.
    static HEARD: RefCell<Option<Heard>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Heard {
    warnings: String,
    /// All that libbpf would have printed itself.
    unprinted: String,
}

/// Who is to hear it.
#[derive(Clone, Copy)]
enum Before {
    /// A listener of libbpf-rs.
    Listener(PrintLevel, PrintCallback),
    /// Nobody: printing was turned off.
    Nobody,
    /// stderr, where libbpf itself prints.
    Stderr,
}

/// Who listened before us, for as long as we do.
static BEFORE: Mutex<Before> = Mutex::new(Before::Nobody);

/// One at a time.
static LISTENING: Mutex<()> = Mutex::new(());

fn listen(level: PrintLevel, message: String) {
    let before = *BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    let mine = HEARD.with_borrow_mut(|heard| {
        let Some(heard) = heard else { return false };
        if level == PrintLevel::Warn {
            heard.warnings.push_str(&message);
        }
        if matches!(before, Before::Stderr) {
            heard.unprinted.push_str(&message);
        }
        true
    });
    match before {
        Before::Listener(at_most, callback) if level <= at_most => callback(level, message),
        Before::Stderr if !mine => print(&message),
        _ => {}
    }
}

fn print(message: &str) {
    // As libbpf, which does not look at what becomes of it either.
    let _ = std::io::stderr().write_all(message.as_bytes());
}

/// Does something with libbpf. The warnings that it gave on the way come with the result.
pub(super) fn heard<T, E>(work: impl FnOnce() -> Result<T, E>) -> (Result<T, E>, String) {
    let _one = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
    let listening = Listening::start();
    HEARD.set(Some(Heard::default()));
    let done = work();
    let heard = HEARD.take().unwrap_or_default();
    drop(listening);
    if done.is_ok() {
        print(&heard.unprinted);
    }
    (done, heard.warnings)
}

/// Our callback is in place.
struct Listening {
    /// libbpf-rs's callback before ours.
    before: Option<(PrintLevel, PrintCallback)>,
    /// libbpf's callback before libbpf-rs's, where that was none of libbpf-rs's.
    raw: Option<libbpf_print_fn_t>,
}

impl Listening {
    fn start() -> Self {
        // SAFETY: no callback is a callback.
        let raw = unsafe { libbpf_set_print(None) };
        let before = libbpf_rs::get_print();
        libbpf_rs::set_print(Some((PrintLevel::Info, listen)));
        // SAFETY: as above; it is put back at once.
        let relay = unsafe { libbpf_set_print(None) };
        // SAFETY: libbpf-rs's own callback, which was in place.
        unsafe { libbpf_set_print(relay) };
        let address = |callback: libbpf_print_fn_t| callback.map(|callback| callback as usize);
        let (who, raw) = match before {
            // Never set by anybody, or by the C function: libbpf's own print function cannot
            // be told from another, and neither can be called from here.
            _ if raw.is_some() && address(raw) != address(relay) => (stderr(), Some(raw)),
            Some((level, callback)) if raw.is_some() => (Before::Listener(level, callback), None),
            _ => (Before::Nobody, None),
        };
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = who;
        if let Before::Listener(PrintLevel::Debug, _) = who {
            libbpf_rs::set_print(Some((PrintLevel::Debug, listen)));
        }
        Self { before, raw }
    }
}

/// What libbpf's own print function does, by its `__base_pr`.
fn stderr() -> Before {
    let level = std::env::var("LIBBPF_LOG_LEVEL").unwrap_or_default();
    let level = match level.to_ascii_lowercase().as_str() {
        "debug" => PrintLevel::Debug,
        "info" => PrintLevel::Info,
        "warn" => PrintLevel::Warn,
        _ => return Before::Stderr,
    };
    Before::Listener(level, |_, message| print(&message))
}

impl Drop for Listening {
    fn drop(&mut self) {
        HEARD.set(None);
        // Whoever began to listen meanwhile stays.
        let ours = libbpf_rs::get_print()
            .is_some_and(|(_, now)| std::ptr::fn_addr_eq(now, listen as PrintCallback));
        if !ours {
            return;
        }
        libbpf_rs::set_print(self.before);
        if let Some(raw) = self.raw {
            // SAFETY: the callback that was in place before.
            unsafe { libbpf_set_print(raw) };
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
