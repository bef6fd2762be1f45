//! The maps of a host that commands watch: which, and what the policy asks of each.

mod asked;

use std::path::PathBuf;

use mapgen_runtime::Error;
use mapgen_runtime::metrics::{Host, Options};

use crate::Failure;
use asked::Asked;

/// `BPF_OBJ_NAME_LEN` without the 0 at the end: the kernel keeps no more of a map's name.
const NAME_LEN: usize = 15;

/// What the kernel keeps of a map's name.
pub(crate) fn kernel_name(name: &str) -> &str {
    let kept = &name.as_bytes()[..name.len().min(NAME_LEN)];
    kept.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}

/// Arguments that say which maps of the host are watched.
#[derive(clap::Args)]
pub(crate) struct Maps {
    /// Objects (or their schemas) whose maps are watched, by name and type; by default, every
    /// map.
    #[arg(value_name = "OBJ")]
    pub(crate) objects: Vec<PathBuf>,
    /// Watch the map that is pinned here, or those that are pinned in this folder or below,
    /// instead of all that are loaded; that takes no CAP_SYS_ADMIN.
    #[arg(long, value_name = "PATH")]
    pub(crate) pins: Vec<PathBuf>,
    /// Watch the map with this id, instead of all that are loaded.
    #[arg(long = "id", value_name = "ID", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) ids: Vec<u32>,
    /// Thresholds and minimum capacities; by default `mapgen.toml` here or in the nearest
    /// folder above. Its `[[object]]` tables are not read.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl Maps {
    /// Whether maps are found by their ids, which takes CAP_SYS_ADMIN.
    pub(crate) fn by_id(&self) -> bool {
        self.pins.is_empty() || !self.ids.is_empty()
    }

    /// Reads the policy and the objects, and watches.
    pub(crate) fn host(&self, options: Options) -> Result<Host, Failure> {
        let asked = Asked::read(self.config.as_deref(), &self.objects)?;
        let mut host = Host::builder()
            .options(options)
            .rule(move |info| asked.rule(info));
        for id in &self.ids {
            host = host.id(*id);
        }
        for pins in &self.pins {
            host = host.pins(pins);
        }
        Ok(host.build())
    }
}

/// Looks for the first time. Without the right to see any map, there is nothing to watch.
pub(crate) fn first_look(host: &Host) -> Result<(), Failure> {
    let Err(error) = host.observe() else {
        return Ok(());
    };
    let mut seen = false;
    host.for_each(|_| seen = true);
    match error {
        Error::Permission { .. } if !seen => Err(Failure::Usage(format!(
            "{error}: run as root, give it the capability, or watch pins (`--pins /sys/fs/bpf`)"
        ))),
        Error::Access { .. } if !seen => Err(Failure::Usage(error.to_string())),
        // What is not there yet may come.
        _ => Ok(()),
    }
}
