//! The terminal: taken for the table, and given back as it was, however the command ends.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use anstream::AutoStream;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::execute;
use crossterm::terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use super::line::Line;

/// Whether the terminal is ours. Who writes to it holds the lock, so that nothing is written
/// after it was given back.
static IS_OURS: Mutex<bool> = Mutex::new(false);

/// How long a signal waits for the end of a drawing.
const PATIENCE: Duration = Duration::from_millis(500);

/// The terminal, until it is dropped.
pub(super) struct Screen {
    has_colors: bool,
}

impl Screen {
    /// Takes the terminal; a panic and a signal give it back.
    pub(super) fn take() -> io::Result<Self> {
        static ONCE: Once = Once::new();
        let mut started = Ok(());
        ONCE.call_once(|| started = restore_at_the_end());
        started?;
        take(&mut lock())?;
        let choice = AutoStream::choice(&io::stdout());
        Ok(Self {
            has_colors: choice != anstream::ColorChoice::Never,
        })
    }

    /// Columns and lines.
    pub(super) fn size() -> (usize, usize) {
        let (columns, lines) = terminal::size().unwrap_or((80, 24));
        (columns.into(), lines.into())
    }

    /// Draws these lines, from the top.
    pub(super) fn draw(&self, lines: &[Line], columns: usize) -> io::Result<()> {
        let mut frame = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            crossterm::queue!(frame, MoveTo(0, u16::try_from(index).unwrap_or(u16::MAX)))?;
            frame.extend(line.render(columns, self.has_colors).as_bytes());
            // Behind a whole line there is nothing, and its last column would be cleared.
            if line.width() < columns {
                crossterm::queue!(frame, Clear(ClearType::UntilNewLine))?;
            }
        }
        let is_ours = lock();
        if *is_ours {
            let mut out = io::stdout().lock();
            out.write_all(&frame)?;
            out.flush()?;
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back(&mut lock());
    }
}

/// As ctrl-z does where a terminal is not ours.
pub(super) fn suspend() -> io::Result<()> {
    low_level::raise(SIGTSTP)
}

fn lock() -> MutexGuard<'static, bool> {
    IS_OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn take(is_ours: &mut bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    *is_ours = true;
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        Hide,
        Clear(ClearType::All)
    )
}

fn give_back(is_ours: &mut bool) {
    if std::mem::take(is_ours) {
        // Where the terminal is gone, there is nothing to give back.
        let _ = execute!(io::stdout(), Show, LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

/// Gives the terminal back, also when who draws waits for it: a terminal that takes nothing
/// gets its settings back, at least. Whether it was ours.
fn release() -> bool {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        match IS_OURS.try_lock() {
            Ok(mut is_ours) => {
                let was_ours = *is_ours;
                give_back(&mut is_ours);
                return was_ours;
            }
            Err(_) => thread::sleep(PATIENCE / 50),
        }
    }
    // Without a word to the terminal.
    let _ = terminal::disable_raw_mode();
    true
}

fn restore_at_the_end() -> io::Result<()> {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // Whoever panics may have the lock.
        match IS_OURS.try_lock() {
            Ok(mut is_ours) => give_back(&mut is_ours),
            Err(TryLockError::Poisoned(is_ours)) => give_back(&mut is_ours.into_inner()),
            Err(TryLockError::WouldBlock) => give_back(&mut { true }),
        }
        before(info);
    }));
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP])?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                let was_ours = release();
                // Ends the process as the signal does, or stops it until it is to go on.
                let _ = low_level::emulate_default_handler(signal);
                if was_ours && take(&mut lock()).is_ok() {
                    // What waits for keys draws again after a change of the size.
                    let _ = low_level::raise(SIGWINCH);
                }
            }
        })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use mapgen_test_support::terminal::Terminal;

    use super::Screen;

    /// Set in the process that panics.
    const PANICS: &str = "MAPGEN_TEST_PANICS";

    #[test]
    fn a_panic_gives_the_terminal_back_and_can_be_read() {
        if std::env::var_os(PANICS).is_some() {
            let _screen = Screen::take().unwrap();
            panic!("the table fell over");
        }
        let mut command = Command::new(std::env::current_exe().unwrap());
        let this = "watch::screen::tests::a_panic_gives_the_terminal_back_and_can_be_read";
        command
            .args([this, "--exact", "--nocapture"])
            .env(PANICS, "1")
            // The message would be above what the screen shows.
            .env("RUST_BACKTRACE", "0");
        let mut terminal = Terminal::start(&mut command, 80, 24).unwrap();
        assert!(!terminal.wait().success());
        terminal.assert_restored();
        terminal.wait_for_text("the table fell over");
    }
}
