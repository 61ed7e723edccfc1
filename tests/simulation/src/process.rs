//! A process of the app on the phone's files.

use std::sync::Arc;

use anyhow::bail;
use vremena_core::{
    app::{Config, Vremena, Work},
    error::CoreError,
    storage::Blocking,
};

use crate::{dice::Dice, disk::Disk, network::Network, phone::Phone};

/// The scheduler's turns within which everything of a dropped app must be gone.
const TURNS: usize = 100;

/// Opens the app on the phone.
///
/// # Errors
/// As [`Vremena::open_with`].
pub async fn open(phone: &Arc<Phone>, network: &Arc<Network>, work: Work) -> Result<Vremena, CoreError> {
    let config = Config { work, ..Config::new(phone.directory(), "http://gallery.example") };
    Vremena::open_with(config, phone.ports(), Arc::clone(network) as _, Blocking::Inline).await
}

/// How a process ends without a goodbye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The system kills it: what it has written is there.
    Killed,
    /// The power is lost: what was synced is there, and anything of the rest.
    PowerLost,
}

/// Ends every process on the phone's files.
///
/// # Errors
/// Where something of them is still alive afterwards.
pub async fn end(
    disk: &Disk,
    network: &Arc<Network>,
    apps: Vec<Vremena>,
    end: End,
    dice: &mut Dice,
) -> anyhow::Result<()> {
    // What a dropped connection still does, a killed one does not.
    disk.kill_after(1);
    drop(apps);
    for _ in 0..TURNS {
        if Arc::strong_count(network) == 1 {
            match end {
                End::Killed => disk.kill()?,
                End::PowerLost => disk.power_loss(&mut |sides| dice.number(0..sides))?,
            }
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
    bail!("something of a killed app lives on");
}
