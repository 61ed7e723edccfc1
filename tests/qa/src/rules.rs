//! `vremena rules`: rules as a member reads them, and what changes from one document to another.

use std::{path::PathBuf, process::ExitCode};

use owo_colors::OwoColorize as _;
use serde_json::{Value, json};
use vremena_core::{
    locale::Texts,
    programme::{Rulebook, SentenceChange, rulebook::changes, rules::Rules},
};

use crate::{Lang, programme::valid};

#[derive(clap::Args)]
pub struct Arguments {
    /// The rules document, as JSON
    #[arg(long)]
    rules: PathBuf,
    /// Another document: what changes from the first to this one, sentence by sentence
    #[arg(long, value_name = "OTHER")]
    compare: Option<PathBuf>,
    /// The same as JSON
    #[arg(long)]
    json: bool,
    /// The language of the sentences
    #[arg(long, default_value = "ru")]
    lang: Lang,
}

/// Prints the sentences, or what is another one. Documents that are not valid are told with all their faults.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { rules, compare, json, lang } = arguments;
    let texts = Texts::new(lang.into());
    let before = valid(&rules, Rules::read)?;
    let after = match &compare {
        // Both are read before anything is told: one run names what is wrong with either.
        Some(other) => valid(other, Rules::read)?.map(Some),
        None => Some(None),
    };
    let (Some(before), Some(after)) = (before, after) else { return Ok(ExitCode::FAILURE) };
    let rulebook = Rulebook::of(&before, &texts);
    match after.map(|after| changes(&rulebook, &Rulebook::of(&after, &texts))) {
        Some(changes) if json => {
            let changes: Vec<_> = changes.iter().map(change_json).collect();
            anstream::println!("{}", serde_json::to_string_pretty(&changes)?);
        }
        Some(changes) => print_changes(&changes),
        None if json => anstream::println!("{}", serde_json::to_string_pretty(&rulebook_json(&rulebook))?),
        None => print(&rulebook),
    }
    Ok(ExitCode::SUCCESS)
}

fn print(rulebook: &Rulebook) {
    for (place, section) in rulebook.sections.iter().enumerate() {
        if place > 0 {
            anstream::println!();
        }
        anstream::println!("{}", section.title.bold());
        for sentence in &section.sentences {
            anstream::println!("  {}", sentence.text);
        }
    }
    if let Some(legal) = &rulebook.legal {
        anstream::println!("\n{}\nsha256 {}\n\n{}", legal.url.bold(), legal.sha256, legal.text);
    }
}

fn print_changes(changes: &[SentenceChange]) {
    for (place, change) in changes.iter().enumerate() {
        if place > 0 {
            anstream::println!();
        }
        anstream::println!("{}", change.key.bold());
        if let Some(before) = &change.before {
            anstream::println!("- {}", before.red());
        }
        if let Some(after) = &change.after {
            anstream::println!("+ {}", after.green());
        }
    }
}

fn rulebook_json(rulebook: &Rulebook) -> Value {
    let sections = rulebook.sections.iter().map(|section| {
        let sentences = section.sentences.iter().map(|sentence| json!({"key": sentence.key, "text": sentence.text}));
        json!({"key": section.key, "title": section.title, "sentences": sentences.collect::<Vec<_>>()})
    });
    let legal = rulebook.legal.as_ref();
    json!({
        "version": rulebook.version,
        "effective_from": rulebook.effective_from.to_string(),
        "sections": sections.collect::<Vec<_>>(),
        "legal": legal.map(|legal| json!({"url": legal.url, "sha256": legal.sha256, "text": legal.text})),
    })
}

fn change_json(change: &SentenceChange) -> Value {
    json!({"key": change.key, "before": change.before, "after": change.after})
}
