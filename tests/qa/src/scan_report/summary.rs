//! Subjects and what became of them → tables.

use super::peers::{PeerResult, Peers};
use super::run::Outcome;
use super::statistics::{Spread, percent};
use super::table::{Table, milliseconds};
use super::truth::Subject;

/// A sequence counts as read up to this frame: about a second.
const FRAMES: usize = 30;

/// One set of pictures, or of sequences.
pub struct Part {
    pub title: String,
    /// A row for each category, and one for all.
    pub table: Table,
    /// Processor time of each scanner; empty without peers.
    pub times: Option<Table>,
}

type Pair<'a> = (&'a Subject, &'a Outcome);

/// A table for each set, in the order in which the sets come.
pub fn parts(pairs: &[Pair<'_>], peers: &Peers) -> Vec<Part> {
    let key = |(subject, _): &Pair<'_>| (subject.set.clone(), subject.moving);
    let mut keys: Vec<(String, bool)> = Vec::new();
    for key in pairs.iter().map(key) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let part_of = |wanted: &(String, bool)| {
        let of: Vec<Pair<'_>> = pairs.iter().filter(|pair| key(pair) == *wanted).copied().collect();
        part(wanted, &of, peers)
    };
    keys.iter().map(part_of).collect()
}

fn part((set, moving): &(String, bool), pairs: &[Pair<'_>], peers: &Peers) -> Part {
    let strengths = strengths(pairs);
    let peers_here: Vec<&str> =
        peers.names().filter(|name| pairs.iter().any(|pair| result(pair, name, peers).is_some())).collect();
    let mut head: Vec<String> = vec![if strengths.is_empty() { "category" } else { "damage" }.to_owned()];
    head.extend(strengths.iter().map(char::to_string));
    let by = format!("by frame {FRAMES}");
    let with_codes = pairs.iter().any(|pair| pair.0.has_code());
    head.extend(match with_codes {
        true => vec![if *moving { by } else { "read".to_owned() }, "%".to_owned()],
        false => vec!["without a code".to_owned()],
    });
    head.push("false".to_owned());
    head.extend(moving.then(|| "median frame".to_owned()));
    head.extend(["median ms", "p95 ms", "max ms"].map(str::to_owned));
    head.extend(peers_here.iter().map(|name| (*name).to_owned()));

    let name =
        |pair: &Pair<'_>| if strengths.is_empty() { pair.0.category.as_str() } else { graded(pair).0 }.to_owned();
    let mut names: Vec<String> = pairs.iter().map(name).collect();
    names.sort();
    names.dedup();
    let row = |title: &str, of: &[Pair<'_>]| {
        let mut row = vec![title.to_owned()];
        row.extend(strengths.iter().map(|strength| read(of.iter().filter(|pair| graded(pair).1 == Some(*strength)))));
        row.extend(if with_codes { parts_read(of) } else { vec![of.len().to_string()] });
        row.extend(cells(of, *moving));
        row.extend(peers_here.iter().map(|peer| peers_cell(of, peer, peers)));
        row
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for category in &names {
        let of: Vec<Pair<'_>> = pairs.iter().filter(|pair| name(pair) == *category).copied().collect();
        rows.push(row(category, &of));
    }
    if names.len() > 1 {
        rows.push(row("all", pairs));
    }
    let title = if *moving { format!("{set}, sequences (live)") } else { set.clone() };
    let times = (!peers_here.is_empty()).then(|| times(pairs, &peers_here, peers));
    Part { title, table: Table { head, rows }, times }
}

/// Read of all, and percent.
fn parts_read(pairs: &[Pair<'_>]) -> Vec<String> {
    let with_code = pairs.iter().filter(|pair| pair.0.has_code()).count();
    let part = percent(pairs.iter().filter(|pair| is_read(pair)).count(), with_code);
    vec![read(pairs), part.map_or_else(none, |part| part.to_string())]
}

/// What every row has: false payloads, the median frame of sequences, and times.
fn cells(pairs: &[Pair<'_>], moving: bool) -> Vec<String> {
    let wrong: usize = pairs.iter().map(|pair| pair.1.false_payloads.len()).sum();
    let mut cells = vec![wrong.to_string()];
    if moving {
        let frames = Spread::of(pairs.iter().filter_map(|pair| pair.1.read_at).map(|frame| frame as f64));
        cells.push(frames.map_or_else(none, |frames| frames.median.to_string()));
    }
    cells.extend(spread(pairs.iter().flat_map(|pair| &pair.1.cpu_ms).copied()));
    cells
}

fn spread(values: impl IntoIterator<Item = f64>) -> Vec<String> {
    match Spread::of(values) {
        Some(Spread { median, p95, max }) => [median, p95, max].map(milliseconds).to_vec(),
        None => vec![none(); 3],
    }
}

/// Of how many with a code.
fn read<'a>(pairs: impl IntoIterator<Item = &'a Pair<'a>>) -> String {
    let with_code: Vec<&Pair<'_>> = pairs.into_iter().filter(|pair| pair.0.has_code()).collect();
    let read = with_code.iter().filter(|pair| is_read(pair)).count();
    if with_code.is_empty() { none() } else { format!("{read}/{}", with_code.len()) }
}

fn is_read(pair: &Pair<'_>) -> bool {
    in_time(pair.1.read_at)
}

fn in_time(read_at: Option<usize>) -> bool {
    read_at.is_some_and(|frame| frame <= FRAMES)
}

fn none() -> String {
    "-".to_owned()
}

fn result(pair: &Pair<'_>, peer: &str, peers: &Peers) -> Option<PeerResult> {
    peers.result(peer, pair.0, pair.1.cpu_ms.len())
}

/// How many a peer has read, and its false payloads if it has any or nothing is to be read.
fn peers_cell(pairs: &[Pair<'_>], peer: &str, peers: &Peers) -> String {
    let results: Vec<PeerResult> = pairs.iter().filter_map(|pair| result(pair, peer, peers)).collect();
    let read = results.iter().filter(|result| in_time(result.read_at)).count();
    let wrong: usize = results.iter().map(|result| result.false_payloads).sum();
    match pairs.iter().any(|pair| pair.0.has_code()) {
        true if wrong == 0 => read.to_string(),
        true => format!("{read} ({wrong} false)"),
        false => format!("{wrong} false"),
    }
}

/// The times of all scanners over what all of them were given.
fn times(pairs: &[Pair<'_>], peers_here: &[&str], peers: &Peers) -> Table {
    let head = ["CPU time", "median ms", "p95 ms", "max ms", "our p95 / its"].map(str::to_owned).to_vec();
    let given = |pair: &&Pair<'_>| peers_here.iter().all(|peer| result(pair, peer, peers).is_some());
    let ours: Vec<f64> = pairs.iter().filter(given).flat_map(|pair| &pair.1.cpu_ms).copied().collect();
    let row = |name: &str, values: &[f64], ratio: String| {
        let mut row = vec![name.to_owned()];
        row.extend(spread(values.iter().copied()));
        row.push(ratio);
        row
    };
    let mut rows = vec![row("vremena", &ours, none())];
    for peer in peers_here {
        let its: Vec<f64> = pairs
            .iter()
            .filter(given)
            .filter_map(|pair| result(pair, peer, peers))
            .flat_map(|one| one.cpu_ms)
            .collect();
        let p95 = |values: &[f64]| Spread::of(values.iter().copied()).map(|spread| spread.p95);
        let ratio = p95(&ours).zip(p95(&its)).filter(|(_, its)| *its > 0.0);
        rows.push(row(peer, &its, ratio.map_or_else(none, |(ours, its)| format!("{:.2}", ours / its))));
    }
    Table { head, rows }
}

/// The strengths of a set whose categories are damages followed by one; empty of other sets.
fn strengths(pairs: &[Pair<'_>]) -> Vec<char> {
    let mut strengths: Vec<char> = Vec::new();
    for pair in pairs {
        match graded(pair).1 {
            Some(strength) => strengths.push(strength),
            None => return Vec::new(),
        }
    }
    strengths.sort_unstable();
    strengths.dedup();
    strengths
}

/// `gauss` and `3` of `gauss3`. What has a mark before its number (`qrcode-1`) is a name.
fn graded<'a>(pair: &Pair<'a>) -> (&'a str, Option<char>) {
    let category = pair.0.category.as_str();
    let damage = category.trim_end_matches(|last: char| last.is_ascii_digit());
    let strength = category.strip_prefix(damage).and_then(|number| number.parse().ok());
    match strength {
        Some(strength) if damage.ends_with(char::is_alphabetic) => (damage, Some(strength)),
        _ => (category, None),
    }
}
