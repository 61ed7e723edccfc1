//! `vremena fleet`: what a crowd of phones does to the gallery.

use std::{fs, path::PathBuf, process::ExitCode, time::Instant};

use anstream::println;
use anyhow::Context as _;
use vremena_simulation::fleet::{
    Budget, CAPACITY_OF_A_PHONE, DAY_OF_AN_OUTAGE, Measured, QUIET_DAY, Rule, Scenario, draw, missed, play,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// How many phones; with fewer than 50,000 chance decides
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(50_000..=100_000_000))]
    phones: u32,
    /// The seed of everything
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What the gallery carries out, in requests a second; 1,500 for a million phones where it is not named
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    capacity: Option<u32>,
    /// Where the charts go
    #[arg(long, default_value = "target/fleet")]
    out: PathBuf,
}

pub fn run_command(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { phones, seed, capacity, out } = arguments;
    let per_second = capacity.map_or(f64::from(*phones) * CAPACITY_OF_A_PHONE, f64::from);
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    let start = Instant::now();
    let mut all_missed = Vec::new();
    println!("{phones} phones, seed {seed}, a gallery of {per_second} requests/s; peaks are over ten seconds");
    for scenario in Scenario::all(per_second) {
        println!("\n{}", scenario.title);
        println!(
            "  {:12} {:>8} {:>8} {:>9} {:>8} {:>8} {:>7} {:>10}",
            "rule", "entries", "limit", "drained", "peak", "mean", "ratio", "wasted"
        );
        let measured: Vec<Measured> = Rule::ALL.into_iter().map(|rule| play(&scenario, *phones, *seed, rule)).collect();
        measured.iter().for_each(recovery);
        if let Some(ours) = measured.first() {
            all_missed.extend(missed(&scenario, ours).into_iter().map(|what| format!("{}: {what}", scenario.name)));
        }
        let path = out.join(scenario.name).with_extension("svg");
        fs::write(&path, draw(&scenario, &measured))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    println!("\nA phone's day: mean, 99 of 100, most; what it may need");
    for (with_outage, budget) in [(false, QUIET_DAY), (true, DAY_OF_AN_OUTAGE)] {
        let scenario = Scenario::day(per_second, with_outage);
        let measured = play(&scenario, *phones, *seed, Rule::Ours);
        day(scenario.name, &measured, budget);
        all_missed.extend(missed(&scenario, &measured).into_iter().map(|what| format!("{}: {what}", scenario.name)));
    }
    println!("\n{:.0} s; charts in {}", start.elapsed().as_secs_f64(), out.display());
    all_missed.iter().for_each(|what| println!("missed: {what}"));
    Ok(if all_missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn recovery(measured: &Measured) {
    let drained = measured.drained.map_or_else(|| "never".to_owned(), |seconds| format!("{seconds:.0} s"));
    println!(
        "  {:12} {:>8} {:>6.0} s {:>9} {:>8.0} {:>8.0} {:>7.2} {:>10}",
        measured.rule.name(),
        measured.backlog,
        measured.limit,
        drained,
        measured.peak,
        measured.mean,
        measured.ratio(),
        measured.wasted
    );
}

fn day(name: &str, measured: &Measured, budget: Budget) {
    let Budget { requests, bytes, wake_ups } = budget;
    for (what, spread, most) in [
        ("requests", measured.requests, requests),
        ("bytes", measured.bytes, bytes),
        ("wake-ups", measured.wake_ups, wake_ups),
    ] {
        println!("  {name:17} {what:9} {:>9.1} {:>8} {:>8} {:>8}", spread.mean, spread.p99, spread.max, most);
    }
}
