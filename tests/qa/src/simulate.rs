//! `vremena simulate`: worlds that go wrong, and whether anything was lost in them.

use std::{
    collections::BTreeMap,
    process::ExitCode,
    time::{Duration, Instant},
};

use anstream::println;
use cpu_time::ProcessTime;
use indicatif::{ProgressBar, ProgressStyle};
use vremena_simulation::{Busiest, Fault, Faults, Invariant, Outcome, Statistics, all_faults, run, run_many, shrink};

/// Worlds that are told of one by one; behind them only their number is.
const MOST_TOLD: usize = 50;

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
    // Drawn on a terminal alone.
    let bar = ProgressBar::new(arguments.seeds);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    let (start, cpu) = (Instant::now(), ProcessTime::try_now()?);
    let outcomes = run_many(arguments.from, arguments.seeds, faults, arguments.jobs, |_| bar.inc(1))?;
    bar.finish_and_clear();
    table(&outcomes, start.elapsed(), cpu.try_elapsed()?);
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

/// `cpu` is the process's time on all cores: it says the same on a machine that has other work too.
fn table(outcomes: &[Outcome], elapsed: Duration, cpu: Duration) {
    let sum = |of: fn(&Statistics) -> u64| outcomes.iter().map(|outcome| of(&outcome.statistics)).sum::<u64>();
    let mut faults: BTreeMap<Fault, u64> = BTreeMap::new();
    for (fault, count) in outcomes.iter().flat_map(|outcome| &outcome.statistics.faults) {
        *faults.entry(*fault).or_default() += count;
    }
    let mut violations: BTreeMap<Invariant, u64> = BTreeMap::new();
    for violation in outcomes.iter().flat_map(|outcome| &outcome.violations) {
        *violations.entry(violation.invariant).or_default() += 1;
    }
    let worlds = outcomes.len();
    let broken = outcomes.iter().filter(|outcome| !outcome.violations.is_empty()).count();
    let by_kind = faults.values().sum::<u64>();
    #[allow(clippy::cast_precision_loss)]
    let lived = worlds.max(1) as f64;
    let rows = [
        ("worlds", worlds.to_string()),
        ("virtual days", (sum(|world| world.seconds) / 86_400).to_string()),
        ("intents", sum(|world| world.intents).to_string()),
        ("requests", sum(|world| world.requests).to_string()),
        ("restarts", sum(|world| world.restarts).to_string()),
        ("kills", sum(|world| world.kills).to_string()),
        ("power losses", sum(|world| world.power_losses).to_string()),
        ("faults", by_kind.to_string()),
    ];
    let busiest = outcomes.iter().map(|outcome| outcome.statistics.busiest).fold(Busiest::default(), Busiest::or);
    let most = [
        ("requests", busiest.requests),
        ("kB", busiest.bytes / 1_000),
        ("sends of an entry", busiest.sends),
        ("wake-ups", busiest.wake_ups),
    ];
    rows.iter().for_each(|(name, value)| println!("{name:<20}{value:>12}"));
    for (fault, count) in faults {
        println!("  {:<18}{count:>12}", fault.code());
    }
    println!("most in an hour");
    most.iter().for_each(|(name, count)| println!("  {name:<18}{count:>12}"));
    println!("{:<20}{:>12.1}", "worlds a second", lived / elapsed.as_secs_f64().max(f64::MIN_POSITIVE));
    println!("{:<20}{:>12.1}", "CPU ms a world", cpu.as_secs_f64() * 1_000.0 / lived);
    println!("{:<20}{broken:>12}", "worlds that break");
    for (invariant, count) in violations {
        println!("  {:<18}{count:>12}", invariant.code());
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
