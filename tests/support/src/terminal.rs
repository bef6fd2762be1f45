//! A terminal for programs that want one: a pseudo-terminal, and what its screen shows.

use std::io::{self, Read as _, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A program on a terminal of its own.
#[derive(Debug)]
pub struct Terminal {
    /// What the person sits at.
    person: std::fs::File,
    /// What the program has, kept open so that its settings can be read at the end.
    program: OwnedFd,
    child: Child,
    shown: Arc<Mutex<Shown>>,
    before: Settings,
}

struct Shown(vt100::Parser);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.screen().contents())
    }
}

/// How a terminal treats what is typed: `c_iflag`, `c_oflag`, `c_lflag`.
type Settings = [libc::tcflag_t; 3];

impl Terminal {
    /// Starts the program on a terminal of this size, as the leader of its session.
    ///
    /// # Errors
    /// When there is no pseudo-terminal, or no such program.
    pub fn start(command: &mut Command, columns: u16, lines: u16) -> io::Result<Self> {
        let (mut person, mut program) = (-1, -1);
        let size = size(columns, lines);
        // SAFETY: two places for descriptors, no name, no settings, and a size.
        let result = unsafe {
            libc::openpty(
                &mut person,
                &mut program,
                std::ptr::null_mut(),
                std::ptr::null(),
                &size,
            )
        };
        if result != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: both are new, and nobody else's.
        let (person, program) = unsafe {
            (
                std::fs::File::from_raw_fd(person),
                OwnedFd::from_raw_fd(program),
            )
        };
        let before = settings(&program)?;
        command
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .stdin(program.try_clone()?)
            .stdout(program.try_clone()?)
            .stderr(program.try_clone()?);
        // SAFETY: both calls may be made between `fork` and `exec`.
        unsafe {
            command.pre_exec(|| match libc::setsid() {
                -1 => Err(io::Error::last_os_error()),
                _ => match libc::ioctl(0, libc::TIOCSCTTY, 0) {
                    -1 => Err(io::Error::last_os_error()),
                    _ => Ok(()),
                },
            });
        }
        let child = command.spawn()?;
        let shown = Arc::new(Mutex::new(Shown(vt100::Parser::new(lines, columns, 0))));
        let (mut reader, screen) = (person.try_clone()?, Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The end is an error here: `EIO` when no program has the terminal any more.
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                let mut shown = screen.lock().unwrap_or_else(PoisonError::into_inner);
                shown.0.process(&bytes[..length]);
            }
        });
        Ok(Self {
            person,
            program,
            child,
            shown,
            before,
        })
    }

    /// Types these characters.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn types(&mut self, keys: &str) {
        self.person
            .write_all(keys.as_bytes())
            .expect("the terminal takes keys");
    }

    /// Makes the window of another size.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn resize(&mut self, columns: u16, lines: u16) {
        self.with(|parser| parser.screen_mut().set_size(lines, columns));
        let size = size(columns, lines);
        // SAFETY: the size is read, and nothing is kept.
        let result = unsafe { libc::ioctl(self.person.as_raw_fd(), libc::TIOCSWINSZ, &size) };
        assert_eq!(result, 0, "{}", io::Error::last_os_error());
    }

    /// The text that is on the screen now.
    pub fn text(&self) -> String {
        self.screen(vt100::Screen::contents)
    }

    /// Looks at the screen as it is now.
    pub fn screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        self.with(|parser| look(parser.screen()))
    }

    fn with<T>(&self, act: impl FnOnce(&mut vt100::Parser) -> T) -> T {
        act(&mut self.shown.lock().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Waits until the screen shows what is wanted.
    ///
    /// # Panics
    /// When it does not for half a minute: with the screen.
    #[track_caller]
    pub fn wait_for<T>(&self, what: &str, mut look: impl FnMut(&vt100::Screen) -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            if let Some(found) = self.screen(&mut look) {
                return found;
            }
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "{what} does not come:\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until these words are on the screen.
    #[track_caller]
    pub fn wait_for_text(&self, text: &str) {
        self.wait_for(text, |screen| {
            screen.contents().contains(text).then_some(())
        });
    }

    /// The program's process.
    pub fn id(&self) -> libc::pid_t {
        // A process id is a positive `pid_t`.
        self.child.id() as libc::pid_t
    }

    /// Sends the program a signal.
    ///
    /// # Panics
    /// When there is no such process any more.
    pub fn signal(&self, signal: libc::c_int) {
        // SAFETY: the process is our child, not yet waited for.
        let result = unsafe { libc::kill(self.id(), signal) };
        assert_eq!(result, 0, "{}", io::Error::last_os_error());
    }

    /// Waits until the program has been stopped, as ctrl-z does.
    ///
    /// # Panics
    /// When it ends instead.
    pub fn wait_until_stopped(&self) {
        let mut status = 0;
        // SAFETY: our child, and a place for its status.
        let id = unsafe { libc::waitpid(self.id(), &mut status, libc::WUNTRACED) };
        assert_eq!(id, self.id(), "{}", io::Error::last_os_error());
        let status = ExitStatus::from_raw(status);
        assert!(
            status.stopped_signal().is_some(),
            "{status}\n{}",
            self.text()
        );
    }

    /// How the program ended, within half a minute.
    ///
    /// # Panics
    /// When it does not end: with the screen.
    pub fn wait(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                // What it wrote last may still be on the way.
                std::thread::sleep(Duration::from_millis(50));
                return status;
            }
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "it does not end:\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Checks that the terminal is as it was before the program had it.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn assert_restored(&self) {
        let now = settings(&self.program).expect("the terminal is open");
        assert_eq!(now, self.before, "the settings");
        self.screen(|screen| {
            assert!(!screen.alternate_screen(), "the other screen is shown");
            assert!(!screen.hide_cursor(), "the cursor is hidden");
        });
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(columns: u16, lines: u16) -> libc::winsize {
    libc::winsize {
        ws_row: lines,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn settings(terminal: &OwnedFd) -> io::Result<Settings> {
    let mut settings = MaybeUninit::<libc::termios>::uninit();
    // SAFETY: a place for the settings, which are filled when it succeeds.
    let settings = unsafe {
        if libc::tcgetattr(terminal.as_raw_fd(), settings.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        settings.assume_init()
    };
    Ok([settings.c_iflag, settings.c_oflag, settings.c_lflag])
}
