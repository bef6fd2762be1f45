//! The table of test by kernel.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::suite::{Outcome, Report};

/// The reports in a text, and nothing else that it says.
pub fn read(text: &str) -> Vec<Report> {
    text.lines().filter_map(Report::read).collect()
}

/// The table, and how many cells say that a test failed or did not run. Tests that are `ok`
/// everywhere share a line for each binary; every other test has its own.
pub fn print(kernels: &[(String, Vec<Report>)]) -> (String, usize) {
    let mut tests: BTreeMap<&str, Vec<Option<&Outcome>>> = BTreeMap::new();
    for (column, (_, reports)) in kernels.iter().enumerate() {
        for report in reports {
            tests
                .entry(&report.test)
                .or_insert_with(|| vec![None; kernels.len()])[column] = Some(&report.outcome);
        }
    }
    let mut everywhere: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    let mut failed = 0;
    for (test, outcomes) in &tests {
        failed += outcomes
            .iter()
            .filter(|outcome| matches!(outcome, None | Some(Outcome::Failed)))
            .count();
        if outcomes
            .iter()
            .all(|outcome| *outcome == Some(&Outcome::Ok))
        {
            let binary = test.split("::").next().unwrap_or_default();
            *everywhere.entry(binary).or_default() += 1;
        } else {
            rows.push(((*test).to_owned(), outcomes.iter().map(cell).collect()));
        }
    }
    let everywhere = everywhere.into_iter().map(|(binary, count)| {
        let name = format!("{binary}: {count} tests");
        (name, vec!["ok".to_owned(); kernels.len()])
    });
    let rows: Vec<_> = everywhere.chain(rows).collect();

    let first = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..kernels.len())
        .map(|column| {
            let cells = rows.iter().map(|(_, cells)| cells[column].len());
            cells.chain([kernels[column].0.len()]).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    let mut line = |name: &str, cells: &[String]| {
        write!(text, "{name:first$}").ok();
        for (cell, width) in cells.iter().zip(&widths) {
            write!(text, "  {cell:width$}").ok();
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    };
    let head: Vec<String> = kernels.iter().map(|(name, _)| name.clone()).collect();
    line("test", &head);
    for (name, cells) in &rows {
        line(name, cells);
    }
    let counts: Vec<String> = kernels
        .iter()
        .map(|(_, reports)| reports.len().to_string())
        .collect();
    line("tests run", &counts);
    (text, failed)
}

fn cell(outcome: &Option<&Outcome>) -> String {
    match outcome {
        Some(outcome) => outcome.to_string(),
        None => "NOT RUN".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_failed_or_did_not_run_is_counted_and_has_its_own_line() {
        let kernels = [
            (
                "5.10".to_owned(),
                read("@mapgen a::x ok\n@mapgen a::y FAILED\n@mapgen a::z unsupported since 5.14"),
            ),
            (
                "6.1".to_owned(),
                read("noise\n@mapgen a::x ok\n@mapgen a::z ok"),
            ),
        ];
        let (text, failed) = print(&kernels);
        assert_eq!(failed, 2);
        assert_eq!(
            text,
            "test        5.10                    6.1\n\
             a: 1 tests  ok                      ok\n\
             a::y        FAILED                  NOT RUN\n\
             a::z        unsupported since 5.14  ok\n\
             tests run   3                       2\n"
        );
    }
}
