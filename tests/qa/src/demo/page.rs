//! What the journey was, for the page.

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use vremena_core::{
    events::{Event, RegistrationState},
    explanation::NextStep,
    feed::{FeedItem, FeedItemKind},
    fiscal::{FiscalReceipt, ReceiptOperation},
    locale::Texts,
    money::Kopecks,
    programme::ProgrammeSnapshot,
    receipts::{Receipt, ReceiptState},
    time::moscow,
    wallet::{Card, CardStatus, QrMatrix},
};

use super::{
    journey::{Journey, Outcome, Shot},
    teller::Teller,
    words::Words,
};
use crate::{
    Lang,
    report::{
        self, CardFace, News, Photograph, Qr, ReceiptFacts, Report, Rung, Ticket, TierCard, Timing, Verdict,
        VerdictKind, WalletCheck, picture_for_page,
    },
};

/// Writes `report.html` and gives its path.
pub async fn write(journey: &Journey, teller: &Teller, took: Duration) -> anyhow::Result<PathBuf> {
    let receipts = journey.app.receipts().page(None, 200).await?;
    let after = journey.app.programme().snapshot().await?;
    let events = journey.app.events().list().await?;
    let card_face = journey.app.wallet().card().await?.map(|card| card_face(&card, &after, teller.words));
    let texts = journey.app.texts();
    let report = Report {
        lang: match journey.lang {
            Lang::Ru => report::Lang::Ru,
            Lang::En => report::Lang::En,
        },
        story_date: teller.words.story_day.to_owned(),
        member: masked(super::story::PHONE),
        steps: teller.steps.clone(),
        photographs: journey.shots.iter().map(|shot| photograph(shot, &receipts, texts, teller.words)).collect(),
        tier_before: card(&journey.before, texts),
        tier_after: card(&after, texts),
        ladder: after
            .ladder
            .iter()
            .map(|rung| Rung {
                id: rung.tier.id.as_str().to_owned(),
                name: rung.tier.name.clone(),
                at_least_kopecks: rung.at_least.unwrap_or_default().get(),
                at_least: texts.money(rung.at_least.unwrap_or_default()),
            })
            .collect(),
        credited: texts.money(after.sum.saturating_sub(journey.before.sum)),
        feed_before: journey
            .feed_before
            .iter()
            .map(|(item, picture)| news(item, picture.as_deref(), false, teller.words))
            .collect(),
        feed_after: journey
            .feed_after
            .iter()
            .map(|(item, picture)| {
                let is_new = !journey.feed_before.iter().any(|(before, _)| before.item_id == item.item_id);
                news(item, picture.as_deref(), is_new, teller.words)
            })
            .collect(),
        registrations: registrations(&events, texts),
        card: card_face,
        wallet: journey.wallet_checks.iter().map(wallet_check).collect(),
        chapters: journey.chapters.clone(),
        timings: timings(journey, teller.words, took),
    };
    let path = journey.folder.join("report.html");
    std::fs::write(&path, report::render(&report)?).with_context(|| path.display().to_string())?;
    Ok(path)
}

fn photograph(shot: &Shot, receipts: &[Receipt], texts: &Texts, words: &Words) -> Photograph {
    let facts = shot.code.as_ref().and_then(|code| code.receipt.as_ref().ok());
    let unreadable =
        matches!(shot.outcome, Outcome::Unreadable(_)) && shot.picture.text.is_none() && shot.code.is_none();
    // A file that the scanner calls broken is shown as broken, not as the half that could be decoded.
    let broken = unreadable && vremena_core::scan::scan_image(&shot.bytes).is_err();
    Photograph {
        title: shot
            .picture
            .title(match texts.language() {
                vremena_core::locale::Language::Ru => Lang::Ru,
                vremena_core::locale::Language::En => Lang::En,
            })
            .to_owned(),
        file: shot.picture.file.clone(),
        picture: if broken { None } else { picture_for_page(&shot.bytes) },
        outline: shot.code.as_ref().map(|code| code.corners.map(|corner| (corner.x, corner.y))),
        receipt: facts.map(|receipt| receipt_facts(receipt, texts, words)),
        verdict: verdict(shot, receipts, words),
        captured_offline: shot.offline,
        scan: shot.scan,
    }
}

fn receipt_facts(receipt: &FiscalReceipt, texts: &Texts, words: &Words) -> ReceiptFacts {
    ReceiptFacts {
        total: texts.money(receipt.total),
        issued_at: moscow(receipt.issued_at).map_or_else(String::new, |at| texts.instant(at.to_utc())),
        drive_number: receipt.drive_number.to_string(),
        document_number: receipt.document_number.to_string(),
        fiscal_sign: receipt.fiscal_sign.to_string(),
        operation: match receipt.operation {
            Some(ReceiptOperation::Sale) => words.operation_sale,
            Some(ReceiptOperation::SaleReturn) => words.operation_return,
            _ => words.operation_other,
        }
        .to_owned(),
    }
}

fn verdict(shot: &Shot, receipts: &[Receipt], words: &Words) -> Verdict {
    let (kind, explanation) = match &shot.outcome {
        Outcome::NotAccepted(explanation) => (VerdictKind::NotAReceipt, explanation.clone()),
        Outcome::Unreadable(explanation) => (VerdictKind::Unreadable, explanation.clone()),
        Outcome::Receipt { known: true, .. } => {
            return Verdict {
                kind: VerdictKind::Duplicate,
                label: words.already_known.to_owned(),
                reason: None,
                next_step: None,
            };
        }
        Outcome::Receipt { identity, .. } => {
            let receipt = receipts.iter().find(|receipt| receipt.identity.as_ref() == Some(identity));
            let is_return = receipt.is_some_and(|receipt| receipt.operation == Some(ReceiptOperation::SaleReturn));
            let kind = match receipt.map(|receipt| receipt.state) {
                Some(ReceiptState::Credited) if is_return => VerdictKind::Returned,
                Some(ReceiptState::Credited) => VerdictKind::Credited,
                Some(ReceiptState::Reversed) => VerdictKind::Returned,
                Some(ReceiptState::Rejected) => VerdictKind::Rejected,
                _ => VerdictKind::Pending,
            };
            (kind, receipt.map(|receipt| receipt.explanation.clone()).unwrap_or_default())
        }
    };
    let some = |text: String| (!text.is_empty()).then_some(text);
    Verdict {
        kind,
        label: match kind {
            VerdictKind::NotAReceipt => words.no_receipt.to_owned(),
            VerdictKind::Unreadable => words.unreadable.to_owned(),
            _ => explanation.state,
        },
        reason: some(explanation.sentence),
        next_step: some(explanation.next_step_sentence).filter(|_| explanation.next_step != NextStep::Nothing),
    }
}

fn news(item: &FeedItem, picture: Option<&[u8]>, is_new: bool, words: &Words) -> News {
    let [event, discount, privilege, plain] = words.kinds;
    let kind = match item.kind {
        FeedItemKind::Event => event,
        FeedItemKind::PersonalDiscount => discount,
        FeedItemKind::Privilege => privilege,
        FeedItemKind::News => plain,
        // Shown as far as it is understood.
        FeedItemKind::Unknown => words.no_kind,
    };
    News {
        kind: kind.to_owned(),
        title: item.title.clone(),
        body: item.body.clone(),
        picture: picture.and_then(picture_for_page),
        is_new,
    }
}

fn registrations(events: &[Event], texts: &Texts) -> Vec<Ticket> {
    let registered = events.iter().filter_map(|event| Some((event, event.registration.as_ref()?)));
    let mut tickets: Vec<Ticket> = registered
        .map(|(event, registration)| Ticket {
            title: event.title.clone(),
            place: event.place.clone(),
            starts_at: texts.instant(event.starts_at),
            state: registration.explanation.state.clone(),
            sentence: registration.explanation.sentence.clone(),
            next_step: (registration.explanation.next_step != NextStep::Nothing)
                .then(|| registration.explanation.next_step_sentence.clone()),
            confirmed: registration.state == RegistrationState::Confirmed,
            code: registration.ticket_code.clone(),
            qr: registration.ticket_code.as_deref().and_then(|code| QrMatrix::encode(code, "M")).as_ref().map(qr),
        })
        .collect();
    // What can be looked forward to comes first.
    tickets.sort_by_key(|ticket| !ticket.confirmed);
    tickets
}

fn card_face(card: &Card, snapshot: &ProgrammeSnapshot, words: &Words) -> CardFace {
    CardFace {
        tier_id: card.tier.as_str().to_owned(),
        tier: snapshot.tier.as_ref().map(|tier| tier.name.clone()).unwrap_or_default(),
        number: card.number.clone(),
        active: card.status == CardStatus::Active,
        status: if card.status == CardStatus::Active { words.card_active } else { words.card_blocked }.to_owned(),
        qr: card.code.as_ref().map(qr),
    }
}

fn qr(matrix: &QrMatrix) -> Qr {
    Qr { size: matrix.size, modules: matrix.modules.clone() }
}

fn wallet_check(check: &super::journey::WalletCheck) -> WalletCheck {
    WalletCheck {
        title: check.title.clone(),
        accepted: check.accepted,
        reason: check.reason.clone(),
        code: check.code.map(str::to_owned),
    }
}

fn card(snapshot: &ProgrammeSnapshot, texts: &Texts) -> TierCard {
    let tier = snapshot.tier.as_ref();
    TierCard {
        id: tier.map(|tier| tier.id.as_str().to_owned()).unwrap_or_default(),
        name: tier.map(|tier| tier.name.clone()).unwrap_or_default(),
        sum_kopecks: snapshot.sum.get(),
        sum: texts.money(snapshot.sum.max(Kopecks::ZERO)),
        sentence: snapshot.sentence.clone(),
    }
}

fn timings(journey: &Journey, words: &Words, took: Duration) -> Vec<Timing> {
    let scans: Vec<Duration> = journey.shots.iter().map(|shot| shot.scan).collect();
    [
        (words.timing_scan, mean(&scans)),
        (words.timing_slowest_scan, scans.iter().copied().max().unwrap_or_default()),
        (words.timing_capture, mean(&journey.captures)),
        (words.timing_journey, took),
    ]
    .into_iter()
    .map(|(what, took)| Timing { what: what.to_owned(), took })
    .collect()
}

fn mean(durations: &[Duration]) -> Duration {
    let count = u32::try_from(durations.len()).unwrap_or(u32::MAX).max(1);
    durations.iter().sum::<Duration>() / count
}

/// A page may be passed on: only the number's ends stay.
fn masked(phone: &str) -> String {
    let (start, rest) = phone.split_at(phone.len().min(2));
    let end = rest.get(rest.len().saturating_sub(2)..).unwrap_or_default();
    format!("{start} ••• •••-••-{end}")
}
