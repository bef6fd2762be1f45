//! `mapgen serve` on the running kernel, against what bpf(2), bpftool, promtool, Prometheus and
//! Alertmanager say.

mod alerts;
mod answers;
mod cost;
mod endurance;
mod exporter;
mod maps;
mod network;
mod rights;
mod unit;
