//! `mapgen watch`: how full the maps of this host are, as `top` shows processes.
//!
//! `rows` has what was seen at the last look, and the rates since the one before; `view` is
//! what keys choose of it, `table` the lines of that in its `column`s, `around` what stands
//! above and below; `screen` puts each `line` on the terminal, `lines` into a file or a pipe.

mod around;
mod column;
mod line;
mod lines;
mod rows;
mod screen;
mod table;
mod text;
mod view;

use std::io::{self, IsTerminal as _};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event};
use mapgen_runtime::metrics::Options;

use crate::{Failure, Status, host};
use rows::Looks;
use screen::Screen;
use view::{Next, View};

/// Arguments of `mapgen watch`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    maps: host::Maps,
    /// Seconds between two looks.
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    interval: Duration,
    /// Print one table, and end.
    #[arg(long)]
    once: bool,
    /// Print JSON: a line for each look.
    #[arg(long)]
    json: bool,
}

/// A tenth of a second to a day.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    match seconds.filter(|seconds| (0.1..=86_400.0).contains(seconds)) {
        Some(seconds) => Ok(Duration::from_secs_f64(seconds)),
        None => Err("an interval is of 0.1 to 86400 seconds".to_owned()),
    }
}

/// Shows the maps until it is told to end.
pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let mut options = Options::default();
    // A person who looks wants what is, and sees what was.
    options.hold = Duration::ZERO;
    options.budget = match arguments.once {
        // There is no second look that could go on with a walk.
        true => Duration::from_secs(10),
        false => (arguments.interval / 10).clamp(options.budget, Duration::from_secs(1)),
    };
    let host = arguments.maps.host(options)?;
    host::first_look(&host)?;
    let mut looks = Looks::new(host);
    looks.look();
    if let (Some(error), true) = (&looks.error, looks.rows.is_empty()) {
        return Err(Failure::Usage(error.clone()));
    }
    if arguments.once || arguments.json || !has_screen() {
        return print(&mut looks, arguments);
    }
    show(&mut looks, arguments.interval)?;
    Ok(Status::Holds)
}

/// Whether there is a terminal that can move its cursor.
fn has_screen() -> bool {
    io::stdout().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}

/// One look after the other, for a file or a pipe.
fn print(looks: &mut Looks, arguments: &Arguments) -> Result<Status, Failure> {
    let mut out = anstream::stdout().lock();
    let mut said = None;
    loop {
        if arguments.json {
            lines::json(&looks.rows, looks.error.as_deref(), &mut out)?;
        } else {
            // The reader of a table sees it on the other stream, and once.
            if looks.error != said {
                looks.error.iter().for_each(|error| crate::say(error));
                said.clone_from(&looks.error);
            }
            lines::table(&looks.rows, &mut out)?;
        }
        if arguments.once {
            return Ok(match looks.error {
                Some(_) => Status::Unreadable,
                None => Status::Holds,
            });
        }
        thread::sleep(arguments.interval);
        looks.look();
        if !arguments.json {
            io::Write::write_all(&mut out, b"\n")?;
        }
    }
}

/// On the screen, with keys.
fn show(looks: &mut Looks, interval: Duration) -> Result<(), Failure> {
    let mut view = View::default();
    let screen = Screen::take()?;
    let mut next = Instant::now() + interval;
    loop {
        let size = Screen::size();
        let lines = view.draw(&looks.rows, looks.error.as_deref(), size);
        screen.draw(&lines, size.0)?;
        let left = next.saturating_duration_since(Instant::now());
        if event::poll(left)? {
            let Event::Key(key) = event::read()? else {
                continue;
            };
            match view.key(key, &looks.rows) {
                Next::Draw => {}
                Next::Quit => return Ok(()),
                Next::Suspend => screen::suspend()?,
            }
        }
        if Instant::now() >= next {
            if !view.is_paused {
                looks.look();
            }
            next = Instant::now() + interval;
        }
    }
}
