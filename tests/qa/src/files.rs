//! A phone's files, opened as they lie there: nobody is asked for anything, and nothing is sent.

use std::path::PathBuf;

use anyhow::ensure;
use chrono::{DateTime, Utc};
use vremena_core::app::{Config, Vremena, Work};
use vremena_qa::platform::Desktop;

use crate::Lang;

#[derive(clap::Args)]
pub struct Files {
    /// The member's folder, with the databases of somebody who is signed in
    #[arg(long)]
    directory: PathBuf,
    /// The language of the sentences
    #[arg(long, default_value = "ru")]
    lang: Lang,
    /// What the phone's clock shows, RFC 3339; the machine's clock if it is left out
    #[arg(long)]
    now: Option<DateTime<Utc>>,
}

impl Files {
    /// As the machine's clock shows.
    pub fn of(directory: PathBuf, lang: Lang) -> Self {
        Self { directory, lang, now: None }
    }

    pub async fn open(&self) -> anyhow::Result<Vremena> {
        let directory = &self.directory;
        ensure!(
            directory.join("member.db").is_file(),
            "{}: no member's files; `vremena demo --directory` makes some",
            directory.display()
        );
        let desktop = Desktop::new(directory, self.now.unwrap_or_else(Utc::now));
        // On demand, and no demand is made of it: whatever the address, nobody is asked.
        let config = Config {
            work: Work::OnDemand,
            language: self.lang.into(),
            ..Config::new(directory, "https://gallery.invalid")
        };
        Ok(Vremena::open(config, desktop.ports()).await?)
    }
}
