//! The card, its way into wallets, and the first screen.

use std::time::Instant;

use anyhow::Context as _;
use vremena_core::{
    events::RegistrationState,
    scan,
    wallet::{Card, HandOff, QrMatrix},
};

use super::{
    journey::{Journey, WalletCheck, wait_for},
    story,
    teller::{Teller, check},
    words::fill,
};

/// The card needs no network, and what it shows at the till is what the gallery's template says.
pub async fn card(journey: &Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    journey.admin.network(false, &[]).await?;
    let card = journey.app.wallet().card().await;
    journey.admin.network(true, &[]).await?;
    let card: Card = card?.context("the card has been pulled")?;
    check("the card's tier", "leto", card.tier.as_str())?;
    let code = card.code.as_ref().context("the card has a code")?;
    let text = read_back(code)?;
    check("the code's text", format!("VG1*{}*leto", card.number), text)?;
    teller.step(teller.words.card.0, &fill(teller.words.card.1, &[&card.number]), step.elapsed());
    Ok(())
}

/// The genuine pass is accepted; each forged one is refused for its own reason.
pub async fn wallets(journey: &mut Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let words = teller.words;
    let wallet = journey.app.wallet();
    let mut checks = Vec::new();
    match wallet.apple_pass().await? {
        HandOff::Verified(pass) => {
            check("the pass's file", pass.bytes(), std::fs::read(wallet.pass_file(pass.serial_number()))?.as_slice())?;
            checks.push(accepted(words.pass_good, words.pass_checked));
        }
        HandOff::Refused { reason, .. } => check("the genuine pass", "verified", reason)?,
    }
    let forgeries = [
        ("changed_amount", "changed_file", words.pass_changed),
        ("other_member", "other_card", words.pass_other_member),
        ("cut_zip", "damaged_zip", words.pass_cut),
    ];
    for (forgery, expected, title) in forgeries {
        journey.admin.forge(Some(forgery)).await?;
        match wallet.apple_pass().await? {
            HandOff::Verified(_) => check(forgery, "refused", "verified")?,
            HandOff::Refused { reason, explanation } => {
                check(forgery, expected, reason)?;
                let reason_text = explanation.sentence;
                checks.push(WalletCheck {
                    title: title.to_owned(),
                    accepted: false,
                    reason: reason_text,
                    code: Some(reason),
                });
            }
        }
    }
    journey.admin.forge(None).await?;
    match wallet.google_link().await? {
        HandOff::Verified(_) => checks.push(accepted(words.google_link, words.google_checked)),
        HandOff::Refused { reason, .. } => check("the Google link", "verified", reason)?,
    }
    journey.wallet_checks = checks;
    let detail = fill(words.wallet.1, &[&forgeries.len().to_string()]);
    teller.step(words.wallet.0, &detail, step.elapsed());
    Ok(())
}

/// One snapshot has all that the first screen shows.
pub async fn first_screen(journey: &Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let home = wait_for(journey.app.home().observe(), "the first screen", |home| {
        let tier = home.programme.tier.as_ref().map(|tier| tier.id.as_str());
        tier == Some("leto") && home.programme.sum.get() == story::SUM_IN_THE_END && home.card.is_some()
    })
    .await?;
    check("the queue", (0, 0), (home.queue.waiting, home.queue.wedged))?;
    check("somebody is signed in", true, home.member.is_some())?;
    let event = home.next_event.as_ref().context("there is a next event")?;
    let state = event.registration.as_ref().map(|registration| registration.state);
    check("the next event", (story::EVENT, Some(RegistrationState::Confirmed)), (event.event_id.as_str(), state))?;
    let tier = home.programme.tier.as_ref().map(|tier| tier.name.clone()).unwrap_or_default();
    let detail = fill(teller.words.home.1, &[&tier, &home.feed.len().to_string(), &event.title]);
    teller.step(teller.words.home.0, &detail, step.elapsed());
    Ok(())
}

fn accepted(title: &str, reason: &str) -> WalletCheck {
    WalletCheck { title: title.to_owned(), accepted: true, reason: reason.to_owned(), code: None }
}

/// What the product's own scanner reads of a drawn code.
fn read_back(code: &QrMatrix) -> anyhow::Result<String> {
    const MODULE: usize = 4;
    const MARGIN: usize = 4;
    let size = usize::try_from(code.size)?;
    let side = (size + 2 * MARGIN) * MODULE;
    let dark = |pixel: usize| {
        let (x, y) = ((pixel % side) / MODULE, (pixel / side) / MODULE);
        let inside = (MARGIN..MARGIN + size).contains(&x) && (MARGIN..MARGIN + size).contains(&y);
        inside && code.modules.get((y - MARGIN) * size + (x - MARGIN)).copied().unwrap_or_default()
    };
    let luma: Vec<u8> = (0..side * side).map(|pixel| if dark(pixel) { 0 } else { 255 }).collect();
    let pixels = u32::try_from(side)?;
    let found = scan::scan_luma(&luma, pixels, pixels, pixels)?;
    Ok(found.codes.into_iter().next().context("the scanner reads the card's code")?.text)
}
