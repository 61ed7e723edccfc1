//! `vremena simulate`: worlds that go wrong, and whether anything was lost in them.

use std::{collections::BTreeMap, process::ExitCode, time::Instant};

use anstream::println;
use indicatif::{ProgressBar, ProgressStyle};
use vremena_simulation::{Fault, Faults, Outcome, all_faults, run, run_many, shrink};

/// Worlds that are told of one by one; behind them only their number is.
const MOST_TOLD: usize = 10;

#[derive(clap::Args)]
pub struct Arguments {
    /// How many worlds
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The seed of the first
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// What may go wrong, by names separated by commas; everything where nothing is named
    #[arg(long, value_delimiter = ',')]
    faults: Vec<Fault>,
    /// Worlds at the same time
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Tell what happens in the first world, line by line
    #[arg(long)]
    replay: bool,
    /// Look for the fewest faults that still break the first world
    #[arg(long, conflicts_with = "replay")]
    shrink: bool,
}

pub fn run_command(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let faults = if arguments.faults.is_empty() { all_faults() } else { arguments.faults.iter().copied().collect() };
    if arguments.replay {
        return replay(arguments.from, &faults);
    }
    if arguments.shrink {
        return find_fewest(arguments.from, &faults);
    }
    many(arguments, &faults)
}

fn replay(seed: u64, faults: &Faults) -> anyhow::Result<ExitCode> {
    let outcome = run(seed, faults, true)?;
    outcome.history.iter().for_each(|line| println!("{line}"));
    Ok(if outcome.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn find_fewest(seed: u64, faults: &Faults) -> anyhow::Result<ExitCode> {
    if run(seed, faults, false)?.violations.is_empty() {
        println!("world {seed} holds");
        return Ok(ExitCode::SUCCESS);
    }
    let needed = shrink(seed, faults)?;
    println!("world {seed} breaks with {} of {} kinds of faults", needed.len(), faults.len());
    println!("{}", replay_command(seed, &needed));
    Ok(ExitCode::FAILURE)
}

fn many(arguments: &Arguments, faults: &Faults) -> anyhow::Result<ExitCode> {
    let bar = ProgressBar::new(arguments.seeds);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    let start = Instant::now();
    let outcomes = run_many(arguments.from, arguments.seeds, faults, arguments.jobs, |_| bar.inc(1))?;
    bar.finish_and_clear();
    let seconds = start.elapsed().as_secs_f64();
    table(&outcomes, seconds);
    let broken: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.violations.is_empty()).collect();
    for outcome in broken.iter().take(MOST_TOLD) {
        println!();
        for violation in &outcome.violations {
            println!("world {}: {}: {}", outcome.seed, violation.invariant.code(), violation.what);
        }
        println!("{}", replay_command(outcome.seed, faults));
    }
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn table(outcomes: &[Outcome], seconds: f64) {
    let sum = |of: fn(&Outcome) -> u64| outcomes.iter().map(of).sum::<u64>();
    let mut faults: BTreeMap<Fault, u64> = BTreeMap::new();
    for (fault, count) in outcomes.iter().flat_map(|outcome| &outcome.statistics.faults) {
        *faults.entry(*fault).or_default() += count;
    }
    let worlds = outcomes.len();
    let broken = outcomes.iter().filter(|outcome| !outcome.violations.is_empty()).count();
    #[allow(clippy::cast_precision_loss)]
    let speed = worlds as f64 / seconds.max(f64::MIN_POSITIVE);
    let rows = [
        ("worlds", worlds.to_string()),
        ("with a violation", broken.to_string()),
        ("intents", sum(|outcome| outcome.statistics.intents).to_string()),
        ("requests", sum(|outcome| outcome.statistics.requests).to_string()),
        ("starts of the app", sum(|outcome| outcome.statistics.starts).to_string()),
        ("virtual days", (sum(|outcome| outcome.statistics.seconds) / 86_400).to_string()),
        ("worlds a second", format!("{speed:.1}")),
    ];
    for (name, value) in rows {
        println!("{name:<20}{value:>12}");
    }
    for (fault, count) in faults {
        println!("  {:<18}{count:>12}", fault.code());
    }
}

fn replay_command(seed: u64, faults: &Faults) -> String {
    let mut command = format!("vremena simulate --from {seed} --replay");
    if *faults != all_faults() {
        let names: Vec<_> = faults.iter().map(|fault| fault.code()).collect();
        command.push_str(" --faults ");
        command.push_str(&names.join(","));
    }
    command
}
