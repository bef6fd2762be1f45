//! `mapgen serve`: fill levels of the maps of a host, over HTTP.
//!
//! `run` reads what is asked (`host`), binds, gives up rights that are not needed (`rights`),
//! and looks once, so that what is missing is said at once. `http` then answers with what the
//! `exporter` found, as text for Prometheus (`format`) or as a page for a person (`report::live`).

mod exporter;
mod format;
mod http;
mod rights;

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use mapgen_runtime::metrics::{Host, Options};

use crate::report::live::Live;
use crate::{Failure, Status, host};
use exporter::Exporter;

/// How often the levels are looked at between scrapes, at most.
const BETWEEN_SCRAPES: Duration = Duration::from_secs(1);

/// Arguments of `mapgen serve`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    maps: host::Maps,
    /// Where to listen: `/metrics` for Prometheus, `/healthz`, and a page at `/`. Other
    /// addresses than those of this host alone let everybody read who reaches them.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:9930")]
    listen: SocketAddr,
}

/// Serves until it is told to stop.
pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let host = arguments.maps.host(Options::default())?;
    let page = Live::of(arguments.maps.config.as_deref(), &arguments.maps.objects)?;
    let listener = listen(arguments.listen)?;
    let address = listener.local_addr()?;
    // Threads take the rights of the one that starts them: none was started yet.
    let kept = rights::drop_others(arguments.maps.by_id());
    host::first_look(&host)?;
    let sampler = host
        .sample_every(BETWEEN_SCRAPES)
        .map_err(|error| Failure::Usage(error.to_string()))?;

    tell(&watched(&host, &arguments.maps));
    if let Some(error) = host.unseen() {
        tell(&format!("not all maps are seen: {error}"));
    }
    if let Some(error) = host.why_visited() {
        tell(&format!("entries of hashes are visited, since {error}"));
    }
    match kept {
        Ok(kept) => tell(&kept),
        Err(error) => tell(&format!("rights could not be given up: {error}")),
    }
    if !address.ip().is_loopback() {
        tell("it listens on more than this host: whoever reaches it can read it");
    }
    tell(&format!("listening on http://{address}/metrics"));

    let exporter = Arc::new(Exporter::new(host, page));
    http::serve(listener, exporter)?;
    drop(sampler);
    tell("stopped");
    Ok(Status::Holds)
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| {
        let what = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another process listens there; give another address with `--listen`".to_owned()
            }
            _ => error.to_string(),
        };
        Failure::Usage(format!("cannot listen on {address}: {what}"))
    })
}

/// What is watched, in a sentence.
fn watched(host: &Host, of: &host::Maps) -> String {
    let mut count = 0;
    host.for_each(|_| count += 1);
    let mut from = Vec::new();
    if !of.objects.is_empty() {
        from.push(format!("of {}", paths(&of.objects)));
    }
    if !of.pins.is_empty() {
        from.push(format!("pinned at or below {}", paths(&of.pins)));
    }
    if !of.ids.is_empty() {
        let ids: Vec<String> = of.ids.iter().map(u32::to_string).collect();
        from.push(format!("with id {}", ids.join(", ")));
    }
    if of.pins.is_empty() && of.ids.is_empty() {
        from.push("of all that are loaded on this host".to_owned());
    }
    let maps = if count == 1 { "map" } else { "maps" };
    format!("watching {count} {maps} now, {}", from.join(", "))
}

fn paths(paths: &[std::path::PathBuf]) -> String {
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    paths.join(", ")
}

/// A line of the log.
fn tell(what: &str) {
    // Who reads the log may be gone.
    let _ = writeln!(anstream::stderr(), "mapgen serve: {what}");
}
