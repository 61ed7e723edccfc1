//! `vremena scan-report`: how the scanner does on a folder of pictures whose codes are known, and a page of what it
//! could not read.

mod generated;
mod levers;
mod page;
mod peers;
mod place;
mod projection;
mod run;
mod sight;
mod statistics;
mod summary;
mod table;
mod truth;
mod workers;

use std::{
    fs,
    io::Write,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;

use peers::Peers;
use run::Outcome;
use summary::Part;
use truth::Subject;

#[derive(clap::Args)]
pub struct Arguments {
    /// Holds truth.json and the pictures that it names
    #[arg(required_unless_present = "generated")]
    folder: Option<PathBuf>,
    /// Only this set of truth.json; may be given several times
    #[arg(long, value_name = "NAME")]
    set: Vec<String>,
    /// Only each Nth picture or sequence
    #[arg(long, value_name = "N", default_value = "1")]
    every: NonZeroUsize,
    /// What other scanners made of the pictures: a line of JSON for each, with file, peer, texts and cpu_ms
    #[arg(long, value_name = "FILE", conflicts_with = "levers")]
    peers: Option<PathBuf>,
    /// Where the page goes
    #[arg(long, value_name = "DIR", default_value = "target/scan-report")]
    output: PathBuf,
    /// Prints instead, as Markdown, what each lever of the still effort brings and costs
    #[arg(long)]
    levers: bool,
    /// Scans this many pictures without a code instead, drawn by chance; fails if any text is read
    #[arg(long, value_name = "N", conflicts_with_all = ["folder", "set", "every", "peers", "levers"])]
    generated: Option<NonZeroUsize>,
    /// Other pictures with another number
    #[arg(long, default_value = "1", requires = "generated")]
    seed: u64,
    /// 1 for times without any neighbour
    #[arg(long, default_value = "2", value_parser = clap::value_parser!(u8).range(1..=2))]
    threads: u8,
}

/// Prints the tables, and writes the page where there is one.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let threads = usize::from(arguments.threads);
    if let Some(count) = arguments.generated {
        return generated::run(count.get(), arguments.seed, threads, &arguments.output);
    }
    let folder = arguments.folder.unwrap_or_default();
    let subjects = truth::subjects(&folder, &arguments.set, arguments.every.get())?;
    if arguments.levers {
        let table = levers::table(&subjects, &folder, threads)?;
        write!(anstream::stdout().lock(), "{}", table.markdown())?;
        return Ok(ExitCode::SUCCESS);
    }
    let peers = arguments.peers.as_deref().map(Peers::load).transpose()?.unwrap_or_default();
    let pictures = arguments.output.join("pictures");
    let outcomes = workers::in_order(&subjects, threads, |subject| run::run(subject, &folder, &pictures))?;
    let pairs: Vec<(&Subject, &Outcome)> = subjects.iter().zip(&outcomes).collect();
    let parts = summary::parts(&pairs, &peers);
    let page = write_page(&folder.display().to_string(), &pairs, &parts, &arguments.output)?;
    print(&pairs, &parts, &page, &mut anstream::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn write_page(source: &str, pairs: &[(&Subject, &Outcome)], parts: &[Part], output: &Path) -> anyhow::Result<PathBuf> {
    let failures: Vec<page::Failure<'_>> =
        pairs.iter().filter_map(|(subject, outcome)| page::failure(subject, outcome)).collect();
    let read = pairs.iter().filter(|(_, outcome)| outcome.read_at.is_some()).count();
    let text = page::render(source, pairs.len(), read, parts, &failures)?;
    let path = output.join("index.html");
    fs::create_dir_all(output)
        .and_then(|()| fs::write(&path, text))
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

fn print(pairs: &[(&Subject, &Outcome)], parts: &[Part], page: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    for Part { title, table, times } in parts {
        writeln!(out, "{title}\n{table}")?;
        if let Some(times) = times {
            writeln!(out, "{times}")?;
        }
    }
    list("false payloads", pairs, |outcome| &outcome.false_payloads, out)?;
    list(
        "texts that truth.json does not name, in pictures with more codes than it names",
        pairs,
        |it| &it.unnamed,
        out,
    )?;
    writeln!(out, "{}", page.display())?;
    Ok(())
}

/// Texts with the pictures they were read from; nothing if there are none.
fn list(
    title: &str,
    pairs: &[(&Subject, &Outcome)],
    texts: impl Fn(&Outcome) -> &[String],
    out: &mut impl Write,
) -> anyhow::Result<()> {
    if pairs.iter().all(|(_, outcome)| texts(outcome).is_empty()) {
        return Ok(());
    }
    writeln!(out, "{title}")?;
    for (subject, outcome) in pairs {
        for text in texts(outcome) {
            writeln!(out, "  {}: {text:?}", subject.name)?;
        }
    }
    writeln!(out)?;
    Ok(())
}
