//! What the templates read: the report, with what must be worked out for a page.

use std::fmt::Write;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::labels::Labels;
use super::ladder::{Ladder, lay_out};
use super::wallet::{Face, Feed, Slip, face, feeds, slip};
use super::{Lang, PagePicture, Photograph, Report, VerdictKind};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    lang: Lang,
    words: &'static Labels,
    report: &'a Report,
    ladder: Ladder<'a>,
    figures: Vec<(&'static str, String)>,
    receipts: Vec<Card<'a>>,
    others: Vec<Card<'a>>,
    feeds: Vec<Feed<'a>>,
    slips: Vec<Slip<'a>>,
    face: Option<Face<'a>>,
}

/// A photograph with what its picture is drawn from.
struct Card<'a> {
    photograph: &'a Photograph,
    picture: Option<Drawn>,
    outline: Option<String>,
}

/// A picture as it is embedded.
pub struct Drawn {
    pub data: String,
    pub width: u32,
    pub height: u32,
}

/// Writes the whole page.
pub fn render(report: &Report) -> Result<String, askama::Error> {
    let words = report.lang.labels();
    let (receipts, others) =
        report.photographs.iter().map(card).partition(|card| card.photograph.verdict.kind.is_a_receipts());
    Page {
        lang: report.lang,
        words,
        report,
        ladder: lay_out(&report.ladder, &report.tier_before, &report.tier_after),
        figures: figures(report, words),
        receipts,
        others,
        feeds: feeds(report),
        slips: report.registrations.iter().map(slip).collect(),
        face: report.card.as_ref().map(face),
    }
    .render()
}

/// Counted here, so that they cannot differ from what the page shows below them.
fn figures(report: &Report, words: &Labels) -> Vec<(&'static str, String)> {
    let count = |wanted: fn(&Photograph) -> bool| {
        report.photographs.iter().filter(|photograph| wanted(photograph)).count().to_string()
    };
    vec![
        (words.photographs, report.photographs.len().to_string()),
        (words.receipts, count(|photograph| photograph.verdict.kind.is_a_receipts())),
        (words.taken_offline, count(|photograph| photograph.captured_offline)),
        (words.credited_receipts, count(|photograph| photograph.verdict.kind == VerdictKind::Credited)),
        (words.credited_sum, report.credited.clone()),
    ]
}

fn card(photograph: &Photograph) -> Card<'_> {
    Card {
        photograph,
        picture: photograph.picture.as_ref().map(drawn),
        outline: photograph.outline.map(|corners| {
            corners.iter().fold(String::new(), |mut points, (x, y)| {
                let gap = if points.is_empty() { "" } else { " " };
                // Writing to a string cannot fail.
                let _ = write!(points, "{gap}{x:.1},{y:.1}");
                points
            })
        }),
    }
}

/// Encodes a picture for its place in the page.
pub fn drawn(picture: &PagePicture) -> Drawn {
    Drawn {
        data: format!("data:image/jpeg;base64,{}", STANDARD.encode(&picture.jpeg)),
        width: picture.width,
        height: picture.height,
    }
}

impl VerdictKind {
    /// Whether there was a receipt to judge at all.
    const fn is_a_receipts(self) -> bool {
        !matches!(self, Self::NotAReceipt | Self::Unreadable)
    }

    /// The name that the style sheet knows it by.
    const fn class(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::Returned => "returned",
            Self::Duplicate => "duplicate",
            Self::NotAReceipt | Self::Unreadable => "other",
        }
    }
}
