//! `vremena rules`: rules as a member reads them, and what changes from one document, or version, to another.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use owo_colors::OwoColorize as _;
use serde_json::{Value, json};
use vremena_core::{
    app::Vremena,
    error::CoreError,
    locale::Texts,
    programme::{Rulebook, SentenceChange, rulebook::changes, rules::Rules},
};

use crate::{Lang, files::Files, programme::valid};

#[derive(clap::Args)]
pub struct Arguments {
    /// The rules document, as JSON
    #[arg(long, required_unless_present = "directory")]
    rules: Option<PathBuf>,
    /// Another document: what changes from the first to this one, sentence by sentence
    #[arg(long, value_name = "OTHER", requires = "rules")]
    compare: Option<PathBuf>,
    /// A phone's folder: the rules that it has, in the place of documents
    #[arg(long, conflicts_with = "rules")]
    directory: Option<PathBuf>,
    /// Those of this version; the ones in force if it is left out
    #[arg(long, value_name = "N", requires = "directory")]
    version: Option<u32>,
    /// What changes from that version to this one, sentence by sentence
    #[arg(long, value_name = "M", requires = "version")]
    changes_to: Option<u32>,
    /// The same as JSON
    #[arg(long)]
    json: bool,
    /// The language of the sentences
    #[arg(long, default_value = "ru")]
    lang: Lang,
}

/// Prints the sentences, or what is another one. Documents that are not valid are told with all their faults.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { rules, compare, directory, version, changes_to, json, lang } = arguments;
    match (rules, directory) {
        (Some(rules), _) => of_documents(&rules, compare, json, lang),
        (None, Some(directory)) => {
            let app = Files::of(directory, lang).open().await?;
            let told = of_phone(&app, version, changes_to, json).await;
            app.shut_down().await?;
            told
        }
        (None, None) => Ok(ExitCode::FAILURE),
    }
}

async fn of_phone(
    app: &Vremena,
    version: Option<u32>,
    changes_to: Option<u32>,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let told = async {
        match (version, changes_to) {
            (Some(from), Some(to)) => tell_changes(&app.programme().rulebook_changes(from, to).await?, json),
            _ => tell(&app.programme().rulebook(version).await?, json),
        }
    };
    match told.await {
        Err(error) if matches!(error.downcast_ref(), Some(CoreError::NotFound)) => {
            let versions = app.programme().rules_versions().await?;
            let versions: Vec<_> = versions.iter().map(|known| known.version.to_string()).collect();
            anstream::eprintln!(
                "vremena: this phone does not have these rules; it has version {}",
                versions.join(", ")
            );
            Ok(ExitCode::FAILURE)
        }
        told => told.map(|()| ExitCode::SUCCESS),
    }
}

fn of_documents(rules: &Path, compare: Option<PathBuf>, json: bool, lang: Lang) -> anyhow::Result<ExitCode> {
    let texts = Texts::new(lang.into());
    let before = valid(rules, Rules::read)?;
    let after = match &compare {
        // Both are read before anything is told: one run names what is wrong with either.
        Some(other) => valid(other, Rules::read)?.map(Some),
        None => Some(None),
    };
    let (Some(before), Some(after)) = (before, after) else { return Ok(ExitCode::FAILURE) };
    let rulebook = Rulebook::of(&before, &texts);
    match after.map(|after| changes(&rulebook, &Rulebook::of(&after, &texts))) {
        Some(changes) => tell_changes(&changes, json)?,
        None => tell(&rulebook, json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(rulebook: &Rulebook, json: bool) -> anyhow::Result<()> {
    if json {
        anstream::println!("{}", serde_json::to_string_pretty(&rulebook_json(rulebook))?);
    } else {
        print(rulebook);
    }
    Ok(())
}

fn tell_changes(changes: &[SentenceChange], json: bool) -> anyhow::Result<()> {
    if json {
        let changes: Vec<_> = changes.iter().map(change_json).collect();
        anstream::println!("{}", serde_json::to_string_pretty(&changes)?);
    } else {
        print_changes(changes);
    }
    Ok(())
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
