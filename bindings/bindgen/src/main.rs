//! `uniffi-bindgen`: Swift and Kotlin for the core's library, and the list of what it exports. It reads the library's
//! symbols, so the library must not be stripped.
#![allow(clippy::print_stdout, reason = "a command line tool talks to the one who called it")]

mod exports;
mod generate;
mod mended;
mod visibility;

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::{Parser, Subcommand};
use uniffi_bindgen::{BindgenLoader, BindgenPaths, ComponentInterface, GlobalConfig};

/// Swift and Kotlin for the core's library.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Write the code; a file that would not change is left alone
    Generate {
        /// The unstripped library
        #[arg(long)]
        library: Utf8PathBuf,
        /// The root of Kotlin's packages
        #[arg(long)]
        kotlin: Utf8PathBuf,
        /// Where the Swift source goes
        #[arg(long)]
        swift: Utf8PathBuf,
        /// Where the C header goes that Swift imports
        #[arg(long)]
        swift_header: Utf8PathBuf,
    },
    /// List what can be called, one line each: its kind, then `Type.name`
    Exports {
        /// The unstripped library
        #[arg(long)]
        library: Utf8PathBuf,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().chore {
        Chore::Generate { library, kotlin, swift, swift_header } => {
            generate::kotlin(&library, &kotlin)?;
            generate::swift(&library, &swift, &swift_header)
        }
        Chore::Exports { library } => {
            for interface in interfaces(&library)? {
                exports::of(&interface).iter().for_each(|export| println!("{export}"));
            }
            Ok(())
        }
    }
}

fn interfaces(library: &camino::Utf8Path) -> Result<Vec<ComponentInterface>> {
    let mut paths = BindgenPaths::default();
    paths.add_cargo_metadata_layer(true)?;
    let loader = BindgenLoader::new(paths, GlobalConfig::default());
    loader.load_cis(loader.load_metadata(library)?)
}
