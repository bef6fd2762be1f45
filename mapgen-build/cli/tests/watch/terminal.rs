//! On a terminal.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use mapgen_test_support::terminal::Terminal;

use super::{Map, RINGBUF, line_of, wait_for, watch_maps};

/// Where on the screen the maps stand, from above.
fn order(screen: &vt100::Screen, maps: &[&str]) -> Vec<usize> {
    let contents = screen.contents();
    let line = |map: &&str| contents.lines().position(|line| line.starts_with(*map));
    maps.iter().filter_map(line).collect()
}

#[test]
fn a_map_that_fills_up_is_seen_to_on_a_terminal_of_eighty_columns() {
    let Some(map) = Map::hash("watch_conns", 1000) else {
        return;
    };
    map.fill(0..250);
    let begin = std::time::Instant::now();
    let mut command = watch_maps([&map], &["--interval", "1"]);
    let mut terminal = Terminal::start(&mut command, 80, 24).unwrap();
    wait_for(&terminal, "watch_conns", "250/1000");
    let words = terminal.screen(|screen| line_of(screen, "watch_conns").unwrap());
    assert_eq!(words[1..3], [map.id().to_string(), "hash".to_owned()]);
    assert!(words.contains(&"25%".to_owned()), "{words:?}");
    // KiB without a digit behind the point, as the kernel counts.
    let memory = format!("{:.0}", map.memory() as f64 / 1024.0);
    assert!(words.contains(&memory), "{memory} in {words:?}");

    // All of it comes between two looks.
    terminal.types("p");
    terminal.wait_for_text(" paused ");
    map.fill(250..990);
    terminal.types("p");
    let rate = terminal.wait_for("a rate", |screen| {
        let words = line_of(screen, "watch_conns")?;
        words.into_iter().find(|word| word.starts_with('+'))
    });
    let rate: f64 = rate.trim_start_matches('+').parse().unwrap();
    // Within the second of an interval at best, and within all of this at worst.
    let slowest = 740.0 / begin.elapsed().as_secs_f64();
    assert!(
        (slowest - 1.0..=741.0).contains(&rate),
        "{slowest} to {rate}"
    );
    wait_for(&terminal, "watch_conns", "990/1000");
    wait_for(&terminal, "watch_conns", "crit");
    terminal.screen(|screen| {
        let contents = screen.contents();
        let row = contents
            .lines()
            .position(|line| line.contains("watch_conns"));
        let cell = screen.cell(row.unwrap() as u16, 75).unwrap();
        // Bright red.
        assert_eq!(
            (cell.contents(), cell.fgcolor()),
            ("c", vt100::Color::Idx(9))
        );
        assert!(contents.contains("1 critical"), "{contents}");
    });
    wait_for(&terminal, "watch_conns", "0");
    map.drain(0..990);
    wait_for(&terminal, "watch_conns", "0/1000");
    terminal.wait_for("what is over", |screen| {
        (!screen.contents().contains("crit")).then_some(())
    });
    terminal.types("q");
    assert_eq!(terminal.wait().code(), Some(0));
    terminal.assert_restored();
}

#[test]
fn keys_sort_filter_select_and_pause() {
    let maps = [
        Map::hash("watch_a", 1000),
        Map::hash("watch_b", 10),
        Map::create(RINGBUF, "watch_ring", 4096),
    ];
    let [Some(a), Some(b), Some(ring)] = maps else {
        return;
    };
    a.fill(0..100);
    b.fill(0..5);
    let names = ["watch_a", "watch_b", "watch_ring"];
    let mut command = watch_maps([&a, &b, &ring], &["--interval", "0.2"]);
    let mut terminal = Terminal::start(&mut command, 100, 24).unwrap();
    let is_sorted = |terminal: &Terminal, what, expected: [usize; 3]| {
        terminal.wait_for(what, |screen| {
            (order(screen, &names) == expected).then_some(())
        });
    };
    is_sorted(&terminal, "the fullest first", [3, 2, 4]);
    terminal.types("e");
    is_sorted(&terminal, "the most entries first", [2, 3, 4]);
    terminal.types("nn");
    is_sorted(&terminal, "from z to a", [4, 3, 2]);

    terminal.types("/ringbuf");
    terminal.wait_for_text("1 of 3 maps");
    terminal.types("\x7f\x7fg\r");
    terminal.wait_for("the filter", |screen| {
        screen.contents().contains("0 of 3 maps").then_some(())
    });
    terminal.types("\x1b");
    terminal.wait_for_text("  3 maps");

    // Down by an arrow.
    terminal.types("\x1b[B");
    terminal.wait_for_text(&format!(
        "watch_ring (ringbuf, id {}): 0 of 4096",
        ring.id()
    ));

    terminal.types("p");
    terminal.wait_for_text(" paused ");
    a.fill(100..200);
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert!(terminal.text().contains("100/1000"), "{}", terminal.text());
    terminal.types("p");
    wait_for(&terminal, "watch_a", "200/1000");

    terminal.types("?");
    terminal.wait_for_text("sort by name, id, type, fill level");
    terminal.types("?");
    terminal.wait_for_text("200/1000");
    // ctrl-c
    terminal.types("\x03");
    assert_eq!(terminal.wait().code(), Some(0));
    terminal.assert_restored();
}

#[test]
fn a_window_of_another_size_is_filled_anew() {
    let maps: Option<Vec<Map>> = (0..30)
        .map(|n| Map::hash(&format!("watch_{n}"), 9))
        .collect();
    let Some(maps) = maps else {
        return;
    };
    let mut terminal = Terminal::start(&mut watch_maps(&maps, &[]), 80, 24).unwrap();
    let shown = |screen: &vt100::Screen| screen.contents().matches("watch_").count();
    terminal.wait_for("a page", |screen| (shown(screen) == 21).then_some(()));
    terminal.resize(120, 40);
    terminal.wait_for("all of them", |screen| (shown(screen) == 30).then_some(()));
    terminal.resize(40, 10);
    terminal.wait_for("less of them", |screen| (shown(screen) == 7).then_some(()));
    terminal.types("q");
    assert!(terminal.wait().success());
    terminal.assert_restored();
}

#[test]
fn a_signal_ends_it_and_leaves_the_terminal_as_it_was() {
    let Some(map) = Map::hash("watch_signal", 10) else {
        return;
    };
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP] {
        let mut terminal = Terminal::start(&mut watch_maps([&map], &[]), 80, 24).unwrap();
        terminal.wait_for_text("watch_signal");
        assert!(terminal.screen(vt100::Screen::alternate_screen));
        terminal.signal(signal);
        assert_eq!(terminal.wait().signal(), Some(signal));
        terminal.assert_restored();
    }
}

#[test]
fn it_stops_for_the_shell_and_goes_on() {
    let Some(map) = Map::hash("watch_stop", 10) else {
        return;
    };
    let mut terminal = Terminal::start(&mut watch_maps([&map], &[]), 80, 24).unwrap();
    terminal.wait_for_text("watch_stop");
    // ctrl-z
    terminal.types("\x1a");
    terminal.wait_until_stopped();
    terminal.wait_for("the shell's screen", |screen| {
        (!screen.alternate_screen()).then_some(())
    });
    terminal.assert_restored();
    terminal.signal(libc::SIGCONT);
    terminal.wait_for_text("watch_stop");
    assert!(terminal.screen(vt100::Screen::alternate_screen));
    terminal.types("q");
    assert!(terminal.wait().success());
    terminal.assert_restored();
}

#[test]
fn a_terminal_that_cannot_move_its_cursor_gets_lines() {
    let Some(map) = Map::hash("watch_dumb", 10) else {
        return;
    };
    let mut command = Command::new("sh");
    let id = map.id().to_string();
    command
        .args(["-c", "TERM=dumb exec \"$0\" watch --id \"$1\""])
        .args([env!("CARGO_BIN_EXE_mapgen"), &id]);
    let mut terminal = Terminal::start(&mut command, 80, 24).unwrap();
    terminal.wait_for_text("watch_dumb");
    assert!(!terminal.screen(vt100::Screen::alternate_screen));
    terminal.signal(libc::SIGTERM);
    terminal.wait();
    terminal.assert_restored();
}

#[test]
fn without_colours_the_selected_map_is_still_seen() {
    let (Some(map), Some(full)) = (Map::hash("watch_plain", 10), Map::hash("watch_full", 1)) else {
        return;
    };
    full.fill(0..1);
    let mut command = watch_maps([&map, &full], &["--color", "never"]);
    let mut terminal = Terminal::start(&mut command, 80, 24).unwrap();
    terminal.wait_for_text("crit");
    // The second line.
    terminal.types("jj");
    terminal.wait_for("what is inverted", |screen| {
        let contents = screen.contents();
        let row = contents
            .lines()
            .position(|line| line.starts_with("watch_plain"))?;
        screen.cell(row as u16, 0)?.inverse().then_some(())
    });
    terminal.screen(|screen| {
        let cells = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
        for (row, column) in cells {
            let color = screen.cell(row, column).unwrap().fgcolor();
            assert_eq!(color, vt100::Color::Default);
        }
    });
    terminal.types("q");
    assert!(terminal.wait().success());
}

#[test]
fn a_signal_ends_it_also_when_the_terminal_takes_nothing_any_more() {
    let Some(map) = Map::hash("watch_stuck", 10) else {
        return;
    };
    let mut command = watch_maps([&map], &["--interval", "0.1"]);
    let mut terminal = Terminal::start(&mut command, 250, 100).unwrap();
    terminal.wait_for_text("watch_stuck");
    let id = terminal.id();
    // Who looks at the screen keeps it from being read.
    let ended = terminal.screen(|_| {
        std::thread::sleep(std::time::Duration::from_secs(3));
        terminal.signal(libc::SIGTERM);
        (0..500).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
            state
                .rsplit(')')
                .next()
                .unwrap()
                .trim_start()
                .starts_with('Z')
        })
    });
    assert!(ended, "it waits for the terminal");
    terminal.wait();
}
