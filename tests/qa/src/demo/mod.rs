//! `vremena demo`: the product's main job on real input, each step checked, and a page about it.

mod hand_off;
mod journey;
mod news;
mod offline;
mod page;
mod story;
mod teller;
mod telling;
mod verdicts;
mod words;

use std::{path::PathBuf, process::ExitCode};

use self::{journey::Journey, teller::Teller};
use crate::Lang;

#[derive(clap::Args)]
pub struct Arguments {
    /// The language of texts and of the page
    #[arg(long, value_enum, default_value_t = Lang::Ru)]
    lang: Lang,
    /// One JSON event a line, for scripts
    #[arg(long)]
    json: bool,
    /// Where the databases and the page go; what an earlier journey left there is removed [default: target/demo]
    #[arg(long, default_value = DIRECTORY, hide_default_value = true)]
    directory: PathBuf,
    /// The folder of the story's photographs [default: tests/fixtures/pictures]
    #[arg(long, default_value = PICTURES, hide_default_value = true)]
    pictures: PathBuf,
}

/// The checkout's own folders, so that the demo works from wherever it is started.
const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/demo");
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pictures");

impl Default for Arguments {
    fn default() -> Self {
        Self { lang: Lang::Ru, json: false, directory: DIRECTORY.into(), pictures: PICTURES.into() }
    }
}

/// Plays the journey. The first step that does not bring what it should ends it with exit code 1.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut teller = Teller::new(arguments.lang, arguments.json);
    let page = match Journey::play(&arguments, &mut teller).await {
        Ok(page) => page,
        Err(error) => {
            teller.failed(&error);
            return Ok(ExitCode::FAILURE);
        }
    };
    teller.done(&page);
    Ok(ExitCode::SUCCESS)
}
